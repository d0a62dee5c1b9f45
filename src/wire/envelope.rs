//! The envelope around every JSON answer.

use serde::{Deserialize, Serialize};

/// `{"result": …, "success": …, "errors": [], "messages": []}`.
///
/// Failures may lack `result` and `messages`; a deletion may answer `success` alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// What was asked for; `null` on failure.
    #[serde(default = "none")]
    pub result: Option<T>,
    /// Whether it worked; the HTTP status has to agree.
    pub success: bool,
    /// Why it did not.
    #[serde(default)]
    pub errors: Vec<Message>,
    /// Remarks on a success.
    #[serde(default)]
    pub messages: Vec<Message>,
}

/// `T` need not have a default for its absence to be readable.
fn none<T>() -> Option<T> {
    None
}

impl<T> Envelope<T> {
    /// A success.
    pub fn success(result: T) -> Self {
        Self {
            result: Some(result),
            success: true,
            errors: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// A failure with one reason.
    pub fn failure(code: u32, message: impl Into<String>) -> Self {
        Self {
            result: None,
            success: false,
            errors: vec![Message {
                code,
                message: message.into(),
                error_chain: Vec::new(),
            }],
            messages: Vec::new(),
        }
    }
}

/// A numbered error or remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The number; 1000 and above but for the rate limiter's 971.
    #[serde(default)]
    pub code: u32,
    /// The words.
    #[serde(default)]
    pub message: String,
    /// Deeper reasons; known from errors about headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error_chain: Vec<Message>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_without_result_and_messages_is_read() {
        let text = r#"{"success":false,"errors":[{"code":5400,"message":"Error description"}]}"#;
        let envelope: Envelope<serde_json::Value> = serde_json::from_str(text).unwrap();
        assert_eq!((envelope.success, envelope.errors[0].code), (false, 5400));
    }

    #[test]
    fn a_failure_says_result_null() {
        let text =
            serde_json::to_string(&Envelope::<()>::failure(5404, "Image not found")).unwrap();
        assert_eq!(
            text,
            r#"{"result":null,"success":false,"errors":[{"code":5404,"message":"Image not found"}],"messages":[]}"#
        );
    }
}
