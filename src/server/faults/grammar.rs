//! Faults as they are written: `latency=200ms..3s,error=10%:503,cut=5%:after,seed=7`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Call, CutWhen, Faults, Latency, Share};

/// Why a text describes no faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultsError {
    /// The text is empty.
    #[error("name at least one of latency, error, cut, stall and plain")]
    Nothing,
    /// No fault has this name.
    #[error("there are latency, error, cut, stall, plain, only and seed, but no {0:?}")]
    Unknown(String),
    /// One is named two times.
    #[error("{0} is given twice")]
    Twice(String),
    /// A share is none.
    #[error("a share is written 10% or 0.5%, and is 100% at most, not {0:?}")]
    Share(String),
    /// Cuts, silences and errors exclude each other.
    #[error("cut, stall and error are more than 100% together")]
    TooMuch,
    /// A time is none.
    #[error("a latency is written 200ms, 1.5s or 200ms..3s, and is 10 minutes at most, not {0:?}")]
    Latency(String),
    /// The status is none of a service in trouble.
    #[error("the statuses are 408, 429, 500, 502, 503 and 504, joined by /, not {0:?}")]
    Status(String),
    /// The moment of a cut is none.
    #[error("a cut is before, after or either, not {0:?}")]
    When(String),
    /// The call is none.
    #[error("the calls are {all}, joined by +, not {given:?}", all = all_calls())]
    Call {
        /// What stands in the place of one.
        given: String,
    },
    /// The seed is no number.
    #[error("a seed is a whole number, not {0:?}")]
    Seed(String),
}

fn all_calls() -> String {
    Call::ALL.map(Call::word).join(", ")
}

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let mut faults = Self::default();
        let mut given = BTreeSet::new();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (name.trim(), value.trim());
            if !given.insert(name) {
                return Err(FaultsError::Twice(name.to_owned()));
            }
            match name {
                "latency" => faults.latency = Some(latency(value)?),
                "error" => {
                    let (share, statuses) = value.split_once(':').unwrap_or((value, ""));
                    faults.error = share.parse()?;
                    if value.contains(':') {
                        faults.statuses =
                            statuses.split('/').map(status).collect::<Result<_, _>>()?;
                    }
                }
                "cut" => {
                    let (share, when) = value.split_once(':').unwrap_or((value, "either"));
                    faults.cut = share.parse()?;
                    faults.cut_when = match when {
                        "before" => CutWhen::Before,
                        "after" => CutWhen::After,
                        "either" => CutWhen::Either,
                        other => return Err(FaultsError::When(other.to_owned())),
                    };
                }
                "stall" => faults.stall = value.parse()?,
                "plain" => faults.plain = value.parse()?,
                "only" => {
                    let call = |word: &str| {
                        word.parse().map_err(|_unknown| FaultsError::Call {
                            given: word.to_owned(),
                        })
                    };
                    faults.only = value.split('+').map(call).collect::<Result<_, _>>()?;
                }
                "seed" => {
                    let seed = value.parse();
                    faults.seed = seed.map_err(|_error| FaultsError::Seed(value.to_owned()))?;
                }
                "" if value.is_empty() => return Err(FaultsError::Nothing),
                unknown => return Err(FaultsError::Unknown(unknown.to_owned())),
            }
        }
        let mishaps = [faults.cut, faults.stall, faults.error];
        let sum: u32 = mishaps.iter().map(|share| u32::from(share.0)).sum();
        if sum > u32::from(Share::ALL.0) {
            return Err(FaultsError::TooMuch);
        }
        let is_something = ["latency", "error", "cut", "stall", "plain"];
        if !is_something.iter().any(|name| given.contains(name)) {
            return Err(FaultsError::Nothing);
        }
        Ok(faults)
    }
}

/// `10%`, `0.5%`: at most two digits after the point.
impl FromStr for Share {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let wrong = || FaultsError::Share(text.to_owned());
        let number = text.strip_suffix('%').ok_or_else(wrong)?;
        let hundredths = scaled(number, 2).ok_or_else(wrong)?;
        u16::try_from(hundredths)
            .ok()
            .filter(|hundredths| *hundredths <= Self::ALL.0)
            .map(Self)
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole}%"),
            (_, 0) => write!(f, "{whole}.{}%", part / 10),
            _ => write!(f, "{whole}.{part:02}%"),
        }
    }
}

