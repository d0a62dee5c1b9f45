//! Answers, read to their end.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

use super::scope::{Made, remember};
use super::target::is_shared;
use super::token;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let response = client.execute(request).await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await.unwrap().to_vec();
    let answer = Answer {
        status,
        headers,
        body,
    };
    if is_shared() && method == Method::POST && status == 200 {
        answer.remember(&path);
    }
    answer
}

impl Answer {
    /// What was made in somebody's account is deleted at the end of the case.
    fn remember(&self, path: &str) {
        let Ok(envelope) = serde_json::from_slice::<Value>(&self.body) else {
            return;
        };
        let result = &envelope["result"];
        let made = if path.ends_with("/variants") {
            let id = result["variant"]["id"].as_str();
            id.map(|id| Made::Variant(id.to_owned()))
        } else {
            let id = result["id"].as_str();
            id.map(|id| Made::Image(id.to_owned()))
        };
        if let Some(made) = made {
            remember(made);
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// Every value of a header that may come more than once.
    pub(crate) fn all_headers(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The result of a success.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        let mut envelope = self.json();
        assert_eq!(self.status, StatusCode::OK.as_u16(), "{envelope}");
        assert_eq!(envelope["success"], true);
        assert_eq!(envelope["errors"], serde_json::json!([]));
        assert!(envelope["messages"].is_array());
        envelope["result"].take()
    }

    #[track_caller]
    pub(crate) fn image_id(&self) -> String {
        self.result()["id"].as_str().unwrap().to_owned()
    }

    /// A failure in the envelope; returns the message.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: u32) -> String {
        let envelope = self.json();
        assert_eq!(
            (self.status, &envelope["errors"][0]["code"]),
            (status, &Value::from(code)),
            "{envelope}"
        );
        assert_eq!(envelope["success"], false);
        assert_eq!(envelope["result"], Value::Null);
        assert_eq!(envelope["messages"], serde_json::json!([]));
        let message = envelope["errors"][0]["message"].as_str().unwrap();
        assert!(!message.contains(token()), "a message tells the token");
        message.to_owned()
    }

    /// A failure in one line of text; returns the line.
    #[track_caller]
    pub(crate) fn refused_in_text(&self, status: u16, code: u32) -> String {
        let start = format!("ERROR {code}: ");
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        assert!(self.header("content-type").starts_with("text/plain"));
        assert!(self.text().starts_with(&start), "{}", self.text());
        assert!(!self.text().contains('\n'), "{}", self.text());
        self.text().to_owned()
    }

    /// The picture in the body.
    #[track_caller]
    pub(crate) fn picture(&self) -> image::DynamicImage {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        image::load_from_memory(&self.body).unwrap()
    }

    /// Width and height of the picture in the body.
    #[track_caller]
    pub(crate) fn picture_size(&self) -> (u32, u32) {
        let picture = self.picture();
        (picture.width(), picture.height())
    }

    /// The EXIF of the picture in the body, if it has any.
    pub(crate) fn exif(&self) -> Option<exif::Exif> {
        let mut body = std::io::Cursor::new(&self.body);
        exif::Reader::new().read_from_container(&mut body).ok()
    }

    /// The remarks of delivery.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let texts = self.all_headers("warning").into_iter();
        texts
            .map(|text| {
                let text = text.strip_prefix("cf-images 299 \"").unwrap();
                text.strip_suffix('"').unwrap().to_owned()
            })
            .collect()
    }
}
