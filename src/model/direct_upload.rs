//! Direct creator uploads: a reserved id and a URL that takes one file without a token.

use jiff::{SignedDuration, Timestamp};

use super::{ImageId, Secret};

/// A reserved id and its one-time URL.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectUpload {
    /// The id that the image will have.
    pub id: ImageId,
    /// Whoever holds it may upload one file: a secret.
    pub url: Secret<String>,
    /// Until when the URL works.
    pub expires: Timestamp,
}

/// The shortest time a URL may live.
///
/// Source: Cloudflare Images documentation, "Direct creator upload".
pub const MIN_LIFE: SignedDuration = SignedDuration::from_mins(2);
/// The longest time a URL may live.
pub const MAX_LIFE: SignedDuration = SignedDuration::from_hours(6);
/// How long a URL lives when nothing was said.
pub const DEFAULT_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Whether a URL that is reserved at `now` may expire at `expires`.
#[must_use]
pub fn expiry_is_allowed(now: Timestamp, expires: Timestamp) -> bool {
    let life = expires.duration_since(now);
    life >= MIN_LIFE && life <= MAX_LIFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_url_lives_two_minutes_to_six_hours() {
        let now = Timestamp::UNIX_EPOCH;
        let after = |seconds| now + SignedDuration::from_secs(seconds);
        assert!(!expiry_is_allowed(now, after(119)));
        assert!(expiry_is_allowed(now, after(120)));
        assert!(expiry_is_allowed(now, after(6 * 3600)));
        assert!(!expiry_is_allowed(now, after(6 * 3600 + 1)));
    }
}
