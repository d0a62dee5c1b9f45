//! What can go wrong, by what it means for a person and not by who said it.

use std::fmt;
use std::time::Duration;

use crate::model::Problem;

/// What a call answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The token's text cannot be a token.
    MalformedToken,
    /// The token is unknown, revoked, disabled or expired.
    TokenRefused,
    /// The token is good, but may not do this.
    PermissionMissing,
    /// The account does not exist, or has no Images.
    AccountInvalid,
    /// The image, variant or key does not exist.
    NotFound,
    /// The name or id is taken.
    Conflict,
    /// The id breaks the service's rules.
    InvalidId,
    /// An image with a custom id cannot be private.
    PrivateCustomId,
    /// The file has too many bytes.
    TooLarge,
    /// The animation has too many pixels.
    AnimationTooLarge,
    /// The bytes are no picture of an accepted kind.
    UnsupportedType,
    /// The picture cannot be decoded.
    Damaged,
    /// The metadata is no object, or too long.
    MetadataInvalid,
    /// The service could not fetch the picture from its URL.
    UrlNotFetched,
    /// The one-time URL has expired.
    LinkExpired,
    /// The account holds as many as it may.
    LimitReached,
    /// Too many requests.
    RateLimited {
        /// How long the service asks to wait.
        retry_after: Option<Duration>,
    },
    /// Delivery wants a valid signature for this image.
    SignatureNeeded,
    /// The account does not allow options in URLs.
    FlexibleOff,
    /// Refused for another reason; the message has the service's words.
    Rejected,
    /// The upload did not move on.
    UploadTooSlow,
    /// The server has no room to store it: a local library on a full disk.
    StorageFull,
    /// The service has a problem of its own.
    ServerUnavailable,
    /// The service could not be reached, or the connection was lost.
    Connection(ConnectionFault),
    /// No answer in time.
    Timeout,
    /// The file to send cannot be read.
    FileUnreadable,
    /// The file to send changed while it was sent.
    FileChanged,
    /// The answer is none of this service: a web page, nothing, broken JSON.
    NotUnderstood,
    /// The person cancelled it.
    Cancelled,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionFault {
    /// The name has no address.
    Dns,
    /// Nothing listens there.
    Refused,
    /// No route, or the network is down.
    Unreachable,
    /// Nobody answered in time.
    NoAnswer,
    /// The certificate is not trusted, or encryption failed.
    Tls,
    /// The certificate is not valid at the time this computer shows.
    Clock,
    /// The proxy refused.
    Proxy,
    /// It ended in the middle: the request may or may not have been carried out.
    Lost,
}

/// A failed call.
///
/// It never holds the token; `message` has the server's words and may name paths, so it is for
/// logs and details, while [`Problem`] is for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub(super) kind: ErrorKind,
    pub(super) code: Option<u32>,
    pub(super) status: Option<u16>,
    pub(super) message: String,
    pub(super) ray: Option<String>,
}

