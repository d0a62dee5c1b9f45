//! Words on screen: the catalogs in `assets/locales`, and how numbers and times are said.
//!
//! `tr!("id")` and `tr!("id", count = n)` give a `String`. An id that is not in the catalog never
//! panics: it is shown, in brackets where we are the ones to see it. A test finds it before.

use std::sync::OnceLock;
use std::time::Duration;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::{Timestamp, tz::TimeZone};

type Bundle = FluentBundle<FluentResource>;

/// The text with this id: `tr!("dialog-close")`, `tr!("delete-title", count = 3)`.
///
/// Values are numbers or strings; numbers choose the plural form and are written with thousands
/// separators.
#[macro_export]
macro_rules! tr {
    ($id:literal) => {
        $crate::ui::text::translate($id, &[])
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::ui::text::translate($id, &[
            $((stringify!($name), $crate::ui::text::Value::from($value)),)+
        ])
    };
}
pub use crate::tr;

/// What a text is filled with.
pub type Value<'a> = FluentValue<'a>;

/// The text behind [`tr!`].
#[must_use]
pub fn translate(id: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    let bundle = bundle();
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return missing(id);
    };
    let mut args = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        args.set(*name, value.clone());
    }
    // A value the text asks for and was not given is shown as its name, which says enough.
    let mut unfilled = Vec::new();
    bundle
        .format_pattern(pattern, Some(&args), &mut unfilled)
        .into_owned()
}

fn missing(id: &str) -> String {
    if cfg!(debug_assertions) {
        format!("[{id}]")
    } else {
        id.to_owned()
    }
}

/// One file for each part of the window.
const CATALOG: [&str; 6] = [
    include_str!("../../assets/locales/en/app.ftl"),
    include_str!("../../assets/locales/en/gallery.ftl"),
    include_str!("../../assets/locales/en/uploads.ftl"),
    include_str!("../../assets/locales/en/variants.ftl"),
    include_str!("../../assets/locales/en/accounts.ftl"),
    include_str!("../../assets/locales/en/library.ftl"),
];

fn bundle() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let mut bundle = Bundle::new_concurrent(vec!["en-US".parse().unwrap_or_default()]);
        // The marks would be right between scripts, but our fonts show some of them as boxes.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(number_words(number.value)),
            _ => None,
        }));
        let source = CATALOG.concat();
        // A message that cannot be read is left out, and shows up as missing.
        let resource = FluentResource::try_new(source).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(resource);
        bundle
    })
}

fn number_words(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and small, as just checked"
        )]
        let whole = number as i64;
        let sign = if whole < 0 { "-" } else { "" };
        format!("{sign}{}", format_count(whole.unsigned_abs()))
    } else {
        number.to_string()
    }
}

/// A count with thousands separators: `12,304`.
#[must_use]
pub fn format_count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in decimal units, with one digit after the point below ten: `642 KB`, `4.2 MB`.
#[must_use]
pub fn format_bytes(bytes: u64) -> String {
    type Words = fn(String) -> String;
    const UNITS: [(u64, Words); 4] = [
        (1_000, |size| tr!("unit-kilobytes", size = size)),
        (1_000_000, |size| tr!("unit-megabytes", size = size)),
        (1_000_000_000, |size| tr!("unit-gigabytes", size = size)),
        (1_000_000_000_000, |size| tr!("unit-terabytes", size = size)),
    ];
    let in_unit = |unit: u64| -> String {
        let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
        if tenths < 100 {
            if tenths % 10 == 0 {
                return (tenths / 10).to_string();
            }
            return format!("{}.{}", tenths / 10, tenths % 10);
        }
        let whole = (u128::from(bytes) + u128::from(unit) / 2) / u128::from(unit);
        format_count(u64::try_from(whole).unwrap_or(u64::MAX))
    };
    if bytes < 1_000 {
        return tr!("unit-bytes", size = bytes, count = bytes);
    }
    // 999,999 bytes are "1 MB", not "1,000 KB".
    let (unit, words) = UNITS
        .iter()
        .find(|(unit, _)| bytes < unit * 1_000 - unit / 2)
        .unwrap_or(&UNITS[3]);
    words(in_unit(*unit))
}

