//! Tables: the same columns for the head and every row.

use egui::{Align, Layout, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::theme::Tokens;

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column {
    /// This many points.
    Fixed(f32),
    /// A share of what the fixed columns leave.
    Share(f32),
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// Columns from left to right.
    #[must_use]
    pub fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self(columns.into())
    }

    /// The cells of a row that fills `row`, each with 8 points of room at its right.
    #[must_use]
    pub fn cells(&self, row: Rect) -> Vec<Rect> {
        let (fixed, shares) =
            self.0
                .iter()
                .fold((0.0, 0.0), |(fixed, shares), column| match column {
                    Column::Fixed(width) => (fixed + width, shares),
                    Column::Share(share) => (fixed, shares + share),
                });
        let rest = (row.width() - fixed).max(0.0);
        let mut x = row.left();
        self.0
            .iter()
            .map(|column| {
                let width = match column {
                    Column::Fixed(width) => *width,
                    Column::Share(share) => (rest * share / f32::max(shares, 0.001)).floor(),
                };
                let cell = Rect::from_min_size(
                    pos2(x, row.top()),
                    vec2((width - Tokens::SPACE_S).max(0.0), row.height()),
                );
                x += width;
                cell
            })
            .collect()
    }
}

/// The head of a table; an empty title is a column that needs none.
pub fn header_ui(ui: &mut Ui, columns: &Columns, titles: &[&str]) {
    let t = Tokens::of(ui);
    row_ui(ui, columns, 30.0, |ui, index| {
        if let Some(title) = titles.get(index).filter(|title| !title.is_empty()) {
            ui.label(t.detail(*title).color(t.muted));
        }
    });
}

/// One row, `height` points high, closed by a hairline. `cell` is called once per column.
///
/// The response senses clicks on the row beside its widgets.
pub fn row_ui(
    ui: &mut Ui,
    columns: &Columns,
    height: f32,
    mut cell: impl FnMut(&mut Ui, usize),
) -> Response {
    let t = Tokens::of(ui);
    let (row, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    for (index, place) in columns.cells(row).into_iter().enumerate() {
        let builder = UiBuilder::new()
            .id_salt((response.id, index))
            .max_rect(place)
            .layout(Layout::left_to_right(Align::Center));
        let mut inner = ui.new_child(builder);
        inner.shrink_clip_rect(place.expand2(vec2(4.0, 0.0)));
        cell(&mut inner, index);
    }
    let line = Rect::from_min_size(pos2(row.left(), row.bottom() - 1.0), vec2(row.width(), 1.0));
    ui.painter().rect_filled(line, 0.0, t.border);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_what_the_fixed_ones_leave() {
        let columns = Columns::new([Column::Fixed(70.0), Column::Share(1.0), Column::Share(3.0)]);
        let cells = columns.cells(Rect::from_min_size(pos2(0.0, 0.0), vec2(470.0, 30.0)));
        let starts: Vec<f32> = cells.iter().map(Rect::left).collect();
        assert_eq!(starts, [0.0, 70.0, 170.0]);
        assert!((cells[2].right() - 462.0).abs() < 0.01);
    }
}
