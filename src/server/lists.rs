//! Lists of images: pages, filters, and the tokens that lead from page to page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Context;
use super::error::{Answer, Refusal, success};
use super::library::{Comparison, Condition, CreatorFilter, Filters, Page, Place, Start};
use crate::model::SortOrder;
use crate::wire::ImageListDocument;

const MAX_PER_PAGE: u32 = 10_000;
/// Without a page number, the service's newer form.
const PER_PAGE: u32 = 1000;
/// With a page number, the older form.
const PER_NUMBERED_PAGE: u32 = 100;

const MAX_CONDITIONS: usize = 5;
const MAX_FIELD_CHARS: usize = 100;
const MAX_FIELD_LEVELS: usize = 5;
const MAX_CHOICES: usize = 10;

/// `GET images/v2`.
pub(super) async fn list_v2(cx: &Context) -> Answer {
    let query = Query::parse(cx.query())?;
    let tag = query.tag(cx.server.account_hash.as_str());
    let (start, rows) = match (&query.token, query.page) {
        (Some(token), _) => {
            let place = place_from_token(token, tag)
                .ok_or_else(|| Refusal::bad_request("invalid continuation_token"))?;
            (Start::After(place), query.per_page.unwrap_or(PER_PAGE))
        }
        (None, Some(page)) => {
            let rows = query.per_page.unwrap_or(PER_NUMBERED_PAGE);
            (first_row(page, rows), rows)
        }
        (None, None) => (Start::Row(0), query.per_page.unwrap_or(PER_PAGE)),
    };
    let page = Page {
        order: query.order,
        rows,
        start,
    };
    let filters = query.filters;
    let (records, next) = cx
        .server
        .library
        .read(move |connection| page.load(connection, &filters))
        .await?;
    Ok(success(ImageListDocument {
        images: cx.documents(records).await?,
        continuation_token: next.map(|place| token_from_place(&place, tag)),
    }))
}

/// `GET images/v1`: the older list, by page number only.
pub(super) async fn list_v1(cx: &Context) -> Answer {
    let query = Query::parse(cx.query())?;
    let rows = query.per_page.unwrap_or(PER_PAGE);
    let page = Page {
        order: SortOrder::Newest,
        rows,
        start: first_row(query.page.unwrap_or(1), rows),
    };
    let filters = Filters {
        creator: query.filters.creator,
        conditions: Vec::new(),
    };
    let (records, _) = cx
        .server
        .library
        .read(move |connection| page.load(connection, &filters))
        .await?;
    Ok(success(json!({ "images": cx.documents(records).await? })))
}

fn first_row(page: u64, rows: u32) -> Start {
    Start::Row((page - 1).saturating_mul(u64::from(rows)))
}

/// The query of a list.
#[derive(Default)]
struct Query {
    token: Option<String>,
    page: Option<u64>,
    per_page: Option<u32>,
    order: SortOrder,
    filters: Filters,
    /// The filters as they were written, in order: what a token is bound to.
    written: Vec<(String, String)>,
}

impl Query {
    fn parse(text: &str) -> Answer<Self> {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                // A client that has nothing to say sends these empty.
                "continuation_token" | "page" | "per_page" | "sort_order" if value.is_empty() => {}
                "continuation_token" => query.token = Some(value.into_owned()),
                "page" => query.page = Some(number("page", &value, u64::MAX)?),
                "per_page" => {
                    let rows = number("per_page", &value, MAX_PER_PAGE.into())?;
                    query.per_page = u32::try_from(rows).ok();
                }
                "sort_order" => {
                    query.order = match value.as_ref() {
                        "desc" => SortOrder::Newest,
                        "asc" => SortOrder::Oldest,
                        _ => return Err(Refusal::bad_request("sort_order must be asc or desc")),
                    };
                }
                "creator" => {
                    // Empty on purpose: images that belong to nobody.
                    query.filters.creator = Some(if value.is_empty() {
                        CreatorFilter::None
                    } else {
                        CreatorFilter::Is(value.clone().into_owned())
                    });
                    query.written.push((name.into_owned(), value.into_owned()));
                }
                other => {
                    if let Some(filter) = other.strip_prefix("meta.") {
                        query.filters.conditions.push(condition(filter, &value)?);
                        query.written.push((name.into_owned(), value.into_owned()));
                    }
                }
            }
        }
        let count = query.filters.conditions.len();
        if count > MAX_CONDITIONS {
            return Err(Refusal::bad_request(format_args!(
                "Too many metadata filters: {count} provided, maximum {MAX_CONDITIONS} allowed"
            )));
        }
        query.written.sort();
        Ok(query)
    }

    /// A fingerprint of everything that has to stay equal from page to page.
    fn tag(&self, account_hash: &str) -> [u8; 8] {
        let mut hasher = Sha256::new();
        let order = match self.order {
            SortOrder::Newest => "desc",
            SortOrder::Oldest => "asc",
        };
        for text in [account_hash, order] {
            hasher.update(text);
            hasher.update([0]);
        }
        for text in self.written.iter().flat_map(|(name, value)| [name, value]) {
            hasher.update(text);
            hasher.update([0]);
        }
        first_eight(hasher)
    }
}

