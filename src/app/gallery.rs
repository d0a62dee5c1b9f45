//! The gallery: which page of which list is shown.

use crate::engine::{PageAnswer, PageRequest, Request, ThumbnailWish};
use crate::model::{Generation, Image, ImageId, PageNumber, PageSize, Problem, SortOrder};

use super::action::CursorStep;
use super::loadable::Loadable;
use super::selection::{CursorMove, Selection};

/// How images are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GalleryView {
    /// Cards with pictures.
    #[default]
    Grid,
    /// Lines with columns.
    List,
}

/// The page that is shown, and everything that decides which one.
#[derive(Debug, Default)]
pub struct Gallery {
    /// The order of the list.
    pub sort: SortOrder,
    /// The text of the filter.
    pub filter: String,
    /// The page that was asked for.
    pub page: PageNumber,
    /// Rows of a page.
    pub size: PageSize,
    /// Grid or list.
    pub view: GalleryView,
    /// The page that is there, perhaps of an earlier question.
    pub content: Loadable<PageAnswer>,
    /// Images known of the list.
    pub known: usize,
    /// Whether these are all.
    pub complete: bool,
    /// Whether the rest of the list is being learned for the filter.
    pub walking: bool,
    /// Images in the account, once it was asked.
    pub total: Option<u64>,
    /// Images the account may hold, once it was asked.
    pub allowed: Option<u64>,
    /// What is selected, and the cursor.
    pub selection: Selection,
    generation: Generation,
    cursor_after_turn: Option<CursorAfterTurn>,
}

impl Default for PageNumber {
    fn default() -> Self {
        Self::FIRST
    }
}

/// Where the cursor goes once the page has turned.
#[derive(Debug, Clone, Copy)]
enum CursorAfterTurn {
    First,
    Last,
}

impl Gallery {
    /// Another profile is open: nothing is known of its list.
    pub fn open(&mut self) -> Vec<Request> {
        *self = Self {
            sort: self.sort,
            size: self.size,
            view: self.view,
            generation: self.generation,
            ..Self::default()
        };
        vec![self.page_request(true), Request::Stats]
    }

    /// The images of the page that is there.
    #[must_use]
    pub fn images(&self) -> &[Image] {
        page_of(&self.content)
    }

    /// The image with that id, if it is on the page or selected.
    #[must_use]
    pub fn find(&self, id: &ImageId) -> Option<&Image> {
        self.images()
            .iter()
            .chain(self.selection.images())
            .find(|image| image.id == *id)
    }

    /// The image under the cursor.
    #[must_use]
    pub fn active(&self) -> Option<&Image> {
        self.images().get(self.selection.cursor()?)
    }

    /// How many rows the list has, as far as that can be said, and whether it is certain.
    #[must_use]
    pub fn row_count(&self) -> (u64, bool) {
        let Some(answer) = self.content.value() else {
            return (self.total.unwrap_or(0), false);
        };
        if !self.filter.is_empty() {
            return (answer.matching as u64, self.complete);
        }
        if self.complete {
            return (self.known as u64, true);
        }
        (
            self.total.unwrap_or(0).max(self.known as u64),
            self.total.is_some(),
        )
    }

