//! The grid: cards of one size, of which only those in sight exist.

use egui::emath::GuiRounding as _;
use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::engine::ThumbnailWish;
use crate::ui::cx::Cx;
use crate::ui::text::tr;
use crate::ui::theme::Tokens;
use crate::ui::widgets::{CardLook, paint_card, paint_skeleton};

use super::card::{LINE, PAD, card_ui};
use super::selection_bar::covered;
use super::thumbnails::{bucket, key_of, wish_of};
use super::{GridLayout, card_to_follow, page_area};

/// Room between cards, in points.
const GAP: f32 = 12.0;
/// Room around the grid, in points.
const MARGIN: f32 = Tokens::SPACE_PANEL;
/// Room below the last row, where the selection bar may float.
const BELOW: f32 = 72.0;
/// Height of a card's picture for each point of its width.
const SHAPE: f32 = 0.86;

/// The size of every card.
struct Cards {
    columns: usize,
    width: f32,
    height: f32,
}

impl Cards {
    fn fit(ui: &Ui, cx: &Cx<'_>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "some hundred points")]
        let wished = (cx.state.preferences.card_width as f32).max(80.0);
        let room = ui.available_width() - 2.0 * MARGIN;
        // A column more is worth cards that are a little narrower than wished.
        let columns = ((room + GAP) / (wished * 0.94 + GAP)).floor().max(1.0);
        let width = ((room - GAP * (columns - 1.0)) / columns)
            .max(60.0)
            .round_ui();
        let height = (PAD + (width - 2.0 * PAD) * SHAPE + LINE).round_ui();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few columns, at least one"
        )]
        let columns = columns as usize;
        Self {
            columns,
            width,
            height,
        }
    }

    fn pitch(&self) -> f32 {
        self.height + GAP
    }

    /// The place of a card, from the corner of the first.
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand cards")]
    fn place(&self, index: usize) -> Rect {
        let column = (index % self.columns) as f32;
        let row = (index / self.columns) as f32;
        let min = pos2(
            MARGIN + column * (self.width + GAP),
            MARGIN + row * self.pitch(),
        );
        Rect::from_min_size(min, vec2(self.width, self.height))
    }

    #[expect(clippy::cast_precision_loss, reason = "at most a thousand cards")]
    fn total_height(&self, count: usize) -> f32 {
        let rows = count.div_ceil(self.columns) as f32;
        MARGIN + rows * self.pitch() - GAP + BELOW
    }

    /// The rows that cross the part of the grid in sight.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "cut to what a page can have"
    )]
    fn rows_in(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let row = |y: f32| ((y - MARGIN) / self.pitch()).clamp(0.0, 10_000.0);
        row(top).floor() as usize..row(bottom).ceil() as usize
    }
}

/// The cards of the page. Returns the thumbnails in sight, from the top.
pub(super) fn grid_ui(ui: &mut Ui, cx: &mut Cx<'_>) -> Vec<ThumbnailWish> {
    let state = cx.state;
    let images = state.gallery.images();
    let cards = Cards::fit(ui, cx);
    let side = (cards.width - 2.0 * PAD).max(cards.height - PAD - LINE);
    let side = bucket(side, ui.pixels_per_point());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few rows"
    )]
    let rows = (ui.available_height() / cards.pitch()).floor().max(1.0) as usize;
    cx.views.gallery.layout = GridLayout {
        columns: cards.columns,
        rows,
    };
    let area = page_area(cx, "gallery-grid");
    let follow = card_to_follow(cx);
    let covered = covered(ui, cx);
    area.show_viewport(ui, |ui, viewport| {
        let needed = vec2(ui.available_width(), cards.total_height(images.len()));
        let (whole, _) = ui.allocate_exact_size(needed, Sense::hover());
        let origin = whole.min.to_vec2();
        if let Some(index) = follow {
            let mut card = cards.place(index).translate(origin).expand(MARGIN);
            card.max.y += covered;
            ui.scroll_to_rect(card, None);
        }
        let rows = cards.rows_in(viewport.top(), viewport.bottom());
        let first = rows.start * cards.columns;
        // The row that comes next is fetched before it is seen.
        let ahead = ((rows.end + 1) * cards.columns).min(images.len());
        let end = (rows.end * cards.columns).min(images.len());
        let mut wishes = Vec::new();
        for (index, image) in images.iter().enumerate().take(ahead).skip(first) {
            let key = key_of(image, side);
            wishes.extend(wish_of(image, &key));
            if index < end {
                let place = cards.place(index).translate(origin);
                let place = place.round_to_pixels(ui.pixels_per_point());
                card_ui(ui, cx, index, image, place, &key);
            }
        }
        wishes
    })
    .inner
}

/// Cards without images, while the first page is on its way.
pub(super) fn skeleton_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let t = Tokens::of(ui);
    let cards = Cards::fit(ui, cx);
    let area = ui.max_rect();
    let waiting = ui.interact(area, ui.unique_id().with("waiting"), Sense::hover());
    let name = tr!("gallery-loading");
    waiting.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &name));
    let painter = ui.painter_at(area);
    let rows = cards.rows_in(0.0, area.height());
    for index in 0..rows.end * cards.columns {
        let place = cards.place(index).translate(area.min.to_vec2());
        paint_card(&painter, place, CardLook::default(), t);
        let picture = Rect::from_min_max(
            place.min + vec2(PAD, PAD),
            pos2(place.right() - PAD, place.bottom() - LINE),
        );
        paint_skeleton(&painter, picture, t);
        let words = Rect::from_min_size(
            picture.left_bottom() + vec2(3.0, 11.0),
            vec2(picture.width() * 0.5, 9.0),
        );
        paint_skeleton(&painter, words, t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_that_cross_the_view_are_in_sight() {
        let cards = Cards {
            columns: 5,
            width: 160.0,
            height: 168.0,
        };
        assert_eq!(cards.rows_in(0.0, 700.0), 0..4);
        assert_eq!(cards.rows_in(194.0, 700.0), 1..4);
        assert_eq!(cards.place(6).min, pos2(14.0 + 172.0, 14.0 + 180.0));
    }
}
