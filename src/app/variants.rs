//! The variants of the account, and the drafts of those being edited.

use std::collections::BTreeMap;

use crate::engine::{Request, VariantsAnswer};
use crate::model::variant::VariantIdError;
use crate::model::{ImageId, Problem, Variant, VariantId, VariantOptions};

use super::loadable::Loadable;

/// The variants as the service has them.
#[derive(Debug, Default)]
pub struct Variants {
    /// The list and the switch.
    pub list: Loadable<VariantsAnswer>,
    /// The one that is shown; `None` while a new one is made.
    pub selected: Option<VariantId>,
    /// The picture on which variants are tried.
    pub sample: Option<ImageId>,
    /// Those whose answer is awaited.
    pub saving: Vec<VariantId>,
    /// Why the last try to save failed, by name.
    pub problems: BTreeMap<VariantId, Problem>,
}

/// A variant being edited. It stays until it is saved or reverted, wherever one goes meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantDraft {
    /// What its name will be; changes only while it is new.
    pub name: String,
    /// What it will do.
    pub options: VariantOptions,
    /// Whether it will be delivered without a signature even for private images.
    pub never_require_signed_urls: bool,
}

impl VariantDraft {
    /// A draft that is equal to what is saved.
    #[must_use]
    pub fn of(variant: &Variant) -> Self {
        Self {
            name: variant.id.as_str().to_owned(),
            options: variant.options.clone(),
            never_require_signed_urls: variant.never_require_signed_urls,
        }
    }

    /// The variant that it would become.
    ///
    /// # Errors
    /// The rule that the name breaks.
    pub fn variant(&self) -> Result<Variant, VariantIdError> {
        Ok(Variant {
            id: VariantId::new(self.name.trim())?,
            options: self.options.clone(),
            never_require_signed_urls: self.never_require_signed_urls,
        })
    }
}

/// The drafts: one for each variant that was edited, and one for a new variant.
#[derive(Debug, Default)]
pub struct VariantDrafts {
    /// Drafts of saved variants.
    pub edited: BTreeMap<VariantId, VariantDraft>,
    /// The new variant.
    pub new: Option<VariantDraft>,
}

impl Variants {
    /// The variant with that name.
    #[must_use]
    pub fn get(&self, id: &VariantId) -> Option<&Variant> {
        self.list
            .value()?
            .variants
            .iter()
            .find(|variant| variant.id == *id)
    }

    /// The variant that is shown.
    #[must_use]
    pub fn selected(&self) -> Option<&Variant> {
        self.get(self.selected.as_ref()?)
    }

    /// Every variant, `public` first.
    #[must_use]
    pub fn all(&self) -> &[Variant] {
        self.list.value().map_or(&[], |answer| &answer.variants)
    }

    /// Whether flexible variants are on; `None` where that is not known.
    #[must_use]
    pub fn flexible(&self) -> Option<bool> {
        self.list.value()?.flexible
    }

    /// Another profile is open.
    pub fn open(&mut self) -> Vec<Request> {
        *self = Self::default();
        self.list.start();
        vec![Request::Variants]
    }

    /// The list has come. What was shown stays, if it is still there.
    pub fn receive(
        &mut self,
        result: Result<Box<VariantsAnswer>, Problem>,
        drafts: &mut VariantDrafts,
    ) {
        match result {
            Ok(answer) => {
                self.list.finish(*answer);
                drafts.edited.retain(|id, _| {
                    self.list
                        .value()
                        .is_some_and(|a| a.variants.iter().any(|v| v.id == *id))
                });
                if self.selected().is_none() && drafts.new.is_none() {
                    self.select_first();
                }
            }
            Err(problem) => self.list.fail(problem),
        }
    }

    /// Begins a new variant, from nothing or as a copy of what is shown of another. One that was
    /// begun before and is not created yet is shown again.
    pub fn begin_new(&mut self, copy_of: Option<&VariantId>, drafts: &mut VariantDrafts) {
        if copy_of.is_none() && drafts.new.is_some() {
            self.selected = None;
            return;
        }
        let copied = copy_of.and_then(|id| {
            drafts
                .edited
                .get(id)
                .cloned()
                .or_else(|| self.get(id).map(VariantDraft::of))
        });
        let draft = match copied {
            Some(draft) => VariantDraft {
                name: self.free_name(&draft.name),
                ..draft
            },
            None => VariantDraft {
                name: String::new(),
                options: VariantOptions {
                    width: Some(800),
                    height: Some(600),
                    ..VariantOptions::default()
                },
                never_require_signed_urls: false,
            },
        };
        drafts.new = Some(draft);
        self.selected = None;
    }

    /// Gives up the new variant.
    pub fn discard_new(&mut self, drafts: &mut VariantDrafts) {
        drafts.new = None;
        self.select_first();
    }

    /// Sends a new or changed variant.
    pub fn save(&mut self, variant: Variant, created: bool) -> Vec<Request> {
        if self.saving.contains(&variant.id) {
            return Vec::new();
        }
        self.problems.remove(&variant.id);
        self.saving.push(variant.id.clone());
        vec![if created {
            Request::CreateVariant(variant)
        } else {
            Request::SaveVariant(variant)
        }]
    }

