//! Copying: texts, URLs as they are wanted, and URLs that were signed first.

use crate::engine::Request;
use crate::model::{DeliveryUrl, ImageId, Problem, Secret, VariantId};

use super::action::UrlForm;
use super::notices::News;
use super::{Effect, State};

impl State {
    pub(super) fn copy(&mut self, text: Secret<String>, lines: usize) -> Vec<Request> {
        self.effects.push(Effect::Copy(text));
        self.notices.push(News::Copied(lines));
        Vec::new()
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
