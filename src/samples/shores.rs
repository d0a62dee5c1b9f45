//! Shores: a harbor at night, a pier in the fog, boats at sunset, dunes, and lights in the rain.

use super::noise::{Chance, Field, fractal, speck, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use super::skies::stars;

pub(super) fn night_harbor(canvas: &mut Canvas) {
    let level = 0.66;
    let sky = [
        (0.0, ink(0x0b1026)),
        (0.3, ink(0x1c2350)),
        (0.5, ink(0x56386f)),
        (0.66, ink(0xd9735f)),
    ];
    canvas.shade(|x, y| {
        let cloud = ramp(0.52, 0.8, fractal(x * 1.4, y * 7.0, 5, 6)) * ramp(0.1, 0.3, y);
        gradient(&sky, y).mix(ink(0x8b4a70), cloud * 0.5)
    });
    stars(canvas, 260, 0.5, 3);
    let moon = (0.32, 0.19);
    canvas.glow(moon, 0.25, ink(0x9fb0ff), 0.35);
    canvas.disc(moon, 0.042, 0.002, ink(0xf6ecd8), 1.0);
    let mut chance = Chance::new(41);
    towers(canvas, level, 0, &mut chance);
    towers(canvas, level, 1, &mut chance);
    towers(canvas, level, 2, &mut chance);
    for step in 0..54 {
        let x = step as f32 * 0.03 + chance.between(0.0, 0.012);
        let color = chance.pick(&[ink(0xffc878), ink(0xffe2b0), ink(0xff8f5a), ink(0x9fd8ff)]);
        canvas.glow((x, level - 0.008), 0.03, color, 0.7);
        canvas.disc((x, level - 0.008), 0.0028, 0.001, ink(0xfff4dc), 1.0);
    }
    canvas.mirror(
        level,
        |x, y| {
            let depth = y - level;
            let wave = value(x * 16.0, depth * 320.0 / (1.0 + depth * 7.0), 8) - 0.5;
            let fine = value(x * 50.0, depth * 900.0 / (1.0 + depth * 9.0), 9) - 0.5;
            (wave * 0.006, (wave + fine) * (0.03 + depth * 0.34))
        },
        |x, y, seen| {
            let depth = y - level;
            let wave = value(x * 10.0, depth * 400.0 / (1.0 + depth * 9.0), 2);
            seen.through(ink(0xd4cfe8)) * (0.66 + 0.3 * wave) + ink(0x05081a)
        },
    );
    boat(canvas, (0.36, 0.87), 0.11, ink(0x0a0c1c), 0.0);
}

fn towers(canvas: &mut Canvas, level: f32, row: u8, chance: &mut Chance) {
    let near = f32::from(row) / 2.0;
    let wall = ink(0x5a4374).mix(ink(0x12142c), near.sqrt());
    let mut x = -0.02;
    while x < canvas.aspect {
        let wide = chance.between(0.035, 0.085);
        let middle = 1.0 - ((x - 0.95) / 0.95).abs();
        let tall =
            (0.06 + 0.3 * middle * chance.unit() + 0.1 * chance.unit()) * (1.15 - 0.45 * near);
        let top = level - tall;
        let (right, pixel) = (x + wide, canvas.pixel);
        let seed = chance.between(0.0, 9999.0) as u32;
        let (across, floor) = (0.0068 + 0.0016 * near, 0.0105 + 0.002 * near);
        let lamp = chance.pick(&[ink(0xffd48a), ink(0xffe9c4), ink(0xffb765), ink(0xcfe6ff)]);
        let busy = chance.between(0.12, 0.5);
        canvas.within((x, top), (right, level), |px, py| {
            let cover = ((px - x).min(right - px) / pixel + 0.5).clamp(0.0, 1.0)
                * ((py - top) / pixel + 0.5).clamp(0.0, 1.0);
            let (u, v) = ((px - x) / across, (py - top - 0.006) / floor);
            let pane = ramp(0.2, 0.3, u.fract())
                * ramp(0.85, 0.75, u.fract())
                * ramp(0.25, 0.35, v.fract())
                * ramp(0.85, 0.75, v.fract());
            let chosen = speck(u as i32, v as i32, seed);
            let on = if v > 0.0 && chosen < busy {
                0.35 + 0.65 * speck(v as i32, u as i32, seed)
            } else {
                0.04
            };
            let base = wall.mix(
                ink(0xc4685f),
                ramp(0.3, 0.0, level - py) * 0.28 * (1.0 - near),
            );
            (base.mix(lamp, pane * on * (0.55 + 0.45 * near)), cover)
        });
        if chance.unit() < 0.3 && tall > 0.2 {
            let tip = (x + wide * 0.5, top - 0.05);
            canvas.stroke((tip.0, top), tip, (0.002, 0.0006), wall, 1.0);
            canvas.glow(tip, 0.016, ink(0xff4a3c), 0.9);
        }
        x = right + chance.between(-0.012, 0.012);
    }
}

/// A sailing boat's outline on the water; `lean` tilts the mast.
fn boat(canvas: &mut Canvas, at: At, size: f32, color: Ink, lean: f32) {
    let place = |x: f32, y: f32| (at.0 + (x + lean * y) * size, at.1 - y * size);
    let hull = [
        place(-0.5, 0.14),
        place(0.62, 0.17),
        place(0.42, 0.0),
        place(-0.38, 0.0),
    ];
    canvas.polygon(&hull, color, 1.0);
    canvas.stroke(
        place(0.0, 0.1),
        place(0.0, 1.5),
        (size * 0.014, size * 0.008),
        color,
        1.0,
    );
    let main: Vec<At> = (0..=8)
        .map(|step| {
            let t = step as f32 / 8.0;
            place(-0.04 - 0.44 * t + 0.06 * (t * 3.1).sin(), 1.42 - 1.18 * t)
        })
        .chain([place(-0.03, 0.24)])
        .collect();
    canvas.polygon(&main, color.mix(ink(0xffd8b0), 0.1), 1.0);
    let jib = [
        place(0.04, 1.34),
        place(0.3, 0.72),
        place(0.55, 0.2),
        place(0.05, 0.26),
    ];
    canvas.polygon(&jib, color.mix(ink(0xffd8b0), 0.18), 1.0);
}

pub(super) fn evening_boats(canvas: &mut Canvas) {
    let level = 0.6;
    let sun = (0.62, 0.545);
    let bend = Field::new(canvas.aspect, 80, |x, y| fractal(x * 1.8, y * 4.0, 4, 27));
    let sky = [
        (0.0, ink(0x24476f)),
        (0.22, ink(0x5d6f98)),
        (0.4, ink(0xd98878)),
        (0.52, ink(0xffb45c)),
        (0.6, ink(0xffe08a)),
    ];
    canvas.shade(|x, y| {
        let near = (-((x - sun.0).powi(2) * 1.2 + (y - sun.1).powi(2) * 3.0) * 3.0).exp();
        let color = gradient(&sky, y).lit(ink(0xffa040) * (near * 0.4));
        if y > level {
            return color;
        }
        let turn = bend.at(x, y);
        let cloud = fractal(
            x * 1.9 + turn * 1.5,
            y * (5.0 + 9.0 * y) + turn * 1.8,
            6,
            15,
        );
        let thick = ramp(0.47, 0.68, cloud) * ramp(level, 0.45, y);
        let shade = ink(0x3a3352).mix(ink(0x86506a), y * 1.6);
        let rim = gradient(
            &[
                (0.0, ink(0xf0b8a0)),
                (0.3, ink(0xff9858)),
                (0.55, ink(0xffc25a)),
            ],
            y,
        );
        color.mix(rim.mix(shade, ramp(0.5, 0.72, cloud)), thick * 0.95)
    });
    canvas.glow(sun, 0.4, ink(0xffb050), 0.75);
    canvas.disc(sun, 0.036, 0.003, ink(0xfff6d8), 1.0);
    canvas.below(
        |x| level - 0.05 * ramp(0.75, 1.7, x) * (0.4 + fractal(x * 4.0, 0.0, 5, 3)),
        |_, _, _| ink(0x6b3f52),
    );
    canvas.mirror(
        level,
        |x, y| {
            let depth = y - level;
            let swell = value(x * 7.0, depth * 240.0 / (1.0 + depth * 7.0), 5) - 0.5;
            let fine = value(x * 34.0, depth * 700.0 / (1.0 + depth * 8.0), 6) - 0.5;
            (swell * 0.03, (swell * 1.2 + fine) * (0.03 + depth * 0.42))
        },
        |x, y, seen| {
            let depth = y - level;
            let wave = fractal(x * 12.0, depth * 420.0 / (1.0 + depth * 9.0), 3, 16);
            let path = (-((x - sun.0) / (0.05 + depth * 0.35)).powi(2)).exp();
            let spark = ramp(0.55, 0.75, wave) * path;
            let deep = seen.mix(ink(0x1f3656), 0.3 + depth * 0.7) * (0.75 + 0.4 * wave);
            deep.lit(ink(0xffd890) * (spark * 0.95))
        },
    );
    for (x, y, size, lean) in [
        (1.36, 0.615, 0.05, 0.02),
        (0.24, 0.635, 0.075, 0.03),
        (1.08, 0.7, 0.2, 0.05),
    ] {
        let dark = ink(0x2a1c30).mix(ink(0x8a5460), ramp(0.2, 0.04, size) * 0.6);
        canvas.within((x - size, y), (x + size * 0.9, y + size * 1.3), |px, py| {
            let depth = (py - y) / size;
            let wobble =
                (value(px * 10.0, (py - y) * 260.0, 31) - 0.5) * size * (0.2 + 0.5 * depth);
            let off = (px - x + wobble) / size;
            let wide = if depth < 0.15 {
                0.5
            } else {
                0.48 * (1.0 - depth / 1.3)
            };
            (
                dark,
                ramp(wide, wide - 0.16, off.abs()) * 0.62 * (1.0 - depth / 1.3).max(0.0),
            )
        });
        boat(canvas, (x, y), size, dark, lean);
    }
    let mut chance = Chance::new(6);
    for _ in 0..9 {
        let at = (chance.between(0.75, 1.3), chance.between(0.14, 0.34));
        let wing = chance.between(0.008, 0.016);
        for side in [-1.0, 1.0] {
            let way = [
                at,
                (at.0 + side * wing * 0.5, at.1 - wing * 0.6),
                (at.0 + side * wing, at.1 - wing * 0.15),
            ];
            canvas.curve(way, (0.0015, 0.0006), (ink(0x2a2038), ink(0x2a2038)), 0.9);
        }
    }
}

pub(super) fn cold_pier(canvas: &mut Canvas) {
    let (level, middle) = (0.46, canvas.aspect * 0.5);
    let fog = ink(0xc6cbce);
    canvas.shade(|x, y| {
        let drift = fractal(x * 1.5, y * 3.0, 4, 4) - 0.5;
        let sky = gradient(
            &[
                (0.0, ink(0x9aa3aa)),
                (0.4, ink(0xc9ced1)),
                (0.5, ink(0xd3d7d9)),
            ],
            y + drift * 0.1,
        );
        if y < level {
            return sky;
        }
        let depth = y - level;
        let wave = fractal(
            x * 12.0 / (0.25 + depth * 2.2),
            depth * 260.0 / (1.0 + depth * 9.0),
            4,
            9,
        );
        let water = gradient(
            &[
                (0.0, ink(0xc9ced1)),
                (0.12, ink(0xa5aeb4)),
                (0.54, ink(0x59656e)),
            ],
            depth,
        );
        water * (0.88 + 0.26 * wave * ramp(0.0, 0.15, depth))
    });
    canvas.within((0.0, 0.4), (canvas.aspect, level), |x, y| {
        let tree = 0.035 * fractal(x * 7.0, 0.0, 5, 12) * ramp(0.75, 0.1, x)
            + 0.02 * fractal(x * 9.0, 2.0, 4, 13) * ramp(0.9, 1.3, x);
        (
            ink(0xa9b1b6),
            ramp(level - tree - 0.01, level - tree + 0.006, y) * 0.6,
        )
    });
    let far = 0.5;
    let half = |y: f32| 0.055 + (y - far) * 0.78;
    let pixel = canvas.pixel;
    canvas.within((0.0, far), (canvas.aspect, 1.0), |x, y| {
        let wide = half(y);
        let off = (x - middle) / wide;
        let cover = ((1.0 - off.abs()) * wide / pixel + 0.5).clamp(0.0, 1.0);
        // Planks lie across, so they follow one another in depth.
        let depth = 1.0 / (y - level + 0.02);
        let plank = (30.0 - depth) * 1.9 + 60.0;
        let (number, place) = (plank as i32, plank.fract());
        let soft = (2.0 * pixel * 1.9 * depth * depth).min(0.5);
        let gap = ramp(0.08 + soft, 0.03, place) + ramp(0.95 - soft, 1.0, place);
        let grain = fractal(
            off * 26.0 + number as f32 * 7.7,
            place * 5.0 + number as f32 * 13.0,
            3,
            6,
        );
        let tone = 0.72 + 0.28 * speck(number, 3, 9) + (grain - 0.5) * 0.5;
        let wood = gradient(&[(0.0, ink(0x7f868a)), (0.5, ink(0x4a4f52))], y - far) * tone;
        let wood = wood.mix(ink(0x1d2124), gap.min(1.0) * 0.85);
        let wet = ramp(0.55, 0.7, fractal(off * 2.0, depth * 0.7, 3, 17)) * 0.3;
        let edge = ramp(0.9, 0.97, off.abs()) * 0.35;
        let color = wood.mix(ink(0xd5dadd), wet).mix(ink(0x2a2e31), edge);
        (color.mix(fog, ramp(0.72, far - 0.06, y) * 0.85), cover)
    });
    for step in (0..9_u8).rev() {
        let depth = 1.0 + f32::from(step) * 0.85;
        let y = level + 0.5 / depth;
        if y < far {
            continue;
        }
        let size = 0.3 / depth;
        let mist = ramp(0.8, far - 0.04, y) * 0.85;
        let (dark, light) = (ink(0x25292c).mix(fog, mist), ink(0x5a6165).mix(fog, mist));
        for side in [-1.0, 1.0] {
            let x = middle + side * half(y) * 1.02;
            let wide = size * 0.075;
            canvas.within(
                (x - wide, y - size),
                (x + wide, y + size * 0.5),
                |px, py| {
                    let off = (px - x) / wide;
                    let cover = ((1.0 - off.abs()) * wide / pixel + 0.5).clamp(0.0, 1.0);
                    let bark = fractal(px * 90.0, py * 12.0, 3, 21) * 0.5 + 0.6;
                    (dark.mix(light, ramp(0.9, -0.6, off)) * bark, cover)
                },
            );
            canvas.within(
                (x - wide * 1.15, y - size * 1.05),
                (x + wide * 1.15, y - size * 0.95),
                |_, _| (light, 1.0),
            );
        }
    }
    canvas.adjust(0.0, 1.0, |x, y, old| {
        let drift = fractal(x * 1.2 + 7.0, y * 2.5, 4, 30);
        let bank = (-(y - 0.48) * (y - 0.48) * 90.0).exp();
        old.mix(ink(0xd9dddf), (bank * (0.3 + 0.8 * drift)).min(0.85))
    });
}

pub(super) fn dune_ridge(canvas: &mut Canvas) {
    canvas.shade(|x, y| {
        let sky = gradient(
            &[
                (0.0, ink(0x3f78a8)),
                (0.3, ink(0x8db4cc)),
                (0.5, ink(0xf3dcb8)),
            ],
            y,
        );
        let wisp = ramp(0.5, 0.85, fractal(x * 1.2 + y * 2.0, y * 8.0 - x, 5, 2));
        sky.mix(ink(0xfff4e4), wisp * 0.5 * ramp(0.5, 0.2, y))
    });
    for (summit, height, sand, seed) in [
        ((1.2, 0.42), 0.14, 0.55, 1_u32),
        ((0.3, 0.44), 0.2, 0.3, 2),
        ((1.02, 0.34), 0.62, 0.0, 3),
    ] {
        dune(canvas, summit, height, sand, seed);
    }
    let shade = |x: f32, y: f32| fractal(x * 3.0, y * 5.0, 3, 8);
    canvas.below(
        |x| 0.93 - 0.12 * ramp(0.9, 0.0, x) + 0.05 * ramp(0.6, 1.5, x) - 0.02 * (x * 3.0).sin(),
        |x, y, deep| {
            let ripple = ripples(x, y, 1.0, 77);
            let lit = ink(0xd98a48).mix(
                ink(0x8a4526),
                ramp(0.0, 0.2, deep) * 0.55 + shade(x, y) * 0.3,
            );
            lit * (0.82 + 0.36 * ripple)
        },
    );
}

fn ripples(x: f32, y: f32, scale: f32, seed: u32) -> f32 {
    let bend = fractal(x * 3.0 * scale, y * 5.0 * scale, 3, seed);
    let phase = (y * 150.0 + x * 26.0) * scale + bend * 26.0;
    let wave = phase.sin();
    let grit = value(x * 420.0, y * 420.0, seed + 9);
    0.42 + 0.3 * wave + 0.08 * (phase * 2.0 + 1.0).sin() + 0.24 * (grit - 0.5)
}

fn dune(canvas: &mut Canvas, summit: At, height: f32, far: f32, seed: u32) {
    let edge = |x: f32| {
        let off = x - summit.0;
        let slope = if off < 0.0 { 0.36 } else { 0.62 };
        let rounded = (off * off + 0.0006).sqrt() - 0.024;
        summit.1 + rounded * slope * (height + 0.25) + 0.02 * (fractal(x * 2.5, 0.0, 2, seed) - 0.5)
    };
    let haze = ink(0xf0d3ae);
    canvas.below(edge, |x, y, deep| {
        let fall = y - summit.1;
        let crest =
            summit.0 - 0.05 + 0.3 * (fall * 7.5 + 0.2).sin() * fall.max(0.0).sqrt() - fall * 0.42;
        let jitter = (fractal(x * 30.0, y * 14.0, 2, seed + 5) - 0.5) * 0.01;
        let lit = ramp(
            0.005 + fall * 0.01,
            -0.005 - fall * 0.01,
            x - crest + jitter,
        );
        let sheen = ramp(0.5, 0.0, crest - x);
        let wave = ripples(x, y, 1.0 + far, seed + 40);
        let warm =
            ink(0xe39a55).mix(ink(0xffd19a), sheen * 0.75) * (0.84 + 0.3 * wave * (1.0 - far));
        let cool = ink(0x6a3526).mix(ink(0xa15a38), ramp(0.0, 0.6, x - crest) + deep * 0.3)
            * (0.92 + 0.12 * wave);
        cool.mix(warm, lit).mix(haze, far)
    });
}

pub(super) fn city_bokeh(canvas: &mut Canvas) {
    canvas.backdrop(4, 0.02, |small| {
        small.shade(|x, y| {
            let glow = (-(y - 0.55) * (y - 0.55) * 14.0).exp();
            let warm = fractal(x * 2.0, y * 2.0, 3, 5);
            ink(0x070a18).lit(ink(0x5a2a4a).mix(ink(0x1a4a6a), warm) * glow)
        });
        let mut chance = Chance::new(14);
        for _ in 0..60 {
            let at = (chance.between(0.0, 1.5), chance.between(0.62, 1.0));
            let color = chance.pick(&[ink(0xff9a4a), ink(0xd04a6a), ink(0x3a8fb0)]);
            small.stroke(at, (at.0, at.1 + 0.2), (0.012, 0.02), color, 0.25);
        }
    });
    let mut chance = Chance::new(52);
    let colors = [
        ink(0xffb45a),
        ink(0xff7a45),
        ink(0xffdc9a),
        ink(0xe84a6f),
        ink(0x4ab8d8),
        ink(0x8a6af0),
        ink(0x5ae0b0),
    ];
    for index in 0..130 {
        let spread = chance.bell();
        let at = (
            chance.between(-0.05, 1.55),
            0.5 + spread * 0.34 + 0.06 * chance.bell(),
        );
        let radius = 0.018 + 0.075 * chance.unit().powi(2) * (0.5 + index as f32 / 130.0);
        let color = chance.pick(&colors);
        let strength = chance.between(0.16, 0.62) * (1.0 - radius * 3.6);
        bokeh(canvas, at, radius, color, strength);
    }
    for _ in 0..230 {
        let at = (chance.between(0.0, 1.5), chance.between(0.0, 1.0));
        let radius = 0.0025 + 0.014 * chance.unit().powi(5);
        droplet(canvas, at, radius);
    }
}

/// A point of light out of focus: a bright disc with a brighter rim.
pub(super) fn bokeh(canvas: &mut Canvas, at: At, radius: f32, color: Ink, strength: f32) {
    let reach = radius * 1.1;
    let soft = (radius * 0.06).max(canvas.pixel);
    let (from, to) = ((at.0 - reach, at.1 - reach), (at.0 + reach, at.1 + reach));
    canvas.within(from, to, |x, y| {
        let distance = (x - at.0).hypot(y - at.1);
        let inside = ((radius - distance) / soft + 0.5).clamp(0.0, 1.0);
        let rim = ramp(0.72, 0.97, distance / radius);
        (
            color.mix(ink(0xffffff), 0.15 + 0.2 * rim),
            inside * strength * (0.6 + 0.4 * rim),
        )
    });
}

/// A drop of rain on the glass: what lies behind it, upside down.
fn droplet(canvas: &mut Canvas, at: At, radius: f32) {
    let sky = canvas.sample(at.0, at.1 + radius * 6.0);
    let ground = canvas.sample(at.0, at.1 - radius * 6.0);
    let soft = canvas.pixel;
    canvas.within(
        (at.0 - radius, at.1 - radius * 1.3),
        (at.0 + radius, at.1 + radius * 1.3),
        |x, y| {
            let (dx, dy) = ((x - at.0) / radius, (y - at.1) / (radius * 1.15));
            let distance = dx.hypot(dy);
            let cover = ((1.0 - distance) * radius / soft + 0.5).clamp(0.0, 1.0);
            let inner = sky
                .mix(ground, ramp(-0.6, 0.6, dy))
                .lit(ink(0xffffff) * (0.28 * ramp(0.1, 0.8, dy)));
            let dark = ramp(0.7, 1.0, distance) * 0.65;
            let shine = ramp(0.35, 0.1, (dx + 0.35).hypot(dy + 0.4));
            (
                inner
                    .mix(ink(0x04060c), dark)
                    .lit(ink(0xffffff) * (shine * 0.8)),
                cover * 0.9,
            )
        },
    );
}
