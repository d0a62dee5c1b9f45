//! Emblems: a badge with real transparency, and a lighthouse that turns.

use super::noise::{Chance, speck, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use image::{Frame, Rgba, RgbaImage};
use std::f32::consts::TAU;

/// A round lens behind lenticular ridges, on a transparent ground with a soft shadow.
pub(super) fn lens_badge(width: u32, height: u32) -> RgbaImage {
    let size = width.min(height) as f32;
    let pixel = 1.0 / size;
    RgbaImage::from_fn(width, height, |column, row| {
        let (x, y) = (
            (column as f32 + 0.5) * pixel - 0.5,
            (row as f32 + 0.5) * pixel - 0.48,
        );
        let distance = x.hypot(y);
        let cover = |radius: f32| ((radius - distance) / pixel + 0.5).clamp(0.0, 1.0);
        let shadow = 0.5 * ramp(0.49, 0.36, x.hypot(y - 0.03));
        let ring = gradient(
            &[
                (0.0, ink(0xfff0d8)),
                (0.5, ink(0xffb066)),
                (1.0, ink(0x9a3a30)),
            ],
            0.5 + (x + y) * 0.9,
        );
        let mut color = ring.mix(ink(0x1c1426), cover(0.395));
        let glass = cover(0.378);
        if glass > 0.0 {
            let ridges = 15.0;
            let ridge = (x + 0.378) / 0.756 * ridges;
            let place = ridge.fract() - 0.5;
            // Each ridge shows the picture behind it a little shifted, as a lenticular print does.
            let seen = (x + place * 0.14, y);
            color = color.mix(badge_picture(seen) * (1.08 - 0.62 * place * place), glass);
            color = color.lit(ink(0xffffff) * (glass * 0.2 * ramp(0.2, 0.0, (place + 0.2).abs())));
            let rim = ramp(0.3, 0.378, distance) * glass;
            color = color.mix(ink(0x140a24), rim * 0.42);
            let gloss = ramp(0.36, 0.35, distance)
                * ramp(0.0, 0.012, (x * 0.8 + 0.1).hypot(y - 0.42) - 0.53);
            color = color.lit(ink(0xffffff) * (gloss * 0.2 * ramp(0.05, -0.4, y)));
        }
        let badge = cover(0.42);
        let alpha = badge + shadow * (1.0 - badge);
        let shown = if alpha > 0.0 {
            color * (badge / alpha)
        } else {
            ink(0)
        };
        let byte = |channel: f32| (channel * 255.0 + 0.5) as u8;
        Rgba([byte(shown.r), byte(shown.g), byte(shown.b), byte(alpha)])
    })
}

fn badge_picture((x, y): At) -> Ink {
    let sky = gradient(
        &[
            (0.0, ink(0x2a1f6a)),
            (0.35, ink(0xa0338a)),
            (0.6, ink(0xff6a55)),
            (0.8, ink(0xffb45c)),
        ],
        (y + 0.4) * 1.3,
    );
    let sun = ramp(0.118, 0.112, x.hypot(y + 0.02));
    let color = sky.mix(ink(0xfff2c8), sun);
    let far = 0.09
        - 0.1 * (1.0 - (x * 4.2 - 0.6).abs()).max(0.0)
        - 0.05 * (1.0 - (x * 5.0 + 1.1).abs()).max(0.0);
    let near = 0.17 - 0.07 * (x * 6.0 + 0.4).sin();
    let color = color.mix(ink(0x7a2a78), ramp(far - 0.002, far + 0.002, y));
    color.mix(ink(0x2c1650), ramp(near - 0.002, near + 0.002, y))
}

/// How many pictures the turning light is drawn in.
pub(super) const FRAMES: u16 = 12;

/// One turn of a lighthouse's beam; flat colors, so the palette of a GIF holds all of them.
pub(super) fn lighthouse(width: u32, height: u32) -> impl Iterator<Item = Frame> {
    let mut night = Canvas::new(width, height);
    night_sea(&mut night);
    (0..FRAMES).map(move |index| {
        let mut canvas = Canvas::new(width, height);
        canvas.shade(|x, y| night.sample(x, y));
        beam(&mut canvas, f32::from(index) / f32::from(FRAMES), index);
        tower(&mut canvas);
        let drawn = canvas.finish(0.0, 0.0, 0);
        let picture = RgbaImage::from_fn(width, height, |x, y| {
            let [r, g, b] = drawn.get_pixel(x, y).0;
            let (r, g, b) = (
                dithered(r, 8, x, y),
                dithered(g, 8, x, y),
                dithered(b, 4, x, y),
            );
            Rgba([r, g, b, 255])
        });
        Frame::from_parts(picture, 0, 0, image::Delay::from_numer_denom_ms(110, 1))
    })
}

// 8 * 8 * 4 = 256 colors: the encoder then takes them as they are, where choosing a palette for
// each frame would cost more than painting it.
fn dithered(value: u8, levels: u8, x: u32, y: u32) -> u8 {
    const ORDER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    let lift = (f32::from(ORDER[y as usize % 4][x as usize % 4]) + 0.5) / 16.0;
    let top = f32::from(levels - 1);
    let level = (f32::from(value) / 255.0 * top + lift).floor().min(top);
    (level * 255.0 / top) as u8
}

const SHORE: f32 = 0.74;
const LAMP: At = (0.92, 0.305);

fn night_sea(canvas: &mut Canvas) {
    canvas.shade(|x, y| {
        if y < SHORE {
            return gradient(
                &[
                    (0.0, ink(0x101a48)),
                    (0.4, ink(0x2a2a70)),
                    (0.66, ink(0x8a3f78)),
                    (0.74, ink(0xe0785a)),
                ],
                y,
            );
        }
        let depth = y - SHORE;
        let wave = value(x * 9.0, depth * 130.0 / (1.0 + depth * 5.0), 3);
        gradient(
            &[
                (0.0, ink(0xb05a6a)),
                (0.06, ink(0x4a3670)),
                (0.26, ink(0x121c48)),
            ],
            depth,
        ) * (0.75 + 0.5 * wave)
    });
    let mut chance = Chance::new(7);
    for _ in 0..90 {
        let at = (chance.between(0.0, canvas.aspect), chance.between(0.0, 0.5));
        canvas.disc(at, 0.0016, 0.0, ink(0xfff4dc), chance.between(0.3, 1.0));
    }
    canvas.disc((0.25, 0.2), 0.06, 0.0, ink(0xfff0cc), 1.0);
    canvas.disc((0.275, 0.185), 0.053, 0.0, ink(0x1b2058), 1.0);
}

fn beam(canvas: &mut Canvas, turn: f32, index: u16) {
    // Seen from the side the beam swings from left to right, and is short while it points at us.
    let (sin, cos) = (turn * TAU).sin_cos();
    let toward = 0.5 + 0.5 * sin;
    for (side, strength) in [(1.0, 1.0), (-1.0, 0.75)] {
        let across = cos * side;
        let (reach, spread) = (
            0.25 + 1.1 * across.abs(),
            0.05 + 0.09 * (1.0 - across.abs()),
        );
        canvas.adjust(0.0, SHORE, |x, y, old| {
            let (dx, dy) = (x - LAMP.0, y - LAMP.1);
            let along = dx * across.signum();
            if along <= 0.0 {
                return old;
            }
            let wide = 0.012 + along * spread;
            let light =
                ramp(wide, wide * 0.35, (dy + along * 0.03).abs()) * (1.0 - along / reach).max(0.0);
            old.lit(ink(0xffe8a8) * (light * 0.75 * strength))
        });
    }
    canvas.glow(LAMP, 0.1 + 0.2 * toward, ink(0xfff0b8), 0.4 + 0.6 * toward);
    canvas.adjust(SHORE, 1.0, |x, y, old| {
        let depth = y - SHORE;
        let path = ramp(0.05 + depth * 0.4, 0.0, (x - LAMP.0).abs());
        let (column, row) = ((x * 40.0) as i32, (depth * 90.0) as i32);
        let spark = if speck(column + row, row, 100 + u32::from(index % 4)) > 0.62 {
            1.0
        } else {
            0.2
        };
        old.lit(ink(0xffd890) * (path * spark * (0.25 + 0.5 * toward)))
    });
}

fn tower(canvas: &mut Canvas) {
    let edge = |x: f32| {
        SHORE + 0.05 - 0.12 * ramp(0.62, 0.95, x)
            + 0.03 * (x * 11.0).sin() * ramp(0.6, 0.8, x)
            + 0.35 * ramp(0.78, 0.5, x)
    };
    let place = |half: f32, y: f32| [(LAMP.0 - half, y), (LAMP.0 + half, y)];
    let wall = |canvas: &mut Canvas, top: f32, bottom: f32, color: Ink| {
        let half = |y: f32| 0.033 + (y - 0.34) * 0.075;
        let ([a, b], [d, c]) = (place(half(top), top), place(half(bottom), bottom));
        canvas.polygon(&[a, b, c, d], color, 1.0);
        canvas.polygon(
            &[
                (LAMP.0 + half(top) * 0.2, top),
                b,
                c,
                (LAMP.0 + half(bottom) * 0.2, bottom),
            ],
            ink(0x20184a),
            0.4,
        );
    };
    for band in 0..6_u8 {
        let top = 0.34 + 0.06 * f32::from(band);
        wall(
            canvas,
            top,
            top + 0.0605,
            if band % 2 == 0 {
                ink(0xf2e6da)
            } else {
                ink(0xd8483c)
            },
        );
    }
    canvas.polygon(
        &[
            place(0.052, 0.338)[0],
            place(0.052, 0.338)[1],
            place(0.046, 0.35)[1],
            place(0.046, 0.35)[0],
        ],
        ink(0x241c44),
        1.0,
    );
    canvas.polygon(
        &[
            place(0.026, 0.272)[0],
            place(0.026, 0.272)[1],
            place(0.026, 0.338)[1],
            place(0.026, 0.338)[0],
        ],
        ink(0xfff4c4),
        1.0,
    );
    for x in [-0.026, -0.009, 0.009, 0.026] {
        canvas.stroke(
            (LAMP.0 + x, 0.272),
            (LAMP.0 + x, 0.338),
            (0.0022, 0.0022),
            ink(0x241c44),
            1.0,
        );
    }
    canvas.polygon(
        &[
            (LAMP.0, 0.215),
            (LAMP.0 + 0.038, 0.274),
            (LAMP.0 - 0.038, 0.274),
        ],
        ink(0xb8342e),
        1.0,
    );
    canvas.below(edge, |_, _, deep| {
        ink(0x1a1538).mix(ink(0x0c0c22), ramp(0.0, 0.15, deep))
    });
}
