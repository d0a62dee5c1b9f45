//! Which thumbnails are wanted: those in sight, large enough for the pixels of the screen.

use crate::app::Action;
use crate::engine::{ThumbnailKey, ThumbnailWish};
use crate::model::Image;

use super::super::cx::Cx;

/// The side to ask for, in pixels, to fill a frame of that many points.
///
/// A few sizes only, so that a screen's scale or a column more does not fetch everything anew.
pub(super) fn bucket(longer_side_points: f32, pixels_per_point: f32) -> u32 {
    // A picture is usually half as long again as it is high, and fills its frame.
    let wanted = longer_side_points * pixels_per_point * 1.3;
    if wanted <= 256.0 {
        256
    } else if wanted <= 512.0 {
        512
    } else {
        1024
    }
}

/// The key of an image's thumbnail at that size.
pub(in crate::ui) fn key_of(image: &Image, max_side_px: u32) -> ThumbnailKey {
    ThumbnailKey {
        id: image.id.clone(),
        uploaded_millis: image.uploaded.as_millisecond(),
        max_side_px,
    }
}

/// Asks for what is in sight and not there, once for each change of what is in sight. A texture
/// that was given up, or a failure that was forgotten, counts as a change.
pub(super) fn ask(cx: &mut Cx<'_>, mut in_sight: Vec<ThumbnailWish>) {
    let mut others = std::mem::take(&mut cx.views.gallery.other_wishes);
    others.append(&mut in_sight);
    let visible: Vec<ThumbnailKey> = others.iter().map(|wish| wish.key.clone()).collect();
    let textures = &*cx.textures;
    let wanted: Vec<ThumbnailWish> = others
        .into_iter()
        .filter(|wish| textures.is_wanted(&wish.key))
        .collect();
    let view = &mut cx.views.gallery;
    view.asked
        .retain(|key| wanted.iter().any(|wish| wish.key == *key));
    let has_new = wanted.iter().any(|wish| !view.asked.contains(&wish.key));
    let has_moved = view.visible != visible;
    if !has_new && (!has_moved || view.asked.is_empty()) {
        view.visible = visible;
        return;
    }
    view.visible = visible;
    view.asked = wanted.iter().map(|wish| wish.key.clone()).collect();
    cx.emit(Action::CardsVisible(wanted));
}

/// The wish for a picture in sight; a draft has none.
pub(super) fn wish_of(image: &Image, key: &ThumbnailKey) -> Option<ThumbnailWish> {
    (!image.is_draft).then(|| ThumbnailWish {
        key: key.clone(),
        is_private: image.require_signed_urls,
    })
}

#[cfg(test)]
mod tests {
    use super::bucket;

    #[test]
    fn a_thumbnail_has_the_pixels_of_the_screen_in_a_few_sizes() {
        assert_eq!(bucket(150.0, 1.0), 256);
        assert_eq!(bucket(150.0, 2.0), 512);
        assert_eq!(bucket(150.0, 3.0), 1024);
        assert_eq!(bucket(40.0, 1.25), 256);
    }
}