impl Error {
    /// An error that did not come from a server.
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            status: None,
            message: message.into(),
            ray: None,
        }
    }

    /// An error that a server told.
    pub(super) fn told(
        kind: ErrorKind,
        status: u16,
        code: Option<u32>,
        message: String,
        ray: Option<String>,
    ) -> Self {
        Self {
            kind,
            code,
            status: Some(status),
            message,
            ray,
        }
    }

    /// The same error, understood otherwise by someone who knows more.
    pub(super) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What a person's own cancel looks like.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled")
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The service's code.
    #[must_use]
    pub const fn code(&self) -> Option<u32> {
        self.code
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// The server's words, cut to a line; ours where it had none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Cloudflare's name for the request (`cf-ray`), for its support.
    #[must_use]
    pub fn ray(&self) -> Option<&str> {
        self.ray.as_deref()
    }

    /// How long the service asks to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.kind {
            ErrorKind::RateLimited { retry_after } => retry_after,
            _ => None,
        }
    }

    /// Whether the same request may work later, with nothing changed by a person.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self.kind {
            ErrorKind::RateLimited { .. }
            | ErrorKind::UploadTooSlow
            | ErrorKind::ServerUnavailable
            | ErrorKind::Timeout => true,
            ErrorKind::Connection(fault) => !matches!(
                fault,
                ConnectionFault::Tls | ConnectionFault::Clock | ConnectionFault::Proxy
            ),
            _ => false,
        }
    }

    /// Whether the request may have been carried out all the same: for whoever has to know what
    /// came of an upload.
    #[must_use]
    pub const fn is_in_doubt(&self) -> bool {
        match self.kind {
            ErrorKind::Timeout
            | ErrorKind::UploadTooSlow
            | ErrorKind::ServerUnavailable
            | ErrorKind::NotUnderstood
            | ErrorKind::Cancelled => true,
            ErrorKind::Connection(fault) => matches!(fault, ConnectionFault::Lost),
            _ => false,
        }
    }

    /// What happened, as a sentence without a period.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self.kind {
            ErrorKind::MalformedToken => "This text cannot be an API token",
            ErrorKind::TokenRefused => "The API token was not accepted",
            ErrorKind::PermissionMissing => "The API token may not do this",
            ErrorKind::AccountInvalid => "This account does not exist or has no Images",
            ErrorKind::NotFound => "It does not exist on the server",
            ErrorKind::Conflict => "The ID or name is already taken",
            ErrorKind::InvalidId => "The server refused this image ID",
            ErrorKind::PrivateCustomId => "An image with a custom ID cannot be private",
            ErrorKind::TooLarge => "The file is larger than 10 MB",
            ErrorKind::AnimationTooLarge => "The animation has too many pixels",
            ErrorKind::UnsupportedType => "The file is not an image of an accepted type",
            ErrorKind::Damaged => "The image is incomplete or damaged",
            ErrorKind::MetadataInvalid => "The server refused the metadata",
            ErrorKind::UrlNotFetched => "The server could not fetch the image from its URL",
            ErrorKind::LinkExpired => "The upload link has expired",
            ErrorKind::LimitReached => "The account has reached its limit",
            ErrorKind::RateLimited { .. } => "The account's request limit is used up for now",
            ErrorKind::SignatureNeeded => "The image opens only with a valid signed URL",
            ErrorKind::FlexibleOff => "Flexible variants are turned off for this account",
            ErrorKind::Rejected => "The server refused the request",
            ErrorKind::UploadTooSlow => "The upload stopped moving",
            ErrorKind::StorageFull => "The server's disk is full",
            ErrorKind::ServerUnavailable => "The server has a problem at the moment",
            ErrorKind::Connection(fault) => match fault {
                ConnectionFault::Dns => "The server's name could not be found",
                ConnectionFault::Refused => "Nothing answers at the server's address",
                ConnectionFault::Unreachable => "The server cannot be reached from this network",
                ConnectionFault::NoAnswer => "The server did not answer the connection",
                ConnectionFault::Tls => "No secure connection to the server",
                ConnectionFault::Clock => "The server's certificate is not valid at this time",
                ConnectionFault::Proxy => "The proxy refused the connection",
                ConnectionFault::Lost => "The connection was lost",
            },
            ErrorKind::Timeout => "The server did not answer in time",
            ErrorKind::FileUnreadable => "The file cannot be read",
            ErrorKind::FileChanged => "The file changed while it was being sent",
            ErrorKind::NotUnderstood => "The answer did not come from an Images server",
            ErrorKind::Cancelled => "Cancelled",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self.kind {
            ErrorKind::MalformedToken => "Copy the token again, whole and without spaces",
            ErrorKind::TokenRefused => {
                "Check that the token was copied whole and has not expired or been revoked"
            }
            ErrorKind::PermissionMissing => {
                "Give the token the permission Cloudflare Images: Edit (Images Write) for this account"
            }
            ErrorKind::AccountInvalid => {
                "Compare the account ID with the dashboard and see that Images is enabled"
            }
            ErrorKind::NotFound => "It may have been deleted elsewhere; refresh the list",
            ErrorKind::Conflict => "Choose another, or delete the existing one first",
            ErrorKind::InvalidId => {
                "Use up to 1,024 characters, no slash at either end, and not a UUID"
            }
            ErrorKind::PrivateCustomId => "Clear the ID template, or leave signed URLs off",
            ErrorKind::TooLarge => "Shrink the file and retry",
            ErrorKind::AnimationTooLarge => {
                "All frames together may have 100 megapixels; shorten or shrink the animation"
            }
            ErrorKind::UnsupportedType => "Convert it to JPEG, PNG, GIF, WebP or SVG",
            ErrorKind::Damaged => "Open the file in another program and save it again",
            ErrorKind::MetadataInvalid => "Metadata is a JSON object of at most 1,024 bytes",
            ErrorKind::UrlNotFetched => "Check that the URL opens in a browser without signing in",
            ErrorKind::LinkExpired => "Make a new upload link",
            ErrorKind::LimitReached => "Delete what is no longer needed, or raise the plan's limit",
            ErrorKind::RateLimited { .. } => {
                "Wait up to five minutes; other programs of the account count too"
            }
            ErrorKind::SignatureNeeded => "Make a fresh signed URL",
            ErrorKind::FlexibleOff => "Turn flexible variants on, or use a named variant",
            ErrorKind::Rejected => "See the details for the server's words",
            ErrorKind::StorageFull => "Make room on the disk that holds the images, then retry",
            ErrorKind::ServerUnavailable => "Retry in a moment",
            ErrorKind::Connection(fault) => match fault {
                ConnectionFault::Dns => "Check the internet connection and the server's name",
                ConnectionFault::Refused => {
                    "Check the address, the proxy settings, and that the server is running"
                }
                ConnectionFault::Unreachable | ConnectionFault::NoAnswer => {
                    "Check the internet connection, the firewall and the proxy settings"
                }
                ConnectionFault::Tls => {
                    "A program or network may be intercepting the connection; its certificate has to be trusted by this computer"
                }
                ConnectionFault::Clock => "Set this computer's date and time",
                ConnectionFault::Proxy => "Check the proxy's address, user name and password",
                ConnectionFault::Lost => "Check the internet connection and retry",
            },
            ErrorKind::UploadTooSlow | ErrorKind::Timeout => "Check the connection and retry",
            ErrorKind::FileUnreadable => {
                "Check that the file is still there and may be opened, then retry"
            }
            ErrorKind::FileChanged => "Wait until the file is complete, then retry",
            ErrorKind::NotUnderstood => {
                "Check the server's address, and whether this network wants a sign-in page first"
            }
            ErrorKind::Cancelled => "Start it again if it is still wanted",
        }
    }
}

