//! Selection: which images are meant, which one is active, and where a range begins.

use std::collections::HashMap;

use crate::model::{Image, ImageId};

use super::action::CursorStep;

/// The selected images, on whatever pages they are, and the cursor on the page that is shown.
#[derive(Debug, Default)]
pub struct Selection {
    images: HashMap<ImageId, Image>,
    order: Vec<ImageId>,
    anchor: usize,
    cursor: Option<usize>,
}

/// Where a step of the cursor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorMove {
    /// To another card of the page, or nowhere.
    Stays,
    /// Over the end: the next page, if there is one.
    NextPage,
    /// Over the beginning: the previous page, if there is one.
    PreviousPage,
}

impl Selection {
    /// The selected images in the order they were selected.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.order.iter().filter_map(|id| self.images.get(id))
    }

    /// The ids of the selected images.
    #[must_use]
    pub fn ids(&self) -> Vec<ImageId> {
        self.order.clone()
    }

    /// How many are selected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether this image is selected.
    #[must_use]
    pub fn contains(&self, id: &ImageId) -> bool {
        self.images.contains_key(id)
    }

    /// The index of the active card on the page.
    #[must_use]
    pub const fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// The one selected image, if it is one.
    #[must_use]
    pub fn single(&self) -> Option<&Image> {
        match self.order.as_slice() {
            [id] => self.images.get(id),
            _ => None,
        }
    }

    /// Selects nothing; the cursor stays.
    pub fn clear(&mut self) {
        self.images.clear();
        self.order.clear();
    }

    /// Forgets the cursor too, for another list.
    pub fn reset(&mut self) {
        self.clear();
        self.cursor = None;
        self.anchor = 0;
    }

    /// Another page is shown: what is selected stays, the cursor goes to a card of the new page.
    pub fn turn_page(&mut self, cursor: Option<usize>) {
        self.cursor = cursor;
        self.anchor = cursor.unwrap_or(0);
    }

    /// The page has come anew: the cursor and the beginning of a range stay with their images, as
    /// long as those are there.
    pub fn follow(&mut self, before: &[Image], now: &[Image]) {
        let last = now.len().saturating_sub(1);
        let place = |index: usize| {
            before
                .get(index)
                .and_then(|image| now.iter().position(|other| other.id == image.id))
                .unwrap_or(index.min(last))
        };
        self.cursor = self.cursor.filter(|_| !now.is_empty()).map(place);
        self.anchor = place(self.anchor);
    }

    /// A click on the card at `index`: alone it selects only this one; with `toggle` it adds or
    /// removes it; with `extend` it selects the range from the anchor; with both it adds the range.
    pub fn click(&mut self, page: &[Image], index: usize, toggle: bool, extend: bool) {
        let Some(image) = page.get(index) else { return };
        self.cursor = Some(index);
        if extend {
            if !toggle {
                self.clear();
            }
            let anchor = self.anchor.min(page.len() - 1);
            for image in &page[anchor.min(index)..=anchor.max(index)] {
                self.add(image);
            }
            return;
        }
        self.anchor = index;
        if toggle {
            if self.contains(&image.id) {
                self.remove(&image.id.clone());
            } else {
                self.add(image);
            }
        } else {
            self.clear();
            self.add(image);
        }
    }

    /// A step with the keyboard. Without `extend` the card reached is the only one selected.
    pub fn step(
        &mut self,
        page: &[Image],
        step: CursorStep,
        extend: bool,
        columns: usize,
        rows: usize,
    ) -> CursorMove {
        if page.is_empty() {
            return match step {
                CursorStep::PageDown => CursorMove::NextPage,
                CursorStep::PageUp => CursorMove::PreviousPage,
                _ => CursorMove::Stays,
            };
        }
        let last = page.len() - 1;
        let columns = columns.max(1);
        let screen = columns * rows.max(1);
        let Some(from) = self.cursor.map(|cursor| cursor.min(last)) else {
            let first = if step == CursorStep::End { last } else { 0 };
            self.click(page, first, false, false);
            return CursorMove::Stays;
        };
        let to = match step {
            CursorStep::Home => 0,
            CursorStep::End => last,
            CursorStep::Left | CursorStep::PageUp if from == 0 => return CursorMove::PreviousPage,
            CursorStep::Left => from - 1,
            CursorStep::Right | CursorStep::PageDown if from == last => {
                return CursorMove::NextPage;
            }
            CursorStep::Right => from + 1,
            CursorStep::Up if from < columns => return CursorMove::PreviousPage,
            CursorStep::Up => from - columns,
            CursorStep::PageUp => from.saturating_sub(screen),
            CursorStep::PageDown => (from + screen).min(last),
            // In a ragged last row, down from above its gap goes to the last card.
            CursorStep::Down if from / columns < last / columns => (from + columns).min(last),
            CursorStep::Down => return CursorMove::NextPage,
        };
        self.click(page, to, false, extend);
        CursorMove::Stays
    }

    /// Selects the whole page, in addition.
    pub fn add_all(&mut self, page: &[Image]) {
        for image in page {
            self.add(image);
        }
    }

    /// These images are gone.
    pub fn remove(&mut self, id: &ImageId) {
        self.images.remove(id);
        self.order.retain(|other| other != id);
    }

    /// An image has changed: what is selected is the image as it is now.
    pub fn update(&mut self, image: &Image) {
        if let Some(selected) = self.images.get_mut(&image.id) {
            *selected = image.clone();
        }
    }

    fn add(&mut self, image: &Image) {
        if self
            .images
            .insert(image.id.clone(), image.clone())
            .is_none()
        {
            self.order.push(image.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::image;
    use super::*;

    fn page(len: usize) -> Vec<Image> {
        (0..len).map(|index| image(index.to_string())).collect()
    }

    fn selected(selection: &Selection) -> Vec<usize> {
        let mut indices: Vec<usize> = selection
            .ids()
            .iter()
            .map(|id| id.as_str().parse().unwrap())
            .collect();
        indices.sort_unstable();
        indices
    }

    /// Every pair of "what was held at the first click" and "what was held at the second".
    #[test]
    fn clicks_select_as_in_a_file_manager() {
        type Held = (bool, bool);
        let page = page(10);
        let cases: [(Held, Held, &[usize]); 16] = [
            ((false, false), (false, false), &[5]),
            ((false, false), (true, false), &[2, 5]),
            ((false, false), (false, true), &[2, 3, 4, 5]),
            ((false, false), (true, true), &[2, 3, 4, 5]),
            ((true, false), (false, false), &[5]),
            ((true, false), (true, false), &[2, 5]),
            ((true, false), (false, true), &[2, 3, 4, 5]),
            ((true, false), (true, true), &[2, 3, 4, 5]),
            ((false, true), (false, false), &[5]),
            ((false, true), (true, false), &[0, 1, 2, 5]),
            ((false, true), (false, true), &[0, 1, 2, 3, 4, 5]),
            ((false, true), (true, true), &[0, 1, 2, 3, 4, 5]),
            ((true, true), (false, false), &[5]),
            ((true, true), (true, false), &[0, 1, 2, 5]),
            ((true, true), (false, true), &[0, 1, 2, 3, 4, 5]),
            ((true, true), (true, true), &[0, 1, 2, 3, 4, 5]),
        ];
        for (first, second, expected) in cases {
            let mut selection = Selection::default();
            selection.click(&page, 2, first.0, first.1);
            selection.click(&page, 5, second.0, second.1);
            assert_eq!(selected(&selection), expected, "{first:?} then {second:?}");
        }
    }

    #[test]
    fn the_cursor_walks_the_grid_and_leaves_it_at_its_ends() {
        let page = page(10);
        let mut selection = Selection::default();
        let mut step = |step, extend| selection.step(&page, step, extend, 4, 2);
        assert_eq!(step(CursorStep::Right, false), CursorMove::Stays);
        assert_eq!(step(CursorStep::Left, false), CursorMove::PreviousPage);
        step(CursorStep::Down, false);
        assert_eq!(step(CursorStep::Down, true), CursorMove::Stays);
        assert_eq!(step(CursorStep::Down, false), CursorMove::NextPage);
        assert_eq!(selected(&selection), [4, 5, 6, 7, 8]);
        selection.step(&page, CursorStep::End, false, 4, 2);
        assert_eq!(selection.cursor(), Some(9));
        selection.step(&page, CursorStep::PageUp, false, 4, 2);
        assert_eq!(
            (selection.cursor(), selected(&selection)),
            (Some(1), vec![1])
        );
    }

    #[test]
    fn the_cursor_stays_with_its_image_when_others_come_before_it() {
        let (before, now) = (page(3), page(5).split_off(1));
        let mut selection = Selection::default();
        selection.click(&before, 2, false, false);
        selection.follow(&before, &now);
        assert_eq!(selection.cursor(), Some(1), "image 2 is the second one now");
        selection.click(&now, 3, false, true);
        assert_eq!(selected(&selection), [2, 3, 4]);
        // Where its image is gone, another one has taken the place.
        selection.follow(&now, &before[..1]);
        assert_eq!(selection.cursor(), Some(0));
        selection.follow(&before[..1], &[]);
        assert_eq!(selection.cursor(), None);
    }

    #[test]
    fn a_selection_outlives_its_page() {
        let mut selection = Selection::default();
        selection.click(&page(3), 1, false, false);
        selection.turn_page(Some(0));
        assert_eq!((selection.len(), selection.cursor()), (1, Some(0)));
    }
}
