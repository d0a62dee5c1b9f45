//! What is said about files that cannot be uploaded as they are.
//!
//! Each says what is so and what helps, without a path: the row it stands in has the name.

use std::io;

use crate::model::upload::UploadSpecError;
use crate::model::{ByteSize, Problem};
use crate::transform::{Format, TransformError};

pub(super) fn unreadable(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Problem::new("Cannot be read: permission denied")
            .with_hint("Give yourself the right to read it, then try again"),
        io::ErrorKind::NotFound => Problem::new("The file is no longer there")
            .with_hint("Add it again from where it is now"),
        _ => Problem::new(format!("Cannot be read: {}", plain(error)))
            .with_hint("Check the disk or the network drive, then try again"),
    }
    .retryable(true)
}

/// The system's words without the number behind them.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

pub(super) fn not_a_file() -> Problem {
    Problem::new("Neither a file nor a folder").with_hint("Add pictures or folders of pictures")
}

pub(super) fn empty_folder() -> Problem {
    Problem::new("The folder has no files")
        .with_hint("Hidden files are left out; add the pictures themselves if they are hidden")
}

pub(super) fn empty_file() -> Problem {
    Problem::new("Empty file").with_hint("It has 0 bytes; copy or export the picture again")
}

pub(super) fn too_large(size: ByteSize) -> Problem {
    Problem::new(format!("Too large: {size}, and 10 MB is the limit"))
        .with_hint("Save it smaller or with a lower quality, then add it again")
}

/// Between ten million bytes and ten mebibytes it depends on how the service counts.
pub(super) fn nearly_too_large(size: ByteSize) -> Problem {
    Problem::new(format!("{size} is just at the limit of 10 MB"))
        .with_hint("The service may refuse it; save it a little smaller to be sure")
}

pub(super) fn heif_is_uncertain(format: Format) -> Problem {
    Problem::new(format!("{} is not taken by every account", format.name()))
        .with_hint("If it is refused, save it as JPEG or PNG")
}

pub(super) fn from_transform(error: &TransformError) -> Problem {
    match error {
        TransformError::NotAnImage => Problem::new("Not an image")
            .with_hint("JPEG, PNG, GIF, WebP and SVG can be uploaded, whatever the file is called"),
        TransformError::Unsupported(format) => {
            Problem::new(format!("{} pictures are not taken here", format.name()))
                .with_hint("Save it as JPEG, PNG or WebP, then add it again")
        }
        TransformError::Damaged(_) => Problem::new("The picture is damaged or incomplete")
            .with_hint("Copy or export it again from where it came"),
        TransformError::TooManyPixels { size } => Problem::new(format!(
            "Too many pixels: {size}, and 100 megapixels is the limit"
        ))
        .with_hint("Save it with fewer pixels, then add it again"),
        TransformError::TooLargeSide { size } => Problem::new(format!(
            "Too many pixels on a side: {size}, and 12,000 is the limit"
        ))
        .with_hint("Save it with fewer pixels, or as WebP"),
        TransformError::TooLargeAvif { size } => Problem::new(format!(
            "Too many pixels on a side: {size}, and 1,200 is the limit for AVIF"
        ))
        .with_hint("Save it with fewer pixels, or as JPEG, PNG or WebP"),
        TransformError::AnimationTooLarge { frames, size } => Problem::new(format!(
            "The animation is too large: {frames} frames of {size} pixels, and 100 megapixels in \
             all is the limit"
        ))
        .with_hint("Save it smaller or with fewer frames, then add it again"),
        other => Problem::new("The picture cannot be read").with_hint(other.to_string()),
    }
}

pub(super) fn from_spec(error: &UploadSpecError) -> Problem {
    match error {
        UploadSpecError::CustomIdWithSignedUrls => {
            Problem::new("Private images cannot keep a custom ID")
                .with_hint("Clear the ID template, or switch signed URLs off")
        }
        UploadSpecError::Id(reason) => {
            Problem::new(format!("The ID template does not fit this file: {reason}"))
                .with_hint("Change the ID template, then add the file again")
        }
        UploadSpecError::Metadata(reason) => {
            Problem::new(format!("The metadata does not fit this file: {reason}"))
                .with_hint("Shorten the metadata, then add the file again")
        }
    }
}

pub(super) fn id_twice() -> Problem {
    Problem::new("Another file added with it gets the same ID")
        .with_hint("Put {path} or {file} into the ID template, so that each file has its own")
}

pub(super) fn not_a_web_address() -> Problem {
    Problem::new("Not a web address").with_hint("It has to begin with http:// or https://")
}

pub(super) fn own_delivery_address() -> Problem {
    Problem::new("The service does not fetch from its own delivery address")
        .with_hint("Download the picture and add the file")
}
