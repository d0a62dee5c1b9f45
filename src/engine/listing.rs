//! The list: pages cut from what the list endpoint tells, with as few calls as it takes.
//!
//! The service pages by continuation token only, so a page is reached by walking. What was learned
//! on the way is kept: going back costs no call, the next page costs one, a jump costs one call
//! for each thousand images that were not known. A walk never changes its page size, since a token
//! is only good for an otherwise equal question.

use std::collections::HashSet;

use tokio::sync::Mutex;

use crate::api::{Client, ContinuationToken, ListQuery};
use crate::model::{Image, ImageId, PageSize, Problem, SortOrder};

use super::event::PageAnswer;
use super::request::PageRequest;

/// The most rows the service gives in one answer.
const LARGEST_CHUNK: usize = 1000;

/// What is known of the list of one profile.
#[derive(Debug, Default)]
pub(super) struct Listing {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    sort: SortOrder,
    /// Rows asked for in each answer of this walk.
    chunk: usize,
    rows: Vec<Image>,
    ids: HashSet<ImageId>,
    next: Next,
}

/// Where the walk goes on.
#[derive(Debug, Default)]
enum Next {
    #[default]
    Start,
    After(ContinuationToken),
    End,
}

impl Listing {
    /// A page, asking the service only for what is not known.
    ///
    /// # Errors
    /// What the list endpoint refused; what is known stays.
    pub(super) async fn page(
        &self,
        client: &Client,
        request: &PageRequest,
    ) -> Result<PageAnswer, Problem> {
        let mut known = self.known.lock().await;
        if request.refresh || known.sort != request.sort {
            *known = Known::new(request.sort, request.size.get());
        }
        let first = request.page.first_row(request.size);
        let end = first + request.size.get();
        if request.filter.is_empty() {
            known.reach(client, end).await?;
        } else if matches!(known.next, Next::Start) {
            known.step(client).await?;
        }
        Ok(known.answer(request, first, end))
    }

    /// Learns the next stretch of the list.
    ///
    /// # Errors
    /// What the list endpoint refused; what is known stays.
    ///
    /// Returns how many images are known, and whether these are all.
    pub(super) async fn step(&self, client: &Client) -> Result<(usize, bool), Problem> {
        let mut known = self.known.lock().await;
        if known.chunk < LARGEST_CHUNK && !matches!(known.next, Next::End) {
            // A walk through the whole list is worth starting over in large steps.
            let mut larger = Known::new(known.sort, LARGEST_CHUNK);
            larger.step(client).await?;
            *known = larger;
        } else {
            known.step(client).await?;
        }
        Ok((known.rows.len(), known.is_complete()))
    }

    /// An image has changed.
    pub(super) async fn replace(&self, old: &ImageId, image: &Image) {
        let mut known = self.known.lock().await;
        if let Some(row) = known.rows.iter_mut().find(|row| row.id == *old) {
            *row = image.clone();
        }
        if *old != image.id {
            known.ids.remove(old);
            known.ids.insert(image.id.clone());
        }
    }

    /// Images are gone; those behind them move up.
    pub(super) async fn remove(&self, gone: &HashSet<ImageId>) {
        let mut known = self.known.lock().await;
        known.rows.retain(|row| !gone.contains(&row.id));
        known.ids.retain(|id| !gone.contains(id));
    }
}

impl Known {
    fn new(sort: SortOrder, chunk: usize) -> Self {
        Self {
            sort,
            chunk: PageSize::new(chunk).get(),
            ..Self::default()
        }
    }

    const fn is_complete(&self) -> bool {
        matches!(self.next, Next::End)
    }

    /// Knows at least `end` rows, if there are as many.
    async fn reach(&mut self, client: &Client, end: usize) -> Result<(), Problem> {
        let missing = end.saturating_sub(self.rows.len());
        let is_far = missing > self.chunk && self.chunk < LARGEST_CHUNK && !self.is_complete();
        if is_far {
            let mut larger = Self::new(self.sort, LARGEST_CHUNK);
            larger.walk(client, end).await?;
            *self = larger;
            return Ok(());
        }
        self.walk(client, end).await
    }

    async fn walk(&mut self, client: &Client, end: usize) -> Result<(), Problem> {
        while self.rows.len() < end && !self.is_complete() {
            self.step(client).await?;
        }
        Ok(())
    }

    async fn step(&mut self, client: &Client) -> Result<(), Problem> {
        let after = match &self.next {
            Next::Start => None,
            Next::After(token) => Some(token.clone()),
            Next::End => return Ok(()),
        };
        let query = ListQuery {
            per_page: PageSize::new(self.chunk),
            sort: self.sort,
            creator: None,
            after,
        };
        let page = client
            .list(&query)
            .await
            .map_err(|error| Problem::from(&error))?;
        for image in page.images {
            // Deep walks on real accounts were seen to repeat rows.
            if self.ids.insert(image.id.clone()) {
                self.rows.push(image);
            }
        }
        self.next = page.next.map_or(Next::End, Next::After);
        Ok(())
    }

    fn answer(&self, request: &PageRequest, first: usize, end: usize) -> PageAnswer {
        let (images, matching) = if request.filter.is_empty() {
            let to = end.min(self.rows.len());
            (self.rows[first.min(to)..to].to_vec(), self.rows.len())
        } else {
            let words = FilterWords::new(&request.filter);
            let mut matching = 0;
            let mut images = Vec::new();
            for row in self.rows.iter().filter(|row| words.match_image(row)) {
                if (first..end).contains(&matching) {
                    images.push(row.clone());
                }
                matching += 1;
            }
            (images, matching)
        };
        PageAnswer {
            generation: request.generation,
            images,
            first_row: first,
            matching,
            known: self.rows.len(),
            complete: self.is_complete(),
        }
    }
}

/// The words of a filter: each has to stand somewhere in the image's name, id, creator or metadata.
struct FilterWords(Vec<String>);

impl FilterWords {
    fn new(filter: &str) -> Self {
        Self(filter.split_whitespace().map(str::to_lowercase).collect())
    }

    fn match_image(&self, image: &Image) -> bool {
        let fields = [
            image
                .file_name
                .as_deref()
                .unwrap_or_default()
                .to_lowercase(),
            image.id.as_str().to_lowercase(),
            image.creator.as_deref().unwrap_or_default().to_lowercase(),
            if image.metadata.is_empty() {
                String::new()
            } else {
                image.metadata.to_string().to_lowercase()
            },
        ];
        self.0
            .iter()
            .all(|word| fields.iter().any(|field| field.contains(word.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Metadata;

    #[test]
    fn a_filter_finds_words_in_any_field_whatever_their_case() {
        let image = Image {
            id: ImageId::from_server("flowers/Yellow-01"),
            file_name: Some("Übersicht.JPG".to_owned()),
            metadata: Metadata::parse(r#"{"team":"Web"}"#).unwrap(),
            creator: None,
            uploaded: jiff::Timestamp::UNIX_EPOCH,
            require_signed_urls: false,
            variant_urls: Vec::new(),
            is_draft: false,
        };
        let finds = |filter: &str| FilterWords::new(filter).match_image(&image);
        assert!(finds("übersicht") && finds("yellow web") && finds("  "));
        assert!(!finds("yellow blue"));
    }
}