/// A decimal number times ten to the power of `digits`; no sign, no exponent, no more digits.
fn scaled(text: &str, digits: usize) -> Option<u64> {
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(both) => both,
        None => (text, ""),
    };
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > digits {
        return None;
    }
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    format!("{whole}{part:0<digits$}").parse().ok()
}

/// A time, or any time between two.
fn latency(text: &str) -> Result<Latency, FaultsError> {
    let wrong = || FaultsError::Latency(text.to_owned());
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    let (min, max) = (time(min).ok_or_else(wrong)?, time(max).ok_or_else(wrong)?);
    if min > max || max > Faults::MAX_LATENCY {
        return Err(wrong());
    }
    Ok(Latency { min, max })
}

fn time(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    if let Some(millis) = text.strip_suffix("ms") {
        return Some(Duration::from_millis(scaled(millis, 0)?));
    }
    Some(Duration::from_millis(scaled(text.strip_suffix('s')?, 3)?))
}

struct Time(Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis > 0 && millis.is_multiple_of(1000) {
            write!(f, "{}s", millis / 1000)
        } else {
            write!(f, "{millis}ms")
        }
    }
}

fn status(text: &str) -> Result<u16, FaultsError> {
    text.parse()
        .ok()
        .filter(|status| Faults::STATUSES.contains(status))
        .ok_or_else(|| FaultsError::Status(text.to_owned()))
}

/// As it would be written on the command line; reading it back gives the same.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(Latency { min, max }) = self.latency {
            let (min, max) = (Time(min), Time(max));
            parts.push(if min.0 == max.0 {
                format!("latency={min}")
            } else {
                format!("latency={min}..{max}")
            });
        }
        if !self.error.is_none() {
            let statuses: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
            let colon = if statuses.is_empty() { "" } else { ":" };
            parts.push(format!("error={}{colon}{}", self.error, statuses.join("/")));
        }
        if !self.cut.is_none() {
            let when = match self.cut_when {
                CutWhen::Before => ":before",
                CutWhen::After => ":after",
                CutWhen::Either => "",
            };
            parts.push(format!("cut={}{when}", self.cut));
        }
        for (name, share) in [("stall", self.stall), ("plain", self.plain)] {
            if !share.is_none() {
                parts.push(format!("{name}={share}"));
            }
        }
        if !self.only.is_empty() {
            let words: Vec<&str> = self.only.iter().map(|call| call.word()).collect();
            parts.push(format!("only={}", words.join("+")));
        }
        if self.seed != 0 {
            parts.push(format!("seed={}", self.seed));
        }
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "latency=200ms..3s",
            "latency=1500ms",
            "error=10%",
            "error=0.25%:429/503",
            "cut=5%",
            "cut=5.5%:before",
            "cut=100%:after",
            "stall=1%,plain=100%",
            "latency=2s,error=10%:503,cut=5%:after,stall=0.01%,plain=50%,only=upload+send,seed=18446744073709551615",
        ] {
            let faults: Faults = text.parse().unwrap();
            assert_eq!(faults.to_string(), text);
        }
        let forgiving: Faults = " latency = 1.5s , seed=0, cut=5%:either".parse().unwrap();
        assert_eq!(forgiving.to_string(), "latency=1500ms,cut=5%");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_can() {
        for (text, says) in [
            ("", "name at least one"),
            ("seed=7", "name at least one"),
            ("only=list", "name at least one"),
            ("latency=1s,", "name at least one"),
            ("delay=1s", "no \"delay\""),
            ("latency=1s,latency=2s", "latency is given twice"),
            ("latency=", "a latency is written"),
            ("latency=1", "a latency is written"),
            ("latency=3s..1s", "a latency is written"),
            ("latency=11000s", "10 minutes at most"),
            ("latency=-1s", "a latency is written"),
            ("latency=1.0001s", "a latency is written"),
            ("error=10", "a share is written 10%"),
            ("error=101%", "100% at most"),
            ("error=1.234%", "a share"),
            ("error=-1%", "a share"),
            ("error=%", "a share"),
            ("error=10%:200", "the statuses are"),
            ("error=10%:", "the statuses are"),
            ("cut=10%:sometimes", "before, after or either"),
            ("cut=60%,error=50%", "more than 100%"),
            ("cut=1%,only=uploads", "the calls are upload, reserve"),
            ("cut=1%,seed=-1", "a seed is"),
        ] {
            let error = text.parse::<Faults>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn the_default_is_nothing() {
        assert!(Faults::default().is_nothing());
        assert_eq!(Faults::default().to_string(), "");
        assert!("error=0%".parse::<Faults>().unwrap().is_nothing());
    }
}
