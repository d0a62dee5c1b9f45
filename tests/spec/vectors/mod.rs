//! The collected vectors, all of them, against the running program.
//!
//! `vectors.json` holds numbers and texts gathered from the documentation, the published schema,
//! the official clients and observation, each with the basis it rests on. A test goes through a
//! whole section, so that a failure names every vector that failed, and each section has its count:
//! a vector that is added and not looked at is noticed.
//!
//! What cannot hold yet stands in [`UNMET`] with the reason. A vector in that list that holds is a
//! failure, too: then the list is out of date.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails where the test would"
)]

mod about;
mod geometry;
mod ids;
mod metadata;
mod negotiation;
mod options;
mod paths;
mod signing;

use serde_json::Value;

/// Vectors that do not hold, and why.
const UNMET: &[(&str, &str)] = &[];

/// The account hash that the vectors are about.
const HASH: &str = "Vi7wi5KSItxGFsWRG2Us6Q";

fn all() -> Value {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

/// A section of the file, by its name or by names on the way to it.
fn section(path: &str) -> Vec<Value> {
    let mut value = all();
    for name in path.split('.') {
        value = value[name].take();
    }
    serde_json::from_value(value).unwrap()
}

/// A text that is given, or built from `repeat` or from `prefix`, `fill` and `suffix`.
fn built(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    let text = |name: &str| value[name].as_str().unwrap_or_default();
    let count = usize::try_from(value["count"].as_u64().unwrap()).unwrap();
    let fill = format!("{}{}", text("repeat"), text("fill")).repeat(count);
    format!("{}{fill}{}", text("prefix"), text("suffix"))
}

fn pair(value: &Value) -> Option<(u32, u32)> {
    let side = |at: usize| u32::try_from(value[at].as_u64()?).ok();
    Some((side(0)?, side(1)?))
}

/// Goes through a section and tells at its end everything that did not hold.
struct Report {
    vectors: std::vec::IntoIter<Value>,
    failures: Vec<String>,
}

impl Report {
    /// Opens a section that has to hold so many vectors.
    fn of(path: &str, count: usize) -> Self {
        let vectors = section(path);
        assert_eq!(vectors.len(), count, "the number of vectors in {path}");
        Self {
            vectors: vectors.into_iter(),
            failures: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<Value> {
        self.vectors.next()
    }

    /// Takes in how one vector went; `Err` says what was found in place of what it wants.
    fn note(&mut self, vector: &Value, outcome: Result<(), String>) {
        let id = vector["id"].as_str().unwrap();
        let unmet = UNMET.iter().find(|(unmet, _)| *unmet == id);
        match (outcome, unmet) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(found), None) => self.failures.push(format!("{id}: {found}\n    {vector}")),
            (Ok(()), Some((_, reason))) => {
                let text = format!("{id} holds, so it is no longer unmet because \"{reason}\"");
                self.failures.push(text);
            }
        }
    }

    #[track_caller]
    fn close(mut self) {
        let rest = self.vectors.by_ref().count();
        assert_eq!(rest, 0, "vectors were passed over");
        let failures = self.failures.join("\n");
        assert!(failures.is_empty(), "\n{failures}");
    }
}

/// `Ok` when both are equal.
#[expect(
    clippy::needless_pass_by_value,
    reason = "most of what is compared is made for that"
)]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what} is {found:?}, not {wanted:?}"))
    }
}
