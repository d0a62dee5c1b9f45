//! Animations: what moves keeps its time, its end and its look.

use gif::{DisposalMethod, Frame};

use super::super::decode::decode_frames;
use super::super::testing::{at, is_near};
use super::super::{Accepts, Original, Rendition, probe, render};
use super::*;

const WEBP: Accepts = Accepts {
    avif: false,
    webp: true,
};
const COLORS: &[u8] = &[255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
const RED: u8 = 0;
const GREEN: u8 = 1;
const BLUE: u8 = 2;
const NOTHING: u8 = 3;

/// A frame of one color at a place.
fn part(color: u8, [left, top, width, height]: [u16; 4], hundredths: u16) -> Frame<'static> {
    Frame {
        left,
        top,
        width,
        height,
        delay: hundredths,
        dispose: DisposalMethod::Keep,
        transparent: Some(NOTHING),
        buffer: vec![color; usize::from(width) * usize::from(height)].into(),
        ..Frame::default()
    }
}

fn gif_of(size: (u16, u16), repeat: gif::Repeat, frames: &[Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, size.0, size.1, COLORS).unwrap();
    encoder.set_repeat(repeat).unwrap();
    for frame in frames {
        encoder.write_frame(frame).unwrap();
    }
    drop(encoder);
    bytes
}

fn rendered(bytes: &[u8], segment: &str, accepts: Accepts) -> Rendition {
    let original = Original::open(bytes.to_vec().into()).unwrap();
    let (options, _) = FlexibleOptions::parse(segment).unwrap();
    render(&original, &options, accepts).unwrap()
}

/// Pixels and milliseconds of each frame.
fn frames_of(bytes: &[u8]) -> Vec<(Pixels, u32)> {
    let facts = probe(bytes).unwrap();
    let mut seen = Vec::new();
    decode_frames(bytes, &facts, |frame| {
        seen.push((frame.bitmap.pixels.into_owned(), frame.delay_millis));
        Ok(())
    })
    .unwrap();
    seen
}

fn delays_of(bytes: &[u8]) -> Vec<u32> {
    frames_of(bytes)
        .into_iter()
        .map(|(_, delay)| delay)
        .collect()
}

const WHOLE: [u16; 4] = [0, 0, 40, 30];

#[test]
fn each_frame_is_shown_as_long_as_before() {
    let source = gif_of(
        (40, 30),
        gif::Repeat::Infinite,
        &[
            part(RED, WHOLE, 5),
            part(GREEN, WHOLE, 12),
            part(BLUE, WHOLE, 200),
            part(RED, WHOLE, 3),
        ],
    );
    let expected = [50, 120, 2000, 30];
    for segment in [
        "w=20",
        "fit=cover,w=20,h=20",
        "fit=pad,w=30,h=30",
        "rotate=90,blur=2",
    ] {
        let webp = rendered(&source, segment, WEBP);
        assert_eq!(delays_of(&webp.bytes), expected, "{segment}");
        let gif = rendered(&source, segment, Accepts::default());
        assert_eq!(gif.format, Format::Gif);
        assert_eq!(delays_of(&gif.bytes), expected, "{segment}");
    }
}

#[test]
fn times_that_gif_cannot_hold_add_up_all_the_same() {
    let frames = (0..9)
        .map(|i| FinishedFrame {
            pixels: super::super::testing::solid(16, 12, [i * 20, 0, 0, 255]),
            delay_millis: 33,
        })
        .collect();
    let webp = animation(frames, None, Format::WebP, &FlexibleOptions::default()).unwrap();
    assert_eq!(delays_of(&webp), [33; 9]);
    let gif = rendered(&webp, "w=8", Accepts::default());
    assert_eq!(gif.format, Format::Gif);
    let delays = delays_of(&gif.bytes);
    assert_eq!(delays.iter().sum::<u32>(), 300, "{delays:?}");
    assert!(delays.iter().all(|delay| (30..=40).contains(delay)));
}

#[test]
fn an_animation_ends_when_it_did() {
    let frames = [part(RED, WHOLE, 5), part(GREEN, WHOLE, 5)];
    for (repeat, plays) in [
        (gif::Repeat::Infinite, None),
        (gif::Repeat::Finite(0), Some(1)),
        (gif::Repeat::Finite(3), Some(4)),
    ] {
        let source = gif_of((40, 30), repeat, &frames);
        assert_eq!(super::super::probe::plays(&source, Format::Gif), plays);
        for (accepts, format) in [(WEBP, Format::WebP), (Accepts::default(), Format::Gif)] {
            let rendition = rendered(&source, "w=20", accepts);
            let found = super::super::probe::plays(&rendition.bytes, format);
            assert_eq!(found, plays, "{format:?}");
            // And from there back again.
            let back = rendered(&rendition.bytes, "w=10", Accepts::default());
            assert_eq!(super::super::probe::plays(&back.bytes, Format::Gif), plays);
        }
    }
}

