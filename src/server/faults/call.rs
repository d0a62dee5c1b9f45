//! What a request asks for, as far as faults tell requests apart.

use std::fmt;
use std::str::FromStr;

use http::Method;

/// A kind of request. Told from method and path alone, also where the answer will be a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// `POST images/v1`: a file or a URL.
    Upload,
    /// `POST images/v2/direct_upload`: reserves a one-time URL.
    Reserve,
    /// `POST` to a one-time URL.
    Send,
    /// The list, either version.
    List,
    /// `GET images/v1/{id}`.
    Details,
    /// `GET images/v1/{id}/blob`.
    Original,
    /// `PATCH images/v1/{id}`.
    Edit,
    /// `DELETE images/v1/{id}`.
    Delete,
    /// Everything about variants.
    Variants,
    /// Stats, switches, keys, tokens; and paths that the API does not have.
    Account,
    /// Pictures by their delivery URLs.
    Delivery,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Upload,
        Self::Reserve,
        Self::Send,
        Self::List,
        Self::Details,
        Self::Original,
        Self::Edit,
        Self::Delete,
        Self::Variants,
        Self::Account,
        Self::Delivery,
    ];

    /// The word for it in `only=`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Reserve => "reserve",
            Self::Send => "send",
            Self::List => "list",
            Self::Details => "details",
            Self::Original => "original",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Variants => "variants",
            Self::Account => "account",
            Self::Delivery => "delivery",
        }
    }

    /// What a request asks for.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["client", "v4", "accounts", _, "images", rest @ ..] | ["images", rest @ ..] => {
                Self::of_images(method, rest)
            }
            ["client", ..] => Self::Account,
            _ if *method == Method::POST => Self::Send,
            _ => Self::Delivery,
        }
    }

    fn of_images(method: &Method, rest: &[&str]) -> Self {
        match rest {
            ["v1" | "v2", "direct_upload"] => Self::Reserve,
            ["v1"] if *method == Method::POST => Self::Upload,
            ["v1" | "v2"] => Self::List,
            ["v1", "variants", ..] => Self::Variants,
            ["v1", "stats" | "config" | "batch_token" | "keys", ..] => Self::Account,
            ["v1", _, "blob"] => Self::Original,
            ["v1", _] if *method == Method::PATCH => Self::Edit,
            ["v1", _] if *method == Method::DELETE => Self::Delete,
            ["v1", _] => Self::Details,
            _ => Self::Account,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// No kind of call has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such call")]
pub struct CallError;

impl FromStr for Call {
    type Err = CallError;

    fn from_str(text: &str) -> Result<Self, CallError> {
        Self::ALL
            .into_iter()
            .find(|call| call.word() == text)
            .ok_or(CallError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_from_method_and_path() {
        let account = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images";
        for (method, path, call) in [
            ("POST", format!("{account}/v1"), Call::Upload),
            ("GET", format!("{account}/v1"), Call::List),
            ("GET", format!("{account}/v2"), Call::List),
            ("POST", format!("{account}/v2/direct_upload"), Call::Reserve),
            ("GET", format!("{account}/v1/a%2Fb"), Call::Details),
            ("PATCH", format!("{account}/v1/a"), Call::Edit),
            ("DELETE", format!("{account}/v1/a"), Call::Delete),
            ("GET", format!("{account}/v1/a/blob"), Call::Original),
            ("DELETE", format!("{account}/v1/variants/a"), Call::Variants),
            ("PUT", format!("{account}/v1/keys/a"), Call::Account),
            ("GET", format!("{account}/v1/stats"), Call::Account),
            (
                "GET",
                "/client/v4/user/tokens/verify".to_owned(),
                Call::Account,
            ),
            ("GET", "/images/v2".to_owned(), Call::List),
            ("DELETE", "/images/v1/a".to_owned(), Call::Delete),
            ("POST", "/hash/id".to_owned(), Call::Send),
            ("GET", "/hash/id/public".to_owned(), Call::Delivery),
            (
                "GET",
                "/cdn-cgi/imagedelivery/hash/id/public".to_owned(),
                Call::Delivery,
            ),
            ("GET", "/".to_owned(), Call::Delivery),
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert_eq!(Call::of(&method, &path), call, "{method} {path}");
        }
    }

    #[test]
    fn a_call_is_known_by_its_word() {
        for call in Call::ALL {
            assert_eq!(call.to_string().parse(), Ok(call));
        }
        assert_eq!("Upload".parse::<Call>(), Err(CallError));
    }
}