/// One line for logs: meaning, code, status, the server's words last.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lower_first(self.what()))?;
        if let Some(code) = self.code {
            write!(f, " [{code}]")?;
        }
        if let Some(status) = self.status {
            write!(f, " (status {status})")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// For the screen: no token, no path, no metadata; the server's own words only where nothing else
/// tells what is wrong, and then without anything that looks like a path or a URL.
impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let mut what = error.what().to_owned();
        if error.kind == ErrorKind::Rejected && !error.message.is_empty() {
            what = format!("{what}: {}", without_paths(&error.message));
        }
        Self::new(what)
            .with_hint(error.hint())
            .with_code(error.code.or(error.status.map(u32::from)))
            // By itself no disk gets room, but a person can make some.
            .retryable(error.is_retryable() || error.kind == ErrorKind::StorageFull)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

fn without_paths(text: &str) -> String {
    let words = text.trim_end_matches('.').split_whitespace().map(|word| {
        let is_path = word.contains("://")
            || word.contains('\\')
            || word
                .trim_start_matches(['"', '\'', '(', '<', '`'])
                .starts_with('/');
        if is_path { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// "The token …" becomes "the token …", as messages of errors are written.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_happened_what_to_do_and_the_code() {
        let error = Error::told(
            ErrorKind::TooLarge,
            413,
            Some(5413),
            "Maximum image size of 10 MB is reached".to_owned(),
            None,
        );
        assert_eq!(
            Problem::from(&error).to_string(),
            "The file is larger than 10 MB. Shrink the file and retry [5413]"
        );
        assert!(!Problem::from(&error).can_retry);
    }

    #[test]
    fn a_problem_shows_no_path_even_where_it_quotes_the_server() {
        let error = Error::told(
            ErrorKind::Rejected,
            400,
            Some(5400),
            "Bad request: cannot read /home/me/a.jpg from https://example.com/x?sig=1.".to_owned(),
            None,
        );
        let text = Problem::from(&error).to_string();
        assert!(text.contains("Bad request: cannot read … from …"), "{text}");
        assert!(!text.contains("home") && !text.contains("sig"), "{text}");
    }

    #[test]
    fn only_what_time_may_mend_is_retried() {
        let is_retryable =
            |kind, status| Error::told(kind, status, None, String::new(), None).is_retryable();
        assert!(is_retryable(ErrorKind::ServerUnavailable, 503));
        assert!(!is_retryable(ErrorKind::NotUnderstood, 200));
        assert!(!is_retryable(
            ErrorKind::Connection(ConnectionFault::Clock),
            0
        ));
        assert!(!is_retryable(ErrorKind::TooLarge, 413));
    }
}
