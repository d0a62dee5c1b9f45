//! Welcome, upload links, signing keys, settings and the questions in between.

#![expect(
    clippy::unwrap_used,
    reason = "a stage that cannot be set fails its test right there"
)]

use egui::accesskit::Role;
use egui::vec2;
use egui_kittest::kittest::Queryable as _;
use jiff::{SignedDuration, Timestamp};
use lenticular::engine::{
    ConnectField, Event, LinkState, Remember, Request, ThemeChoice, UploadLink,
};
use lenticular::model::signing::KeyName;
use lenticular::model::{ImageId, Problem, ProfileId, Secret, SigningKey, VariantId};

use crate::stage::{LARGE, Stage, library};

const ACCOUNT: &str = "023e105f4ecef8ad9ca31a8372d0c353";

fn welcome() -> Stage {
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &[]);
    stage.asked();
    stage
}

#[test]
fn an_account_is_connected_with_its_id_and_a_trimmed_token() {
    let mut stage = welcome();
    assert!(stage.is_disabled("Connect"));
    stage.type_into("Account ID", ACCOUNT);
    stage.type_into("API token", " secret-token\n");
    stage.press("Connect");
    let asked = stage.asked();
    let [Request::Connect(account)] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(account.account_id.as_str(), ACCOUNT);
    assert_eq!(account.token.expose(), "secret-token");
    assert_eq!(account.remember, Remember::Keyring);
    assert_eq!(account.api_base, None);
    assert!(stage.shows("Connecting…"));
    stage.press("Cancel");
    assert_eq!(stage.asked(), [Request::CloseProfile]);
}

#[test]
fn a_wrong_account_id_is_told_while_it_is_typed() {
    let mut stage = welcome();
    stage.type_into("Account ID", "023e");
    assert!(!stage.shows("An account ID has 32"));
    stage.type_into("Account ID", "xyz");
    assert!(stage.shows("An account ID has 32 digits and letters from a to f"));
    stage.assert_all_named();
}

#[test]
fn another_endpoint_has_to_be_a_web_address() {
    let mut stage = welcome();
    stage.type_into("Account ID", ACCOUNT);
    stage.type_into("API token", "secret-token");
    stage.press("Another endpoint");
    stage.type_into("API base URL", "127.0.0.1");
    assert!(stage.shows("A base URL starts with"));
    assert!(stage.is_disabled("Connect"));
    stage.assert_all_named();
}

#[test]
fn a_refused_token_is_told_at_its_field() {
    let mut stage = welcome();
    stage.tell(Event::OpenFailed {
        profile: None,
        problem: Problem::new("Cloudflare did not accept the token")
            .with_hint("Make a new one")
            .with_code(10_000),
        field: ConnectField::Token,
    });
    assert!(stage.shows("Cloudflare did not accept the token. Make a new one [10000]"));
}

#[test]
fn the_local_library_opens_with_sample_pictures_unless_they_are_not_wanted() {
    let mut stage = welcome();
    stage.press("Open local library");
    let library = |with_samples| Request::OpenLibrary {
        folder: None,
        with_samples,
    };
    assert_eq!(stage.asked(), [library(true)]);
    let mut stage = welcome();
    stage.click(Role::CheckBox, "Add sample pictures");
    stage.press("Open local library");
    assert_eq!(stage.asked(), [library(false)]);
}

#[test]
fn saved_profiles_are_one_click_away() {
    let mut stage = welcome();
    stage.tell(Event::Profiles(vec![library()]));
    stage.press("Open Local library");
    assert_eq!(
        stage.asked(),
        [Request::OpenProfile(ProfileId::from_stored("library"))]
    );
    assert!(stage.shows("Opening Local library…"));
    stage.press("Cancel");
    assert_eq!(stage.asked(), [Request::CloseProfile]);
}

#[test]
fn without_a_keyring_the_account_can_be_used_for_this_run_only() {
    let mut stage = welcome();
    stage.type_into("Account ID", ACCOUNT);
    stage.type_into("API token", "secret-token");
    stage.tell(Event::OpenFailed {
        profile: None,
        problem: Problem::new("There is no keyring on this computer"),
        field: ConnectField::Keyring,
    });
    stage.press("Use for this run only");
    let asked = stage.asked();
    let [Request::Connect(account)] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(account.remember, Remember::ThisRunOnly);
}