    /// How many pages there are, at least one.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        let (rows, _) = self.row_count();
        let pages = self.size.page_count(rows);
        // Without a number from the service, there is at least a next page while the list goes on.
        if self.filter.is_empty() && !self.complete && self.total.is_none() {
            return pages.max(self.page.get() + 1);
        }
        pages.max(self.page.get())
    }

    /// Whether there is a page after this one.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.page.get() < self.page_count()
    }

    /// Goes to a page; past the end, to the last one.
    pub fn show_page(&mut self, page: PageNumber) -> Vec<Request> {
        let page = PageNumber::new(page.get().min(self.page_count()));
        if page == self.page && self.content.problem().is_none() {
            return Vec::new();
        }
        self.page = page;
        self.cursor_after_turn.get_or_insert(CursorAfterTurn::First);
        vec![self.page_request(false)]
    }

    /// Another size: the first image in sight stays in sight.
    pub fn set_size(&mut self, size: PageSize) -> Vec<Request> {
        let first = self.page.first_row(self.size);
        self.size = size;
        self.page = PageNumber::new(u32::try_from(first / size.get()).unwrap_or(0) + 1);
        vec![self.page_request(false)]
    }

    /// Another order is another list.
    pub fn set_sort(&mut self, sort: SortOrder) -> Vec<Request> {
        if sort == self.sort {
            return Vec::new();
        }
        self.sort = sort;
        self.page = PageNumber::FIRST;
        self.forget_list();
        vec![Request::StopListing, self.page_request(true)]
    }

    /// A new filter starts at page one; answers to older ones are no longer wanted.
    pub fn set_filter(&mut self, filter: String) -> Vec<Request> {
        if filter == self.filter {
            return Vec::new();
        }
        self.filter = filter;
        self.page = PageNumber::FIRST;
        self.cursor_after_turn = None;
        self.selection.turn_page(None);
        vec![self.page_request(false)]
    }

    /// Asks for the list anew; the page and the selection stay.
    pub fn refresh(&mut self) -> Vec<Request> {
        self.forget_list();
        vec![self.page_request(true), Request::Stats]
    }

    /// Learns the rest of the list, so that the filter sees every image.
    pub fn know_all(&mut self) -> Vec<Request> {
        self.walking = true;
        vec![Request::KnowAll(self.generation)]
    }

    /// Stops that.
    pub fn stop_knowing(&mut self) -> Vec<Request> {
        self.walking = false;
        vec![Request::StopListing]
    }

    /// A click on a card of the page; see [`Selection::click`].
    pub fn click(&mut self, index: usize, toggle: bool, extend: bool) {
        let page = page_of(&self.content);
        self.selection.click(page, index, toggle, extend);
    }

    /// Adds the whole page to the selection.
    pub fn select_page(&mut self) {
        self.selection.add_all(page_of(&self.content));
    }

    /// Moves the cursor; over an end of the page, the page turns.
    pub fn move_cursor(
        &mut self,
        step: CursorStep,
        extend: bool,
        columns: usize,
        rows: usize,
    ) -> Vec<Request> {
        let page = page_of(&self.content);
        match self.selection.step(page, step, extend, columns, rows) {
            CursorMove::NextPage if self.has_next() => {
                self.cursor_after_turn = Some(CursorAfterTurn::First);
                self.show_page(self.page.next())
            }
            CursorMove::PreviousPage => match self.page.previous() {
                Some(previous) => {
                    self.cursor_after_turn = Some(CursorAfterTurn::Last);
                    self.show_page(previous)
                }
                None => Vec::new(),
            },
            CursorMove::Stays | CursorMove::NextPage => Vec::new(),
        }
    }

    /// The cards in sight have changed: their thumbnails replace those wanted before.
    ///
    /// The same wish may come twice and is passed on twice: a thumbnail that was given up for
    /// room, or that is tried again after it failed, is asked for anew.
    pub fn cards_visible(&mut self, wanted: Vec<ThumbnailWish>) -> Vec<Request> {
        vec![Request::Thumbnails(wanted)]
    }

    /// A page has come. Had the person asked for another meanwhile, it is no longer wanted.
    pub fn receive_page(&mut self, answer: PageAnswer) -> Vec<Request> {
        if answer.generation != self.generation {
            return Vec::new();
        }
        self.known = answer.known;
        self.complete = answer.complete;
        // The list has become shorter than the page that was asked for.
        if answer.images.is_empty() && answer.matching > 0 && self.page > PageNumber::FIRST {
            let last = self.size.page_count(answer.matching as u64);
            self.content.finish(answer);
            self.page = PageNumber::new(last);
            return vec![self.page_request(false)];
        }
        for image in &answer.images {
            self.selection.update(image);
        }
        if let Some(after) = self.cursor_after_turn.take() {
            let last = answer.images.len().checked_sub(1);
            self.selection.turn_page(match after {
                CursorAfterTurn::First => last.map(|_| 0),
                CursorAfterTurn::Last => last,
            });
        } else {
            self.selection
                .follow(page_of(&self.content), &answer.images);
        }
        self.content.finish(answer);
        Vec::new()
    }

    /// A page could not be had; the one that was there stays.
    pub fn receive_failure(&mut self, generation: Generation, problem: Problem) {
        if generation == self.generation {
            self.cursor_after_turn = None;
            self.content.fail(problem);
        }
    }

    /// The walk through the list has come further: a filter may find more now.
    pub fn receive_listed(&mut self, known: usize, complete: bool) -> Vec<Request> {
        self.known = known;
        self.complete = complete;
        if complete {
            self.walking = false;
        }
        if self.filter.is_empty() || !complete {
            return Vec::new();
        }
        vec![self.page_request(false)]
    }

    /// An image has changed, as the service confirmed it.
    pub fn image_changed(&mut self, old: &ImageId, image: &Image) {
        self.selection.update(image);
        if let Some(answer) = self.content.value_mut() {
            for row in answer.images.iter_mut().filter(|row| row.id == *old) {
                *row = image.clone();
            }
        }
    }

    /// Images are gone: they leave the selection at once, and the page is asked for again, since
    /// other images have moved up.
    pub fn images_deleted(&mut self, ids: &[ImageId]) -> Vec<Request> {
        for id in ids {
            self.selection.remove(id);
        }
        if let Some(answer) = self.content.value_mut() {
            answer.images.retain(|image| !ids.contains(&image.id));
        }
        vec![self.page_request(false), Request::Stats]
    }

    fn forget_list(&mut self) {
        self.known = 0;
        self.complete = false;
        self.walking = false;
    }

    fn page_request(&mut self, refresh: bool) -> Request {
        self.generation = self.generation.next();
        self.content.start();
        Request::Page(PageRequest {
            sort: self.sort,
            filter: self.filter.clone(),
            page: self.page,
            size: self.size,
            generation: self.generation,
            refresh,
        })
    }
}