fn number(name: &str, text: &str, max: u64) -> Answer<u64> {
    text.parse()
        .ok()
        .filter(|number| (1..=max).contains(number))
        .ok_or_else(|| {
            Refusal::bad_request(if max == u64::MAX {
                format!("{name} must be a number from 1")
            } else {
                format!("{name} must be a number from 1 to {max}")
            })
        })
}

/// Reads `<field>[<operator>:<type>]` and its value.
fn condition(filter: &str, value: &str) -> Answer<Condition> {
    let (field, operator) = match filter.split_once('[') {
        Some((field, rest)) => match rest.strip_suffix(']') {
            Some(operator) => (field, operator),
            None => return Err(Refusal::bad_request("invalid metadata filter")),
        },
        None => (filter, "eq"),
    };
    let names: Vec<String> = field.split('.').map(str::to_owned).collect();
    let is_name = |name: &String| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if !names.iter().all(is_name) || names.len() > MAX_FIELD_LEVELS || field.len() > MAX_FIELD_CHARS
    {
        return Err(Refusal::bad_request(format_args!(
            "Invalid metadata filter field: '{field}'"
        )));
    }
    Ok(Condition {
        field: names,
        comparison: comparison(operator, value)?,
    })
}

fn comparison(operator: &str, value: &str) -> Answer<Comparison> {
    let unsupported = || {
        Refusal::bad_request(format_args!(
            "Unsupported metadata filter operator: '{operator}'"
        ))
    };
    let parsed = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| {
                Refusal::bad_request(format_args!("'{text}' is not a number in a filter"))
            })
    };
    let (word, kind) = operator.split_once(':').unwrap_or((operator, ""));
    let relation = match word {
        "eq" | "in" => None,
        "gt" => Some(">"),
        "gte" => Some(">="),
        "lt" => Some("<"),
        "lte" => Some("<="),
        _ => return Err(unsupported()),
    };
    if let Some(relation) = relation {
        return match kind {
            "" | "number" => Ok(Comparison::Ordered(relation, parsed(value)?)),
            _ => Err(unsupported()),
        };
    }
    let values: Vec<&str> = if word == "in" {
        value.split('|').collect()
    } else {
        vec![value]
    };
    if values.len() > MAX_CHOICES {
        return Err(Refusal::bad_request(format_args!(
            "Too many values in a metadata filter: {} provided, maximum {MAX_CHOICES} allowed",
            values.len()
        )));
    }
    let texts = || values.iter().map(|text| (*text).to_owned()).collect();
    match (word, kind) {
        (_, "") => Ok(Comparison::AsWritten(texts())),
        (_, "string") => Ok(Comparison::Text(texts())),
        (_, "number") => Ok(Comparison::Number(
            values
                .iter()
                .map(|text| parsed(text))
                .collect::<Answer<_>>()?,
        )),
        ("eq", "boolean") => match value {
            "true" => Ok(Comparison::Boolean(true)),
            "false" => Ok(Comparison::Boolean(false)),
            _ => Err(Refusal::bad_request(format_args!(
                "'{value}' is not a boolean in a filter"
            ))),
        },
        _ => Err(unsupported()),
    }
}