fn link(note: &str, state: LinkState, minutes: i64) -> UploadLink {
    UploadLink {
        id: ImageId::from_server(format!("id-of-{note}")),
        url: Secret::new("https://upload.imagedelivery.net/hash/very-secret".to_owned()),
        expires: Timestamp::now() + SignedDuration::from_mins(minutes),
        note: note.to_owned(),
        state,
    }
}

fn links() -> Event {
    Event::Links(Ok(vec![
        link("Anna, portrait", LinkState::Waiting, 29),
        link("Print shop", LinkState::Used, -3),
        link("Old", LinkState::Expired, -300),
        link("Deleted", LinkState::Gone, 10),
        link("", LinkState::Unknown, 200),
    ]))
}

#[test]
fn upload_links_tell_what_became_of_them_but_not_their_secret() {
    let mut stage = Stage::at("Upload links");
    stage.tell(links());
    for words in ["Waiting", "Used", "Expired", "Gone", "Unknown", "29 min"] {
        assert!(stage.shows(words), "{words}");
    }
    assert!(stage.shows("upload.imagedelivery.net/…"));
    assert!(!stage.shows("very-secret"));
    assert!(stage.is_disabled("Copy link Print shop"));
    stage.press("Copy link Anna, portrait");
    assert!(stage.shows("Copied"));
    stage.press("Remove link Print shop");
    assert_eq!(
        stage.asked(),
        [Request::RemoveLink(ImageId::from_server(
            "id-of-Print shop"
        ))]
    );
    stage.press("Check the links again");
    assert_eq!(stage.asked(), [Request::Links]);
    stage.assert_all_named();
}

#[test]
fn an_upload_link_is_made_with_what_the_form_says() {
    let mut stage = Stage::at("Upload links");
    stage.tell(Event::Links(Ok(Vec::new())));
    stage.type_into("Note", "Anna");
    stage.type_into("Image ID", "people/anna");
    stage.press("Make upload link");
    let asked = stage.asked();
    let [Request::CreateLink { spec, life, note }] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(spec.id_template.0, "people/anna");
    assert_eq!(*life, SignedDuration::from_mins(30));
    assert_eq!(note, "Anna");
}

#[test]
fn a_link_for_a_private_image_leaves_the_id_out() {
    let mut stage = Stage::at("Upload links");
    stage.type_into("Image ID", "people/anna");
    stage.click(Role::Switch, "Require signed URLs");
    stage.press("Make upload link");
    let asked = stage.asked();
    let [Request::CreateLink { spec, .. }] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert!(spec.require_signed_urls && spec.id_template.is_empty());
}

fn key(name: &str) -> SigningKey {
    SigningKey {
        name: KeyName::new(name).unwrap(),
        value: Secret::new(format!("value-of-{name}")),
    }
}

#[test]
fn the_value_of_a_key_is_hidden_until_it_is_asked_for() {
    let mut stage = Stage::at("Signing keys");
    stage.tell(Event::Keys(Ok(vec![key("default")])));
    assert!(!stage.shows("value-of-default"));
    stage.press("Show the value of default");
    assert!(stage.shows("value-of-default"));
    stage.press("Hide the value of default");
    assert!(!stage.shows("value-of-default"));
    stage.assert_all_named();
}

#[test]
fn keys_are_made_up_to_the_limit_and_deleted_only_when_their_name_is_typed() {
    let mut stage = Stage::at("Signing keys");
    stage.tell(Event::Keys(Ok(vec![key("default")])));
    stage.type_into("Key name", "no spaces");
    assert!(stage.is_disabled("New key"));
    assert!(stage.shows("A key name has 1 to 20"));
    let mut stage = Stage::at("Signing keys");
    stage.tell(Event::Keys(Ok(vec![key("default")])));
    stage.type_into("Key name", "shop");
    stage.press("New key");
    assert_eq!(
        stage.asked(),
        [Request::CreateKey(KeyName::new("shop").unwrap())]
    );
    stage.tell(Event::Keys(Ok(vec![key("default"), key("shop")])));
    assert!(stage.shows("Signing key “shop” made"));
    assert!(stage.is_disabled("New key"));
    stage.press("Delete key shop");
    assert!(stage.is_disabled("Delete key"));
    stage.type_into("Type “shop” to confirm", "shop");
    stage.press("Delete key");
    assert_eq!(
        stage.asked(),
        [Request::DeleteKey(KeyName::new("shop").unwrap())]
    );
    stage.tell(Event::Keys(Ok(vec![key("default")])));
    assert!(stage.shows("Signing key “shop” deleted"));
}

