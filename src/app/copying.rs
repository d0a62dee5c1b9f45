//! Copying: texts, URLs as they are wanted, and URLs that were signed first.

use jiff::SignedDuration;

use crate::engine::Request;
use crate::model::{DeliveryUrl, ImageId, KeyName, Problem, Secret, VariantId};

use super::action::UrlForm;
use super::notices::News;
use super::{Effect, State};

/// How long the copied URL of a private image works, unless the person chose.
const COPIED_LIFE: SignedDuration = SignedDuration::from_hours(1);

impl State {
    pub(super) fn copy(&mut self, text: Secret<String>, lines: usize) -> Vec<Request> {
        self.effects.push(Effect::Copy(text));
        self.notices.push(News::Copied(lines));
        Vec::new()
    }

    /// Copies what was looked for, if it is there.
    pub(super) fn copy_found(&mut self, text: Option<Secret<String>>) -> Vec<Request> {
        text.map_or_else(Vec::new, |text| self.copy(text, 1))
    }

    pub(super) fn copy_urls(
        &mut self,
        ids: &[ImageId],
        variant: &VariantId,
        form: UrlForm,
    ) -> Vec<Request> {
        let Some(session) = &self.session else {
            return Vec::new();
        };
        let hash = session.account_hash.clone().or_else(|| {
            let mut urls = self
                .gallery
                .images()
                .iter()
                .filter_map(|image| image.variant_urls.first());
            urls.find_map(|url| crate::model::AccountHash::from_url(url))
        });
        let Some(hash) = hash else {
            self.notices.problem(
                Problem::new("The address for delivery is not known yet")
                    .with_hint("Upload a first image, then copy its URL"),
            );
            return Vec::new();
        };
        // An unsigned URL of a private image would open for nobody.
        let images: Vec<(ImageId, bool)> = ids
            .iter()
            .map(|id| (id.clone(), self.needs_signature(id, variant)))
            .collect();
        if images.iter().any(|(_, is_signed)| *is_signed) {
            return self.sign_and_copy(images, variant.clone(), None, COPIED_LIFE, form);
        }
        let lines: Vec<String> = ids
            .iter()
            .map(|id| {
                let url = DeliveryUrl::of_variant(&session.delivery_base, &hash, id, variant);
                form.text(&url.to_string(), &self.name_of(id))
            })
            .collect();
        let count = lines.len();
        self.copy(Secret::new(lines.join("\n")), count)
    }

    /// Has URLs signed, each that is marked so, and copies all of them once they are.
    pub(super) fn sign_and_copy(
        &mut self,
        images: Vec<(ImageId, bool)>,
        variant: VariantId,
        key: Option<KeyName>,
        life: SignedDuration,
        form: UrlForm,
    ) -> Vec<Request> {
        let names = images.iter().map(|(id, _)| self.name_of(id)).collect();
        self.bulk.copy_as = Some((form, names));
        vec![Request::SignUrls {
            images,
            variant,
            key,
            life,
        }]
    }

    /// Whether the image is private, as far as it is known, and the variant not open to everybody.
    fn needs_signature(&self, id: &ImageId, variant: &VariantId) -> bool {
        let is_private = self
            .gallery
            .find(id)
            .is_some_and(|image| image.require_signed_urls);
        let mut variants = self.variants.all().iter();
        is_private && !variants.any(|known| known.id == *variant && known.never_require_signed_urls)
    }

    pub(super) fn copy_signed(
        &mut self,
        result: Result<Vec<Secret<String>>, Problem>,
    ) -> Vec<Request> {
        let (form, names) = self.bulk.copy_as.take().unwrap_or_default();
        match result {
            Ok(urls) => {
                let name = |index: usize| names.get(index).map_or("", String::as_str);
                let lines: Vec<String> = urls
                    .iter()
                    .enumerate()
                    .map(|(index, url)| form.text(url.expose(), name(index)))
                    .collect();
                self.copy(Secret::new(lines.join("\n")), urls.len())
            }
            Err(problem) => {
                self.notices.problem(problem);
                Vec::new()
            }
        }
    }
}