/// The day of a moment here: `2 Nov`, with the year if it is not the present one.
#[must_use]
pub fn format_day(moment: Timestamp) -> String {
    format_day_in(moment, Timestamp::now(), &TimeZone::system())
}

/// [`format_day`] as seen at `now` in a time zone.
#[must_use]
pub fn format_day_in(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let day = moment.to_zoned_datetime(zone.clone());
    let form = if day.year() == now.to_zoned_datetime(zone.clone()).year() {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    day.strftime(form).to_string()
}

/// A moment here, to the minute: `2 Nov 2026, 14:32`.
#[must_use]
pub fn format_moment(moment: Timestamp) -> String {
    format_moment_in(moment, &TimeZone::system())
}

/// [`format_moment`] in a time zone.
#[must_use]
pub fn format_moment_in(moment: Timestamp, zone: &TimeZone) -> String {
    let here = moment.to_zoned_datetime(zone.clone());
    here.strftime("%-d %b %Y, %H:%M").to_string()
}

/// A time of day here, to the millisecond: `14:32:05.120`.
#[must_use]
pub fn format_clock(moment: Timestamp) -> String {
    format_clock_in(moment, &TimeZone::system())
}

/// [`format_clock`] in a time zone.
#[must_use]
pub fn format_clock_in(moment: Timestamp, zone: &TimeZone) -> String {
    let here = moment.to_zoned_datetime(zone.clone());
    here.strftime("%H:%M:%S%.3f").to_string()
}

/// A duration in at most two units: `41 s`, `2 min 10 s`, `3 h 5 min`, `2 days`.
#[must_use]
pub fn format_duration_short(duration: Duration) -> String {
    // Rounded up: "0 s left" is said only when nothing is.
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match (hours, minutes) {
        (0, 0) => tr!("duration-seconds", seconds = seconds),
        (0, _) if seconds.is_multiple_of(60) => tr!("duration-minutes", minutes = minutes),
        (0, _) => tr!(
            "duration-minutes-seconds",
            minutes = minutes,
            seconds = seconds % 60
        ),
        (48.., _) => tr!("duration-days", days = hours / 24),
        (_, _) if minutes.is_multiple_of(60) => tr!("duration-hours", hours = hours),
        (_, _) => tr!(
            "duration-hours-minutes",
            hours = hours,
            minutes = minutes % 60
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Ids that no `tr!` names literally; each with the reason.
    const USED_OTHERWISE: &[&str] = &[];

    fn defined_ids() -> Vec<String> {
        let defined = |line: &str| {
            let (id, _) = line.split_once(" =")?;
            let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
            (starts && !id.contains(' ')).then(|| id.to_owned())
        };
        CATALOG.concat().lines().filter_map(defined).collect()
    }

    /// Of two, the later one would stand in both places, and nobody would know.
    #[test]
    fn no_word_is_defined_twice() {
        let mut seen = BTreeSet::new();
        let mut ids = defined_ids();
        assert!(ids.len() > 300, "{}", ids.len());
        ids.retain(|id| !seen.insert(id.clone()));
        assert!(ids.is_empty(), "{ids:?}");
    }

    fn catalog_ids() -> BTreeSet<String> {
        defined_ids().into_iter().collect()
    }

    fn used_ids(folder: &Path, ids: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used_ids(&path, ids);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                // Doc comments show how; they use nothing.
                let code: String = source
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .flat_map(|line| [line, "\n"])
                    .collect();
                for (at, found) in code.match_indices("tr!(") {
                    // Not `include_str!(`, and not this very search.
                    if code[..at].ends_with(|c: char| c.is_alphanumeric() || "_\"".contains(c)) {
                        continue;
                    }
                    let rest = code[at + found.len()..].trim_start();
                    if let Some((id, _)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
                        ids.insert(id.to_owned());
                    }
                }
            }
        }
    }

    #[test]
    fn every_text_the_code_asks_for_is_in_the_catalog_and_no_other() {
        let mut used = BTreeSet::new();
        used_ids(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut used,
        );
        used.remove("no-such-text");
        let catalog = catalog_ids();
        let absent: Vec<_> = used.difference(&catalog).collect();
        assert!(absent.is_empty(), "not in the catalog: {absent:?}");
        used.extend(USED_OTHERWISE.iter().map(|id| (*id).to_owned()));
        let unused: Vec<_> = catalog.difference(&used).collect();
        assert!(
            unused.is_empty(),
            "in the catalog, but shown nowhere: {unused:?}"
        );
    }

    #[test]
    fn the_catalog_can_be_read_to_its_last_line() {
        let (_, errors) = match FluentResource::try_new(CATALOG.concat()) {
            Ok(resource) => (resource, Vec::new()),
            Err(both) => both,
        };
        assert!(errors.is_empty(), "{errors:?}");
        let mut seen = BTreeSet::new();
        for line in CATALOG
            .concat()
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            let id = line.split('=').next().unwrap().trim();
            assert!(seen.insert(id), "{id} stands in the catalog twice");
        }
    }

    #[test]
    fn a_text_is_filled_with_names_and_numbers() {
        assert_eq!(tr!("chip-remove", name = "signed:no"), "Remove signed:no");
        assert_eq!(tr!("duration-days", days = 1), "1 day");
        assert_eq!(tr!("duration-days", days = 12_304), "12,304 days");
    }

    #[test]
    fn a_missing_text_shows_its_id() {
        assert!(tr!("no-such-text").contains("no-such-text"));
    }

    #[test]
    fn counts_are_read_in_groups_of_three() {
        let words: Vec<_> = [0, 999, 1_000, 12_304, 212_940, 1_000_000]
            .map(format_count)
            .into();
        assert_eq!(
            words,
            ["0", "999", "1,000", "12,304", "212,940", "1,000,000"]
        );
    }

    #[test]
    fn sizes_are_decimal_and_short() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (14_200, "14 KB"),
            (642_000, "642 KB"),
            (999_499, "999 KB"),
            (999_500, "1 MB"),
            (4_200_000, "4.2 MB"),
            (26_100_000, "26 MB"),
            (7_000_000_000, "7 GB"),
            (u64::MAX, "18,446,744 TB"),
        ];
        for (bytes, words) in cases {
            assert_eq!(format_bytes(bytes), words, "{bytes}");
        }
    }

    #[test]
    fn a_day_has_its_year_only_when_it_is_another() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        let this: Timestamp = "2026-11-02T13:32:00Z".parse().unwrap();
        let last: Timestamp = "2025-10-28T13:32:00Z".parse().unwrap();
        assert_eq!(format_day_in(this, now, &zone), "2 Nov");
        assert_eq!(format_day_in(last, now, &zone), "28 Oct 2025");
        assert_eq!(format_moment_in(this, &TimeZone::UTC), "2 Nov 2026, 13:32");
        let clock: Timestamp = "2026-11-02T13:32:05.0127Z".parse().unwrap();
        assert_eq!(format_clock_in(clock, &TimeZone::UTC), "13:32:05.012");
    }

    #[test]
    fn a_duration_has_at_most_two_units() {
        let cases = [
            (0, "0 s"),
            (41, "41 s"),
            (60, "1 min"),
            (130, "2 min 10 s"),
            (3_600, "1 h"),
            (11_100, "3 h 5 min"),
            (172_800, "2 days"),
        ];
        for (seconds, words) in cases {
            assert_eq!(format_duration_short(Duration::from_secs(seconds)), words);
        }
        assert_eq!(format_duration_short(Duration::from_millis(200)), "1 s");
    }
}
