//! Where the original and the result go, and how large they are shown.

use egui::{Rect, Vec2, pos2, vec2};

use crate::model::PixelSize;

use super::MARGIN;

/// Room below a picture for three lines, in points.
pub(super) const CAPTION: f32 = 62.0;
/// Room between the pictures, with the arrow in its middle, in points.
const BETWEEN: f32 = 68.0;

/// Where both pictures go.
#[derive(Debug, PartialEq)]
pub(super) struct Places {
    pub(super) original: Rect,
    pub(super) rendition: Rect,
    /// Whether one stands above the other.
    pub(super) is_stacked: bool,
    /// How large the result is shown; 1 is a pixel of the picture for a pixel of the screen.
    pub(super) scale: f32,
}

/// Beside a caption, on either side.
const CAPTION_MARGIN: f32 = 10.0;

impl Places {
    /// Where what is told about the original and about the result may stand, so that neither runs
    /// into the other. `widths` are those of the longest lines.
    pub(super) fn caption_areas(&self, area: Rect, widths: [f32; 2]) -> [Rect; 2] {
        if self.is_stacked {
            return [area, area];
        }
        let [first, second] = widths.map(|width| width + 2.0 * CAPTION_MARGIN);
        let (least, most) = (area.left() + first, area.right() - second);
        let middle = f32::midpoint(self.original.right(), self.rendition.left());
        // Whoever needs more than its half gets it, as long as there is enough for both.
        let boundary = if least <= most {
            middle.clamp(least, most)
        } else {
            middle
        };
        area.split_left_right_at_x(boundary).into()
    }
}

fn shape(size: PixelSize) -> Vec2 {
    #[expect(clippy::cast_precision_loss, reason = "sizes of pictures on a screen")]
    vec2(size.width.max(1) as f32, size.height.max(1) as f32)
}

/// Neither picture is shown larger than pixel for pixel. They stand side by side, unless the
/// result is much larger with one above the other.
pub(super) fn places(
    area: Rect,
    original: PixelSize,
    rendition: PixelSize,
    pixels_per_point: f32,
) -> Places {
    let inner = area.shrink(MARGIN);
    let beside =
        vec2((inner.width() - BETWEEN) / 2.0, inner.height() - CAPTION).max(Vec2::splat(16.0));
    let stacked = vec2(
        inner.width(),
        (inner.height() - BETWEEN / 2.0) / 2.0 - CAPTION,
    )
    .max(Vec2::splat(16.0));
    let most = 1.0 / pixels_per_point;
    let scale = |size: PixelSize, room: Vec2| (room / shape(size)).min_elem().min(most);
    let is_stacked = scale(rendition, stacked) > 1.35 * scale(rendition, beside);
    let room = if is_stacked { stacked } else { beside };
    let sizes = [original, rendition].map(|size| shape(size) * scale(size, room));
    let scale = scale(rendition, room) * pixels_per_point;
    let [first, second] = sizes;
    let rect = |center: egui::Pos2, size: Vec2| {
        let rect = Rect::from_center_size(center, size.max(Vec2::splat(1.0)));
        Rect::from_min_size(rect.min.round(), rect.size())
    };
    if is_stacked {
        let height = first.y + second.y + 2.0 * CAPTION + BETWEEN / 2.0;
        let top = inner.center().y - height / 2.0;
        let x = inner.center().x;
        return Places {
            original: rect(pos2(x, top + first.y / 2.0), first),
            rendition: rect(pos2(x, top + height - CAPTION - second.y / 2.0), second),
            is_stacked,
            scale,
        };
    }
    // Each in the middle of its half, but no farther apart than needed for the captions.
    let half = |size: Vec2| (size.x / 2.0).max(110.0_f32.min(room.x / 2.0));
    let (left, right) = (half(first), half(second));
    let whole = 2.0 * (left + right) + BETWEEN;
    let start = inner.center().x - whole / 2.0;
    let y = inner.center().y - CAPTION / 2.0;
    Places {
        original: rect(pos2(start + left, y), first),
        rendition: rect(pos2(start + 2.0 * left + BETWEEN + right, y), second),
        is_stacked,
        scale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height))
    }

    #[test]
    fn a_result_is_never_shown_larger_than_pixel_for_pixel() {
        let small = PixelSize::new(64, 64);
        let places = places(area(660.0, 740.0), PixelSize::new(1920, 1200), small, 2.0);
        assert!((places.rendition.width() - 32.0).abs() < 0.01);
        assert!((places.scale - 1.0).abs() < 0.01);
    }

    #[test]
    fn captions_stay_apart_and_get_the_room_they_need_while_there_is_enough() {
        let size = PixelSize::new(1600, 1000);
        let room = area(340.0, 300.0);
        let beside = places(room, size, size, 2.0);
        assert!(!beside.is_stacked);
        for widths in [[100.0, 200.0], [200.0, 100.0], [180.0, 220.0], [20.0, 20.0]] {
            let areas = beside.caption_areas(room, widths);
            assert!(areas[0].right() <= areas[1].left(), "{areas:?}");
            if widths.iter().sum::<f32>() <= 300.0 {
                for (area, width) in areas.iter().zip(widths) {
                    assert!(area.width() >= width, "{widths:?}: {areas:?}");
                }
            }
        }
    }

    #[test]
    fn pictures_stay_inside_and_apart_in_any_window() {
        let sizes = [
            PixelSize::new(1920, 1200),
            PixelSize::new(12_000, 10),
            PixelSize::new(10, 9_000),
        ];
        for room in [area(660.0, 740.0), area(424.0, 380.0), area(3000.0, 1600.0)] {
            for original in sizes {
                for rendition in sizes {
                    let places = places(room, original, rendition, 1.0);
                    assert!(room.contains_rect(places.original), "{places:?}");
                    assert!(room.contains_rect(places.rendition), "{places:?}");
                    assert!(!places.original.intersects(places.rendition), "{places:?}");
                }
            }
        }
    }
}