/// The images of a page; its own function, so that the selection can change beside it.
fn page_of(content: &Loadable<PageAnswer>) -> &[Image] {
    content.value().map_or(&[], |answer| &answer.images)
}

#[cfg(test)]
mod tests {
    use super::super::testing::image;
    use super::*;

    fn answer(gallery: &Gallery, images: Vec<Image>, known: usize, complete: bool) -> PageAnswer {
        PageAnswer {
            generation: gallery.generation,
            images,
            first_row: gallery.page.first_row(gallery.size),
            matching: known,
            known,
            complete,
        }
    }

    fn gallery_with(total: u64) -> Gallery {
        let mut gallery = Gallery::default();
        gallery.open();
        gallery.total = Some(total);
        let images = (0..100).map(|index| image(index.to_string())).collect();
        let first = answer(&gallery, images, 100, false);
        gallery.receive_page(first);
        gallery
    }

    #[test]
    fn a_new_filter_starts_at_page_one() {
        let mut gallery = gallery_with(12_304);
        gallery.show_page(PageNumber::new(7));
        let requests = gallery.set_filter("cats".to_owned());
        let [Request::Page(request)] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(
            (request.page, request.filter.as_str()),
            (PageNumber::FIRST, "cats")
        );
    }

    #[test]
    fn an_answer_to_an_older_question_is_dropped() {
        let mut gallery = gallery_with(12_304);
        let stale = answer(&gallery, vec![image("stale")], 1, true);
        gallery.set_filter("cats".to_owned());
        gallery.receive_page(stale);
        assert_eq!(gallery.images().len(), 100);
    }

    #[test]
    fn a_jump_past_the_end_goes_to_the_last_page() {
        let mut gallery = gallery_with(12_304);
        gallery.show_page(PageNumber::new(4_000));
        assert_eq!(gallery.page, PageNumber::new(124));
        assert!(!gallery.has_next());
    }

    #[test]
    fn another_page_size_keeps_the_first_image_in_sight() {
        let mut gallery = gallery_with(12_304);
        gallery.show_page(PageNumber::new(4));
        gallery.set_size(PageSize::new(50));
        assert_eq!(gallery.page, PageNumber::new(7));
    }

    #[test]
    fn the_right_arrow_on_the_last_card_turns_the_page() {
        let mut gallery = gallery_with(12_304);
        gallery.move_cursor(CursorStep::End, false, 5, 4);
        let requests = gallery.move_cursor(CursorStep::Right, false, 5, 4);
        assert_eq!((gallery.page, requests.len()), (PageNumber::new(2), 1));
        let second = answer(&gallery, vec![image("x")], 101, false);
        gallery.receive_page(second);
        assert_eq!(gallery.selection.cursor(), Some(0));
    }

    #[test]
    fn new_uploads_do_not_move_the_cursor_to_another_image() {
        let mut gallery = gallery_with(3);
        gallery.click(1, false, false);
        let mut images = vec![image("new")];
        images.extend(gallery.images()[..3].to_vec());
        let again = answer(&gallery, images, 4, true);
        gallery.receive_page(again);
        assert_eq!(gallery.active().unwrap().id.as_str(), "1");
    }

    #[test]
    fn when_the_last_page_has_become_empty_the_page_before_is_shown() {
        let mut gallery = gallery_with(101);
        gallery.show_page(PageNumber::new(2));
        let empty = answer(&gallery, Vec::new(), 100, true);
        let requests = gallery.receive_page(empty);
        assert_eq!((gallery.page, requests.len()), (PageNumber::FIRST, 1));
    }
}