/// A token says where the next page begins and which list it belongs to:
/// `checksum (8) · tag of the list (8) · time (8) · id`, base64url.
fn token_from_place(place: &Place, tag: [u8; 8]) -> String {
    let mut bytes = tag.to_vec();
    bytes.extend(place.uploaded_ms.to_be_bytes());
    bytes.extend(place.id.as_bytes());
    let mut whole = first_eight(Sha256::new_with_prefix(&bytes)).to_vec();
    whole.extend(bytes);
    URL_SAFE_NO_PAD.encode(whole)
}

/// `None` when the token is damaged or belongs to another list.
fn place_from_token(token: &str, tag: [u8; 8]) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (checksum, rest) = bytes.split_first_chunk::<8>()?;
    if *checksum != first_eight(Sha256::new_with_prefix(rest)) {
        return None;
    }
    let (found, rest) = rest.split_first_chunk::<8>()?;
    if *found != tag {
        return None;
    }
    let (time, id) = rest.split_first_chunk::<8>()?;
    Some(Place {
        uploaded_ms: i64::from_be_bytes(*time),
        id: String::from_utf8(id.to_vec()).ok()?,
    })
}

fn first_eight(hasher: Sha256) -> [u8; 8] {
    let digest: [u8; 32] = hasher.finalize().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

/// What a query asks for, without a token.
#[cfg(fuzzing)]
pub(super) fn fuzz_query(text: &str) -> Answer<(Page, Filters)> {
    let query = Query::parse(text)?;
    _ = query.tag("hash");
    let rows = query.per_page.unwrap_or(PER_PAGE);
    let page = Page {
        order: query.order,
        rows,
        start: first_row(query.page.unwrap_or(1), rows),
    };
    Ok((page, query.filters))
}

/// Reads any text as a token, and any bytes behind a checksum and a tag that hold.
#[cfg(fuzzing)]
pub(super) fn fuzz_token(text: &[u8]) {
    let tag = [7; 8];
    if let Ok(text) = std::str::from_utf8(text) {
        _ = place_from_token(text, tag);
    }
    let body = [tag.as_slice(), text].concat();
    let checksum = first_eight(Sha256::new_with_prefix(&body));
    let token = URL_SAFE_NO_PAD.encode([checksum.as_slice(), &body].concat());
    if let Some(place) = place_from_token(&token, tag) {
        assert_eq!(token_from_place(&place, tag), token);
        assert_eq!(place_from_token(&token, [8; 8]), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_the_list_it_came_from() {
        let place = Place {
            uploaded_ms: 1_700_000_000_123,
            id: "写真/東京".to_owned(),
        };
        let tag = Query::parse("creator=a&meta.x=1").unwrap().tag("hash");
        let token = token_from_place(&place, tag);
        let same = Query::parse("meta.x=1&creator=a&per_page=7").unwrap();
        assert_eq!(place_from_token(&token, same.tag("hash")), Some(place));
        for (other, account) in [
            ("creator=b&meta.x=1", "hash"),
            ("creator=a&meta.x=1&sort_order=asc", "hash"),
            ("creator=a&meta.x=1", "another"),
        ] {
            let other = Query::parse(other).unwrap().tag(account);
            assert_eq!(place_from_token(&token, other), None);
        }
        let damaged = token.replace(token.chars().nth(20).unwrap(), "_");
        assert_eq!(place_from_token(&damaged, tag), None);
        assert_eq!(place_from_token("", tag), None);
    }

    #[test]
    fn filters_are_refused_by_name() {
        let refused = |query: &str| Query::parse(query).err().unwrap().message;
        assert!(
            refused("meta.a%5Bnot-eq%5D=1")
                .ends_with("Unsupported metadata filter operator: 'not-eq'")
        );
        assert!(
            refused("meta.a=1&meta.b=1&meta.c=1&meta.d=1&meta.e=1&meta.f=1")
                .ends_with("Too many metadata filters: 6 provided, maximum 5 allowed")
        );
        for query in [
            "meta.a-b=1",
            "meta.=1",
            "meta.a.b.c.d.e.f=1",
            "meta.a[gt:string]=1",
            "meta.a[gt]=x",
            "meta.a[in]=1|2|3|4|5|6|7|8|9|10|11",
            "meta.a[eq:boolean]=yes",
            "meta.a[eq=1",
            "sort_order=up",
            "per_page=0",
            "per_page=10001",
            "page=-1",
        ] {
            assert!(Query::parse(query).is_err(), "{query}");
        }
    }
}
