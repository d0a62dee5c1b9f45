//! The plan of a run: the fate of the first, second, third … call of each kind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{Call, CutWhen, Faults, Injected, Mishap};

/// Faults at work, and how far the run is.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) faults: Faults,
    /// Calls so far, in the order of [`Call::ALL`]. Each kind is counted by itself, so that a
    /// thumbnail more or less does not change what happens to the uploads.
    counts: [AtomicU64; Call::ALL.len()],
}

/// What a draw decides. Each has a number of its own, so that, say, another latency leaves the
/// failures where they were.
#[derive(Clone, Copy)]
enum Draw {
    Mishap = 1,
    Status = 2,
    CutWhen = 3,
    Latency = 4,
    Plain = 5,
}

impl Plan {
    pub(super) fn new(faults: Faults) -> Self {
        Self {
            faults,
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// The fate of the next call of that kind.
    pub(super) fn next(&self, call: Call) -> Injected {
        if !self.faults.only.is_empty() && !self.faults.only.contains(&call) {
            return Injected::default();
        }
        let number = self.counts[call as usize].fetch_add(1, Ordering::Relaxed);
        self.fate(call, number)
    }

    /// The fate of the call with that number, from 0.
    fn fate(&self, call: Call, number: u64) -> Injected {
        let faults = &self.faults;
        let draw = |what: Draw, below: u64| {
            let mut hasher = Sha256::new();
            hasher.update(faults.seed.to_le_bytes());
            hasher.update(call.word().as_bytes());
            hasher.update(number.to_le_bytes());
            hasher.update([what as u8]);
            let digest: [u8; 32] = hasher.finalize().into();
            let random = u64::from_le_bytes(*digest.first_chunk().expect("32 are more than 8"));
            // The high half of the product: as even as a 64-bit number can be spread.
            let scaled = (u128::from(random) * u128::from(below)) >> 64;
            u64::try_from(scaled).expect("it is below a 64-bit number")
        };
        let delay = faults.latency.map_or(Duration::ZERO, |latency| {
            let span = (latency.max - latency.min).as_micros();
            let span = u64::try_from(span).unwrap_or(u64::MAX - 1);
            latency.min + Duration::from_micros(draw(Draw::Latency, span + 1))
        });
        // One draw for the three: they exclude each other, and their shares add up.
        let lot = draw(Draw::Mishap, 10_000);
        let cut = u64::from(faults.cut.0);
        let stall = cut + u64::from(faults.stall.0);
        let error = stall + u64::from(faults.error.0);
        let mishap = if lot < cut {
            let is_before = match faults.cut_when {
                CutWhen::Before => true,
                CutWhen::After => false,
                CutWhen::Either => draw(Draw::CutWhen, 2) == 0,
            };
            Some(if is_before {
                Mishap::CutBefore
            } else {
                Mishap::CutAfter
            })
        } else if lot < stall {
            Some(Mishap::Stalled)
        } else if lot < error {
            let statuses: Vec<u16> = if faults.statuses.is_empty() {
                Faults::USUAL_STATUSES.to_vec()
            } else {
                faults.statuses.iter().copied().collect()
            };
            let pick = draw(Draw::Status, statuses.len() as u64);
            let pick = usize::try_from(pick).expect("a handful of statuses");
            Some(Mishap::Refused(statuses[pick]))
        } else {
            None
        };
        Injected {
            delay,
            mishap,
            is_plain: draw(Draw::Plain, 10_000) < u64::from(faults.plain.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::new(text.parse().unwrap())
    }

    fn fates(text: &str, call: Call, count: usize) -> Vec<Injected> {
        let plan = plan(text);
        (0..count).map(|_| plan.next(call)).collect()
    }

    const MIXED: &str = "latency=1ms..9ms,error=20%,cut=10%,stall=5%,plain=50%,seed=3";

    #[test]
    fn the_same_seed_is_the_same_run() {
        let first = fates(MIXED, Call::List, 200);
        assert_eq!(first, fates(MIXED, Call::List, 200));
        assert_ne!(
            first,
            fates(&MIXED.replace("seed=3", "seed=4"), Call::List, 200)
        );
        assert_ne!(first, fates(MIXED, Call::Upload, 200));
    }

    #[test]
    fn other_calls_in_between_change_nothing() {
        let mixed = plan(MIXED);
        let uploads: Vec<Injected> = (0..100)
            .map(|number| {
                for _ in 0..number % 3 {
                    mixed.next(Call::Delivery);
                }
                mixed.next(Call::Upload)
            })
            .collect();
        assert_eq!(uploads, fates(MIXED, Call::Upload, 100));
    }

    /// Scripts and issues name seeds: what they mean must not change with a release.
    #[test]
    fn a_seed_means_the_same_in_every_release() {
        let mishaps: Vec<_> = fates("cut=20%:before,error=20%:503,seed=7", Call::List, 10)
            .iter()
            .map(|fate| match fate.mishap {
                None => '.',
                Some(Mishap::CutBefore) => 'c',
                Some(_) => 'e',
            })
            .collect();
        assert_eq!(mishaps.iter().collect::<String>(), "ece..ee..c");
    }

    #[test]
    fn as_many_go_wrong_as_was_asked_for() {
        let fates = fates("error=10%,cut=5%,stall=1%", Call::List, 20_000);
        let count = |wanted: fn(Mishap) -> bool| {
            fates
                .iter()
                .filter(|fate| fate.mishap.is_some_and(wanted))
                .count()
        };
        let refused = count(|mishap| matches!(mishap, Mishap::Refused(_)));
        let cut = count(|mishap| matches!(mishap, Mishap::CutBefore | Mishap::CutAfter));
        let before = count(|mishap| mishap == Mishap::CutBefore);
        let stalled = count(|mishap| mishap == Mishap::Stalled);
        assert!((1_850..2_150).contains(&refused), "{refused}");
        assert!((900..1_100).contains(&cut), "{cut}");
        assert!((400..600).contains(&before), "{before}");
        assert!((150..250).contains(&stalled), "{stalled}");
        for status in Faults::USUAL_STATUSES {
            let so = fates
                .iter()
                .filter(|fate| fate.mishap == Some(Mishap::Refused(status)))
                .count();
            assert!((400..600).contains(&so), "{status}: {so}");
        }
    }

    #[test]
    fn a_hundred_percent_is_every_request_and_none_is_none() {
        let all = fates("cut=100%:after,plain=100%", Call::Send, 500);
        assert!(
            all.iter()
                .all(|fate| fate.is_plain && fate.mishap == Some(Mishap::CutAfter))
        );
        let none = fates("latency=5ms", Call::Send, 500);
        assert!(
            none.iter()
                .all(|fate| fate.mishap.is_none() && !fate.is_plain)
        );
    }

    #[test]
    fn every_wait_is_within_its_bounds() {
        let waits: Vec<Duration> = fates("latency=200ms..3s", Call::Details, 2_000)
            .iter()
            .map(|fate| fate.delay)
            .collect();
        let (min, max) = (Duration::from_millis(200), Duration::from_secs(3));
        assert!(waits.iter().all(|wait| (min..=max).contains(wait)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_millis(400)));
        assert!(
            waits
                .iter()
                .any(|wait| *wait > Duration::from_millis(2_800))
        );
        let fixed = fates("latency=7ms", Call::Details, 50);
        assert!(
            fixed
                .iter()
                .all(|fate| fate.delay == Duration::from_millis(7))
        );
    }

    #[test]
    fn calls_that_are_not_meant_are_left_alone() {
        let plan = plan("error=100%,only=list+upload");
        assert!(plan.next(Call::List).mishap.is_some());
        assert!(plan.next(Call::Upload).mishap.is_some());
        assert!(plan.next(Call::Delivery).is_nothing());
    }
}