#[test]
fn a_signed_url_is_made_for_an_image_whose_id_is_typed() {
    let mut stage = Stage::at("Signing keys");
    assert!(stage.is_disabled("Copy signed URL"));
    stage.tell(Event::Keys(Ok(vec![key("default")])));
    stage.type_into("Image ID", "people/anna");
    stage.press("Copy signed URL");
    assert_eq!(
        stage.asked(),
        [Request::SignUrls {
            images: vec![(ImageId::from_server("people/anna"), true)],
            variant: VariantId::public(),
            key: Some(KeyName::new("default").unwrap()),
            life: SignedDuration::from_hours(1),
        }]
    );
}

#[test]
fn settings_are_saved_when_they_are_chosen() {
    let mut stage = Stage::at("Settings");
    stage.click(Role::RadioButton, "Light");
    stage.click(Role::RadioButton, "Large");
    let saved: Vec<_> = stage
        .asked()
        .into_iter()
        .filter_map(|request| match request {
            Request::SavePreferences(preferences) => {
                Some((preferences.theme, preferences.card_width))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        saved,
        [(ThemeChoice::Light, 164), (ThemeChoice::Light, 220)]
    );
    stage.assert_all_named();
}

#[test]
fn a_profile_is_renamed_and_removed_in_the_settings() {
    let mut stage = Stage::at("Settings");
    stage.press("Rename Local library");
    stage.type_into("Name of the profile", " of me");
    stage.press("Rename");
    assert_eq!(
        stage.asked(),
        [Request::RenameProfile(
            ProfileId::from_stored("library"),
            "Local library of me".to_owned()
        )]
    );
    stage.press("Remove Local library");
    assert!(stage.shows("Its folder with all pictures stays on this computer"));
    assert!(
        stage
            .harness
            .get_by_role_and_label(Role::Button, "Cancel")
            .is_focused()
    );
    stage.press("Remove profile");
    assert_eq!(
        stage.asked(),
        [Request::RemoveProfile(ProfileId::from_stored("library"))]
    );
}

#[test]
fn pictures_of_the_other_places_to_look_at() {
    let sizes = [
        ("dark", LARGE, 1.0, egui::Theme::Dark),
        ("light", LARGE, 1.0, egui::Theme::Light),
        ("small", vec2(800.0, 600.0), 1.0, egui::Theme::Dark),
        ("200", vec2(720.0, 450.0), 2.0, egui::Theme::Dark),
    ];
    for (name, size, scale, theme) in sizes {
        let mut stage = Stage::started(size, scale, theme, &[]);
        stage.type_into("Account ID", "9f0cx");
        stage.type_into("API token", "01234567890123456789");
        if name == "light" {
            stage.tell(Event::Profiles(vec![library()]));
        }
        stage.photograph(&format!("welcome-{name}"));
        for (place, event) in [
            ("Upload links", links()),
            (
                "Signing keys",
                Event::Keys(Ok(vec![key("default"), key("shop")])),
            ),
            (
                "Settings",
                Event::Stats {
                    current: 12_304,
                    allowed: 100_000,
                },
            ),
        ] {
            let mut stage = Stage::at_sized(place, size, scale, theme);
            stage.tell(event);
            let place = place.to_lowercase().replace(' ', "-");
            stage.photograph(&format!("{place}-{name}"));
            stage.assert_all_named();
            if place == "signing-keys" && name == "light" {
                stage.press("Delete key shop");
                stage.photograph("ask-key");
            }
        }
    }
    let mut stage = Stage::started(LARGE, 1.0, egui::Theme::Dark, &[]);
    stage.tell(Event::Profiles(vec![library()]));
    stage.press("Open Local library");
    stage.photograph("welcome-opening");
}