#[test]
fn parts_are_laid_over_one_another_and_taken_away_as_the_file_says() {
    let disposed = |frame: Frame<'static>, dispose| Frame { dispose, ..frame };
    let source = gif_of(
        (40, 30),
        gif::Repeat::Infinite,
        &[
            part(RED, WHOLE, 10),
            disposed(part(GREEN, [0, 0, 20, 30], 10), DisposalMethod::Previous),
            disposed(part(BLUE, [20, 0, 20, 30], 10), DisposalMethod::Background),
            part(NOTHING, [0, 0, 1, 1], 10),
        ],
    );
    let clear = [0, 0, 0, 0];
    let (red, green, blue) = ([255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]);
    // The left and the right half of each frame.
    let expected = [(red, red), (green, red), (red, blue), (red, clear)];
    for (accepts, segment) in [
        (WEBP, "w=40"),
        (WEBP, "w=20"),
        (Accepts::default(), "w=40"),
        (Accepts::default(), "w=20"),
    ] {
        let rendition = rendered(&source, segment, accepts);
        let frames = frames_of(&rendition.bytes);
        assert_eq!(frames.len(), 4);
        for (i, ((pixels, _), (left, right))) in frames.iter().zip(expected).enumerate() {
            let width = pixels.size.width;
            for (x, expected) in [(2, left), (width - 3, right)] {
                let found = at(pixels, x, 5);
                let is_right = if expected[3] == 0 {
                    found[3] == 0
                } else {
                    is_near(found, expected, 16)
                };
                assert!(
                    is_right,
                    "frame {i} at {x}: {found:?} is {expected:?}, {segment}, {accepts:?}"
                );
            }
        }
    }
}

#[test]
fn cutting_an_edge_away_leaves_all_frames_alike() {
    let source = gif_of(
        (40, 30),
        gif::Repeat::Infinite,
        &[
            part(RED, WHOLE, 10),
            part(GREEN, [10, 10, 20, 10], 10),
            part(GREEN, [0, 0, 40, 30], 10),
        ],
    );
    // The first frame is one color and would be cut away whole.
    let original = Original::open(source.clone().into()).unwrap();
    let (options, _) = FlexibleOptions::parse("trim=border").unwrap();
    let refused = render(&original, &options, WEBP).unwrap_err();
    assert_eq!(refused, TransformError::EmptyOutput);
    // With another color to look for, nothing is cut, although the last frame has nothing else.
    let whole = rendered(&source, "trim=border,trim.border.color=lime", WEBP);
    assert_eq!(whole.size, PixelSize::new(40, 30));
    assert_eq!(frames_of(&whole.bytes).len(), 3);
}

/// Frames of a thousand by a thousand pixels: a megapixel each.
fn megapixels(count: usize) -> Vec<u8> {
    let frame = part(RED, [0, 0, 1000, 1000], 10);
    gif_of((1000, 1000), gif::Repeat::Infinite, &vec![frame; count])
}

#[test]
fn above_50_megapixels_an_animation_is_delivered_as_stored() {
    let source = megapixels(51);
    let rendition = rendered(&source, "w=10", WEBP);
    assert_eq!(rendition.bytes, source);
    assert_eq!(rendition.format, Format::Gif);
    assert_eq!(rendition.warnings.len(), 1);
    let still = rendered(&source, "w=10,anim=false", WEBP);
    assert_eq!(still.size, PixelSize::new(10, 10));
    assert!(still.bytes.len() < 1000);
}

#[test]
fn above_100_megapixels_an_animation_is_refused() {
    let source = megapixels(101);
    let original = Original::open(source.clone().into()).unwrap();
    let refused = render(&original, &FlexibleOptions::default(), WEBP).unwrap_err();
    assert_eq!(refused.delivery_code(), (403, 9413));
    assert!(
        refused
            .to_string()
            .starts_with("the animation is too large")
    );
    assert_eq!(super::super::check_upload(&source).unwrap_err(), refused);
}