    /// What became of it. On failure the draft is kept.
    pub fn saved(
        &mut self,
        id: &VariantId,
        created: bool,
        result: Result<Variant, Problem>,
        drafts: &mut VariantDrafts,
    ) {
        self.saving.retain(|other| other != id);
        match result {
            Ok(variant) => {
                self.problems.remove(id);
                if created {
                    if drafts
                        .new
                        .as_ref()
                        .is_some_and(|draft| draft.name.trim() == id.as_str())
                    {
                        drafts.new = None;
                    }
                    self.selected = Some(id.clone());
                } else if drafts
                    .edited
                    .get(id)
                    .is_some_and(|draft| draft.variant() == Ok(variant.clone()))
                {
                    // What was typed while it was saved is another edit and stays.
                    drafts.edited.remove(id);
                }
                if let Some(answer) = self.list.value_mut() {
                    match answer.variants.iter_mut().find(|other| other.id == *id) {
                        Some(other) => *other = variant,
                        None => answer.variants.push(variant),
                    }
                    answer.variants.sort_by(|a, b| {
                        (!a.id.is_public(), &a.id).cmp(&(!b.id.is_public(), &b.id))
                    });
                }
            }
            Err(problem) => {
                self.problems.insert(id.clone(), problem);
            }
        }
    }

    /// It is gone.
    pub fn deleted(&mut self, id: &VariantId, drafts: &mut VariantDrafts) {
        drafts.edited.remove(id);
        if let Some(answer) = self.list.value_mut() {
            answer.variants.retain(|variant| variant.id != *id);
        }
        if self.selected.as_ref() == Some(id) {
            self.select_first();
        }
    }

    fn select_first(&mut self) {
        self.selected = self.all().first().map(|variant| variant.id.clone());
    }

    /// `hero` → `hero2`, `hero3`, …
    fn free_name(&self, name: &str) -> String {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        (2..=u32::MAX)
            .map(|number| format!("{stem}{number}"))
            .find(|name| self.get(&VariantId::from_server(name.clone())).is_none())
            .unwrap_or_default()
    }
}

impl VariantDrafts {
    /// Whether a variant was edited and not saved.
    #[must_use]
    pub fn is_edited(&self, variant: &Variant) -> bool {
        self.edited
            .get(&variant.id)
            .is_some_and(|draft| *draft != VariantDraft::of(variant))
    }

    /// The draft of a variant; begun when it is first asked for.
    pub fn of(&mut self, variant: &Variant) -> &mut VariantDraft {
        self.edited
            .entry(variant.id.clone())
            .or_insert_with(|| VariantDraft::of(variant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants() -> (Variants, VariantDrafts) {
        let (mut variants, mut drafts) = (Variants::default(), VariantDrafts::default());
        let variant = |name: &str| Variant {
            id: VariantId::new(name).unwrap(),
            options: VariantOptions::default(),
            never_require_signed_urls: false,
        };
        let answer = VariantsAnswer {
            variants: vec![variant("public"), variant("hero")],
            flexible: Some(false),
        };
        variants.receive(Ok(Box::new(answer)), &mut drafts);
        (variants, drafts)
    }

    /// *hero* was made narrower, and that is on its way.
    fn saving_hero() -> (Variants, VariantDrafts, Variant) {
        let (mut variants, mut drafts) = variants();
        let hero = variants.get(&VariantId::new("hero").unwrap());
        let hero = hero.unwrap().clone();
        let draft = drafts.of(&hero);
        draft.options.width = Some(300);
        variants.save(draft.variant().unwrap(), false);
        (variants, drafts, hero)
    }

    #[test]
    fn an_edit_survives_a_failed_save_and_ends_with_a_good_one() {
        let (mut variants, mut drafts, hero) = saving_hero();
        let changed = drafts.of(&hero).variant().unwrap();
        variants.saved(
            &hero.id,
            false,
            Err(Problem::new("no connection")),
            &mut drafts,
        );
        assert!(drafts.is_edited(&hero));
        variants.save(changed.clone(), false);
        variants.saved(&hero.id, false, Ok(changed.clone()), &mut drafts);
        assert!(drafts.edited.is_empty());
        assert_eq!(variants.get(&hero.id), Some(&changed));
    }

    #[test]
    fn what_was_typed_while_saving_is_kept() {
        let (mut variants, mut drafts, hero) = saving_hero();
        let sent = drafts.of(&hero).variant().unwrap();
        drafts.of(&hero).options.width = Some(3000);
        variants.saved(&hero.id, false, Ok(sent.clone()), &mut drafts);
        assert!(drafts.is_edited(&sent));
    }

    #[test]
    fn a_new_variant_that_was_begun_is_found_again() {
        let (mut variants, mut drafts) = variants();
        variants.begin_new(None, &mut drafts);
        drafts.new.as_mut().unwrap().name = "banner".to_owned();
        variants.selected = Some(VariantId::public());
        variants.begin_new(None, &mut drafts);
        assert_eq!(variants.selected, None);
        assert_eq!(drafts.new.unwrap().name, "banner");
    }

    #[test]
    fn a_copy_gets_a_free_name() {
        let (mut variants, mut drafts) = variants();
        variants.begin_new(Some(&VariantId::new("hero").unwrap()), &mut drafts);
        assert_eq!(drafts.new.unwrap().name, "hero2");
    }
}
