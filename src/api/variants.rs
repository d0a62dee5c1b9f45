//! Variants: the named ways to deliver every image of the account.

use http::Method;
use url::Url;

use super::images::segment;
use super::request::Call;
use super::{Client, Editor, ErrorKind, Result};
use crate::model::{Variant, VariantId};
use crate::wire::variant::{VariantAnswerDocument, document_from_variant, variant_from_document};
use crate::wire::{VariantListDocument, VariantPatchDocument};

impl Client {
    /// All variants, by name.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn variants(&self) -> Result<Vec<Variant>> {
        let url = self.inner.endpoint.account_url("images/v1/variants")?;
        let document: VariantListDocument = self.ask(Call::get(url)).await?;
        Ok(document
            .variants
            .values()
            .map(variant_from_document)
            .collect())
    }

    /// One variant.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; see [`ErrorKind`].
    pub async fn variant(&self, id: &VariantId) -> Result<Variant> {
        let document: VariantAnswerDocument = self.ask(Call::get(self.variant_url(id)?)).await?;
        Ok(variant_from_document(&document.variant))
    }

    fn variant_url(&self, id: &VariantId) -> Result<Url> {
        let id = segment(id.as_str())?;
        self.inner
            .endpoint
            .account_url(&format!("images/v1/variants/{id}"))
    }
}

impl Editor {
    /// Makes a variant.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when the name is taken, [`ErrorKind::LimitReached`] when there are
    /// 100; see [`ErrorKind`].
    pub async fn create_variant(&self, variant: &Variant) -> Result<Variant> {
        let url = self.inner.endpoint.account_url("images/v1/variants")?;
        let call = Call::new(Method::POST, url).json(&document_from_variant(variant));
        let outcome = self.try_ask::<VariantAnswerDocument>(call).await;
        match outcome.result {
            Ok(document) => Ok(variant_from_document(&document.variant)),
            // Taken: by the try whose answer was lost, if what is there is what we wanted.
            Err(error) if error.kind() == &ErrorKind::Conflict && outcome.attempts > 1 => {
                match self.variant(&variant.id).await {
                    Ok(existing) if existing == *variant => Ok(existing),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Changes a variant for all images at once. Every option is sent: the published schema wants
    /// all four, and those left out may or may not be kept.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; see [`ErrorKind`].
    pub async fn update_variant(&self, variant: &Variant) -> Result<Variant> {
        let document = document_from_variant(variant);
        let patch = VariantPatchDocument {
            options: Some(document.options),
            never_require_signed_urls: Some(document.never_require_signed_urls),
        };
        let call = Call::new(Method::PATCH, self.variant_url(&variant.id)?).json(&patch);
        let document: VariantAnswerDocument = self.ask(call).await?;
        Ok(variant_from_document(&document.variant))
    }

    /// Deletes a variant: its URLs stop working for all images.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it was gone before; see [`ErrorKind`].
    pub async fn delete_variant(&self, id: &VariantId) -> Result<()> {
        let call = Call::new(Method::DELETE, self.variant_url(id)?);
        let outcome = self.try_tell(call).await;
        match outcome.result {
            Err(error) if error.kind() == &ErrorKind::NotFound && outcome.attempts > 1 => Ok(()),
            result => result,
        }
    }
}
