//! What a delivery URL asks for, and what the library knows of it.

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use rusqlite::Connection;

use super::{denied, refused};
use crate::model::flexible::FlexibleOptions;
use crate::model::{ImageId, SigningKey, Variant};
use crate::server::Context;
use crate::server::error::Answer;
use crate::server::library::{Account, Record};

/// What browsers are told when neither variant nor account says otherwise: two days.
const DEFAULT_TTL_SECS: u32 = 172_800;

/// What the last segment asks for.
pub(super) struct Wish {
    pub(super) options: FlexibleOptions,
    pub(super) warnings: Vec<String>,
    pub(super) is_flexible: bool,
    pub(super) is_always_public: bool,
    pub(super) ttl_secs: u32,
    /// The request headers that the answer depends on.
    pub(super) vary: String,
}

/// What the library knows of a request, found in one go: each trip to the blocking pool costs more
/// than the questions.
pub(super) struct Found {
    pub(super) account: Account,
    /// The variant of that name, if one was asked for.
    pub(super) variant: Option<Variant>,
    pub(super) record: Option<Record>,
    /// Read only where they open something.
    pub(super) keys: Vec<SigningKey>,
}

impl Found {
    pub(super) fn load(
        connection: &Connection,
        variant: Option<&str>,
        id: &ImageId,
        now: Timestamp,
    ) -> rusqlite::Result<Self> {
        let record = Record::find(connection, id, now)?;
        let is_private = record
            .as_ref()
            .is_some_and(|record| record.image.require_signed_urls);
        Ok(Self {
            account: Account::load(connection)?,
            variant: match variant {
                Some(name) => Variant::find(connection, name)?,
                None => None,
            },
            record,
            keys: if is_private {
                SigningKey::all(connection)?
            } else {
                Vec::new()
            },
        })
    }
}

/// Whether the last segment holds options rather than the name of a variant.
pub(super) fn is_flexible(last: &str) -> bool {
    last.contains('=') || last.contains("%3D") || last.contains("%3d")
}

/// What the last segment asks for.
pub(super) fn wish(
    cx: &Context,
    last: &str,
    account: Account,
    variant: Option<Variant>,
) -> Answer<Wish> {
    let account_ttl = account.browser_ttl_secs.unwrap_or(DEFAULT_TTL_SECS);
    if is_flexible(last) {
        if !account.flexible_variants {
            return Err(refused(
                StatusCode::FORBIDDEN,
                9429,
                "Flexible variants are not enabled for the account",
            ));
        }
        let (options, warnings) = FlexibleOptions::parse(last).map_err(|error| {
            refused(
                StatusCode::BAD_REQUEST,
                9401,
                format!("Missing or invalid resizing parameters: {error}"),
            )
        })?;
        let vary = vary(&options);
        return Ok(Wish {
            vary,
            options: for_client(options, &cx.headers),
            warnings,
            is_flexible: true,
            is_always_public: false,
            ttl_secs: account_ttl,
        });
    }
    let variant =
        variant.ok_or_else(|| denied("This account doesn't have variant with this name"))?;
    Ok(Wish {
        vary: "accept".to_owned(),
        options: FlexibleOptions::from_variant(&variant.options),
        warnings: Vec::new(),
        is_flexible: false,
        is_always_public: variant.never_require_signed_urls,
        ttl_secs: variant.options.browser_ttl_secs.unwrap_or(account_ttl),
    })
}

/// The request headers that these options look at. A cache between us and the client keeps apart
/// what differs in one of them.
fn vary(options: &FlexibleOptions) -> String {
    let mut names = vec!["accept"];
    if options.auto_width {
        names.extend(["sec-ch-viewport-width", "sec-ch-dpr", "user-agent"]);
    }
    if options.slow_connection_quality.is_some() {
        names.extend(["rtt", "save-data", "ect", "downlink"]);
    }
    names.join(", ")
}

/// Settles what depends on the client: its screen, and how slow its connection is.
pub(in crate::server) fn for_client(
    options: FlexibleOptions,
    headers: &HeaderMap,
) -> FlexibleOptions {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| text(name).and_then(|text| text.trim().parse::<f64>().ok());
    let is_slow = number("rtt").is_some_and(|millis| millis > 150.0)
        || number("downlink").is_some_and(|mbits| mbits < 5.0)
        || text("save-data").is_some_and(|value| value.trim().eq_ignore_ascii_case("on"))
        || text("ect").is_some_and(|kind| matches!(kind.trim(), "slow-2g" | "2g" | "3g"));
    let options = if is_slow {
        options.for_slow_connection()
    } else {
        options
    };
    let viewport = number("sec-ch-viewport-width").or_else(|| number("viewport-width"));
    let ratio = number("sec-ch-dpr").or_else(|| number("dpr"));
    let is_mobile = text("user-agent").is_some_and(|agent| agent.contains("Mobi"));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and the largest width is used for anything above it"
    )]
    let screen = viewport.map_or(is_mobile.then_some(768), |css_px| {
        Some((css_px * ratio.unwrap_or(1.0)).ceil() as u32)
    });
    options.for_screen(screen)
}
