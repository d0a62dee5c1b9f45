//! What the engine tells on a stage: a library, its session, and the images and variants in it.

use egui::Theme;
use lenticular::engine::{Event, Pixels, Preferences, SessionInfo, ThemeChoice};
use lenticular::model::{
    AccountHash, AccountId, Fit, Image, ImageId, Metadata, PixelSize, Profile, ProfileId,
    ProfileKind, Variant, VariantId, VariantOptions,
};

/// Preferences under which a window wears `theme`.
pub(crate) fn wearing(theme: Theme) -> Preferences {
    Preferences {
        theme: match theme {
            Theme::Dark => ThemeChoice::Dark,
            Theme::Light => ThemeChoice::Light,
        },
        ..Preferences::default()
    }
}

/// The same without motion: a picture shall not depend on how far a spinner has turned.
pub(crate) fn still(theme: Theme) -> Preferences {
    Preferences {
        reduce_motion: true,
        ..wearing(theme)
    }
}

pub(crate) fn library() -> Profile {
    Profile {
        id: ProfileId::from_stored("library"),
        name: "Local library".to_owned(),
        kind: ProfileKind::Library {
            folder: "/home/me/library".into(),
        },
    }
}

pub(crate) fn session() -> SessionInfo {
    SessionInfo {
        profile: library(),
        account_id: AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap(),
        account_hash: Some(AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q")),
        delivery_base: "http://127.0.0.1:8787".to_owned(),
        api_base: "http://127.0.0.1:8787/client/v4".to_owned(),
        resumed: 0,
        is_empty_library: false,
    }
}

/// As many images as need a pager.
pub(crate) fn full_account() -> Event {
    Event::Stats {
        current: 12_304,
        allowed: 100_000,
    }
}

pub(crate) fn variant(name: &str, fit: Fit, width: u32, height: Option<u32>) -> Variant {
    Variant {
        id: VariantId::new(name).unwrap(),
        options: VariantOptions {
            fit,
            width: Some(width),
            height,
            ..VariantOptions::default()
        },
        never_require_signed_urls: false,
    }
}

/// A public image of `NAME.jpg`, without metadata.
pub(crate) fn image(id: ImageId, name: &str, uploaded: jiff::Timestamp) -> Image {
    Image {
        id,
        file_name: Some(format!("{name}.jpg")),
        metadata: Metadata::default(),
        creator: None,
        uploaded,
        require_signed_urls: false,
        variant_urls: Vec::new(),
        is_draft: false,
    }
}

pub(crate) fn pixels(image: image::RgbaImage) -> Pixels {
    Pixels {
        size: PixelSize::new(image.width(), image.height()),
        rgba: image.into_raw(),
    }
}
