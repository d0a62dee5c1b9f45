//! Plants from near: a flower, a wet leaf, a seed head, an autumn tree.

use super::noise::{Chance, fractal};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use super::shores::bokeh;
use std::f32::consts::TAU;

/// How a petal lies: from the `heart` outward at `angle`.
pub(super) struct Petal {
    pub(super) heart: At,
    pub(super) angle: f32,
    pub(super) long: f32,
    pub(super) wide: f32,
    pub(super) bend: f32,
    pub(super) soft: f32,
}

/// Paints a petal; the closure gets u along (0..1), v across (-1..1).
pub(super) fn petal(canvas: &mut Canvas, shape: &Petal, of: impl Fn(f32, f32) -> Ink) {
    let (sin, cos) = shape.angle.sin_cos();
    let reach = shape.long * 1.1 + shape.soft;
    let tip = (shape.heart.0 + cos * reach, shape.heart.1 + sin * reach);
    let side = shape.wide + shape.bend.abs() * shape.long + shape.soft;
    let low = (
        shape.heart.0.min(tip.0) - side,
        shape.heart.1.min(tip.1) - side,
    );
    let high = (
        shape.heart.0.max(tip.0) + side,
        shape.heart.1.max(tip.1) + side,
    );
    let soft = shape.soft.max(canvas.pixel);
    canvas.within(low, high, |x, y| {
        let (dx, dy) = (x - shape.heart.0, y - shape.heart.1);
        let u = (dx * cos + dy * sin) / shape.long;
        if !(0.0..1.0).contains(&u) {
            return (ink(0), 0.0);
        }
        let across = dy * cos - dx * sin - shape.bend * shape.long * u * u;
        // Narrow at the heart, widest past the middle, then a rounded tip.
        let wide =
            shape.wide * (0.28 + 0.72 * ramp(0.0, 0.6, u)) * (1.0 - u.powi(5)).max(0.0).sqrt();
        let cover = ((wide - across.abs()) / soft + 0.5).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return (ink(0), 0.0);
        }
        (of(u, across / wide.max(1e-4)), cover)
    });
}

pub(super) fn yellow_flower(canvas: &mut Canvas) {
    canvas.backdrop(6, 0.03, |small| {
        small.shade(|x, y| {
            ink(0x0b0a06).mix(
                ink(0x2c2a0e),
                fractal(x * 2.5, y * 2.5, 3, 8) * ramp(1.1, 0.2, x),
            )
        });
        small.disc((0.25, 0.25), 0.12, 0.1, ink(0x8a5a10), 0.5);
        small.disc((0.12, 0.75), 0.16, 0.1, ink(0x2f4a16), 0.7);
        small.disc((0.45, 0.95), 0.1, 0.1, ink(0xa06a12), 0.4);
        small.disc((1.5, 0.1), 0.2, 0.1, ink(0x35481a), 0.4);
    });
    let heart = (1.02, 0.6);
    let mut chance = Chance::new(9);
    for ring in 0..3_u8 {
        let depth = f32::from(ring) / 2.0;
        let count = [15_u8, 15, 11][usize::from(ring)];
        for index in 0..count {
            let angle = (f32::from(index) + 0.5 * f32::from(ring)) / f32::from(count) * TAU
                + chance.bell() * 0.09;
            let shape = Petal {
                heart: (heart.0 + angle.cos() * 0.05, heart.1 + angle.sin() * 0.05),
                angle,
                long: (0.62 - 0.1 * depth) * chance.between(0.86, 1.06),
                wide: chance.between(0.07, 0.092),
                bend: chance.bell() * 0.12,
                soft: 0.007 * (1.0 - depth) + 0.0015,
            };
            let shadow = Petal {
                heart: (shape.heart.0 + 0.012, shape.heart.1 + 0.018),
                soft: 0.05,
                ..shape
            };
            canvas_shadow(canvas, &shadow);
            let seed = u32::from(index) + 40 * u32::from(ring);
            let light = 0.62 + 0.38 * depth - 0.16 * (angle - 0.9).cos() + chance.bell() * 0.05;
            petal(canvas, &shape, |u, v| {
                let streak = fractal(v * 11.0, u * 2.2, 3, seed);
                let fold = (v * 3.0 + 0.4).sin() * 0.06 - 0.16 * v * v * v.abs();
                let color = gradient(
                    &[
                        (0.0, ink(0xa84a00)),
                        (0.18, ink(0xe88a00)),
                        (0.5, ink(0xffc20c)),
                        (0.85, ink(0xffdc3a)),
                        (1.0, ink(0xfff08a)),
                    ],
                    u,
                );
                let vein = ramp(0.62, 0.8, streak) * 0.16;
                color.mix(ink(0xb85e00), vein) * (light + fold + (streak - 0.5) * 0.22)
            });
        }
    }
    canvas.disc(heart, 0.145, 0.05, ink(0x3a1c04), 0.9);
    for index in 0..620_u16 {
        // The angle of sunflowers: no two florets line up.
        let turn = f32::from(index) * 2.399_963;
        let away = 0.14 * (f32::from(index) / 620.0).sqrt();
        let at = (
            heart.0 + turn.cos() * away,
            heart.1 + turn.sin() * away * 0.94,
        );
        let rim = away / 0.14;
        let color = ink(0x5a2c06).mix(ink(0xe8940e), rim * rim * 0.9 + 0.1 * chance.unit());
        let size = 0.0036 + 0.003 * rim;
        canvas.disc(
            (at.0 + 0.002, at.1 + 0.003),
            size,
            0.003,
            ink(0x1c0c02),
            0.6,
        );
        canvas.disc(at, size, 0.002, color, 1.0);
        canvas.disc(
            (at.0 - size * 0.3, at.1 - size * 0.4),
            size * 0.35,
            0.002,
            ink(0xffd878),
            0.35 + 0.45 * rim,
        );
    }
    canvas.glow((heart.0 + 0.1, heart.1 - 0.35), 0.6, ink(0xfff0b0), 0.1);
}

fn canvas_shadow(canvas: &mut Canvas, shape: &Petal) {
    let (sin, cos) = shape.angle.sin_cos();
    for step in 1..7_u8 {
        let u = f32::from(step) / 7.0;
        let off = shape.bend * shape.long * u * u;
        let at = (
            shape.heart.0 + cos * shape.long * u - sin * off,
            shape.heart.1 + sin * shape.long * u + cos * off,
        );
        canvas.disc(at, shape.wide * 0.75, shape.wide * 0.9, ink(0x2a1400), 0.13);
    }
}

pub(super) fn rain_drops(canvas: &mut Canvas) {
    let turn = 0.62_f32;
    let (sin, cos) = turn.sin_cos();
    let along = move |x: f32, y: f32| {
        let (dx, dy) = (x - 0.3, y - 0.52);
        let (s, t) = (dx * sin + dy * cos, dx * cos - dy * sin);
        (s, t + 0.1 * s * s)
    };
    canvas.shade(|x, y| {
        let (s, t) = along(x, y);
        let side = t.abs();
        let wobble = fractal(s * 3.0, t * 3.0, 2, 4) * 0.05;
        let lane = (s + side * 0.62 - side * side * 0.35 + wobble) * 7.5
            + if t > 0.0 { 0.43 } else { 0.0 };
        let place = lane - lane.floor();
        let vein = (place - 0.5).abs() * 2.0;
        let line = ramp(0.86, 1.0, vein) * ramp(0.85, 0.1, side);
        // Between two side veins the leaf swells like a cushion; light comes from the upper left.
        let swell = 0.5 - 0.5 * (place * TAU).cos();
        let slope = (place * TAU).sin();
        let net = fractal(s * 46.0 + wobble * 60.0, t * 46.0, 3, 12);
        let mesh = ramp(0.06, 0.0, (net - 0.5).abs());
        let base = ink(0x0b3d12).mix(
            ink(0x3f9a2a),
            0.26 + 0.36 * swell + 0.2 * slope + 0.32 * (0.5 - t),
        );
        let base = base.mix(ink(0x7cc04a), mesh * 0.16 + line * 0.5);
        let rib = ramp(0.02, 0.004, side);
        let dip = ramp(0.09, 0.015, side) * 0.4;
        let base =
            (base * (1.0 - dip)).mix(ink(0xb4dc78), rib * (0.85 - 0.3 * ramp(-0.01, 0.014, t)));
        let sheen = ramp(0.5, 0.78, fractal(x * 2.2 + 4.0, y * 1.6, 3, 40)) * (0.3 + 0.5 * swell);
        base.lit(ink(0xcfe8d8) * (sheen * 0.4)) * (1.12 - 0.3 * y)
    });
    let mut chance = Chance::new(33);
    let mut drops: Vec<(At, f32)> = Vec::new();
    for attempt in 0..900_u16 {
        let at = (chance.between(0.0, canvas.aspect), chance.between(0.0, 1.0));
        let radius = if attempt < 160 {
            chance.between(0.018, 0.047)
        } else {
            0.003 + 0.011 * chance.unit().powi(2)
        };
        let free = drops.iter().all(|(other, size)| {
            (at.0 - other.0).hypot(at.1 - other.1)
                > radius + size + if attempt < 160 { 0.055 } else { 0.006 }
        });
        if free {
            drops.push((at, radius));
        }
    }
    for (at, radius) in drops {
        drop_of_water(canvas, at, radius, chance.between(0.86, 1.12));
    }
}

fn drop_of_water(canvas: &mut Canvas, at: At, radius: f32, squeeze: f32) {
    canvas.disc(
        (at.0 + radius * 0.24, at.1 + radius * 0.34),
        radius * 0.95,
        radius * 0.6,
        ink(0x04200a),
        0.6,
    );
    let pixel = canvas.pixel;
    let behind = canvas.sample(at.0, at.1);
    canvas.within(
        (at.0 - radius * 1.2, at.1 - radius * 1.2),
        (at.0 + radius * 1.2, at.1 + radius * 1.2),
        |x, y| {
            let (dx, dy) = (
                (x - at.0) / (radius * squeeze),
                (y - at.1) / (radius / squeeze),
            );
            let wave = 1.0 + 0.04 * (dy.atan2(dx) * 3.0 + at.0 * 40.0).sin();
            let distance = dx.hypot(dy) / wave;
            let cover = ((1.0 - distance) * radius / pixel + 0.5).clamp(0.0, 1.0);
            let lean = (dx * 0.6 + dy * 0.8).clamp(-1.0, 1.0);
            // Light that enters above gathers at the lower rim.
            let gather = ramp(0.0, 0.95, lean) * ramp(0.25, 0.9, distance);
            let dark = ramp(0.15, -0.9, lean) * ramp(0.3, 1.0, distance);
            let color = behind
                .mix(ink(0x03260c), 0.18 + dark * 0.75)
                .lit(ink(0xd8f4a0) * (gather * 0.85));
            let rim = ramp(0.9, 1.0, distance) * ramp(-0.3, -0.9, lean);
            let window = ramp(0.3, 0.2, (dx + 0.36).hypot((dy + 0.42) * 1.25));
            let dot = ramp(0.12, 0.06, (dx + 0.08).hypot(dy + 0.62));
            (
                color.lit(ink(0xffffff) * (window * 0.96 + dot * 0.7 + rim * 0.15)),
                cover,
            )
        },
    );
}

pub(super) fn dandelion(canvas: &mut Canvas) {
    canvas.backdrop(5, 0.012, |small| {
        small.shade(|x, y| {
            let spot = fractal(x * 2.6, y * 2.2, 2, 17);
            gradient(
                &[
                    (0.0, ink(0xf0a040)),
                    (0.35, ink(0xc8903a)),
                    (0.6, ink(0x5f7a34)),
                    (1.0, ink(0x1f3a20)),
                ],
                y * 0.9 + (spot - 0.5) * 0.7,
            )
        });
        let mut chance = Chance::new(3);
        for _ in 0..26 {
            let at = (chance.between(0.0, 0.75), chance.between(0.0, 0.75));
            let color = chance.pick(&[ink(0xffd070), ink(0xff9a3a), ink(0xe8e08a), ink(0xf07030)]);
            bokeh(
                small,
                at,
                chance.between(0.03, 0.09),
                color,
                chance.between(0.1, 0.4),
            );
        }
    });
    let heart = (0.35, 0.46);
    let stem = (ink(0xb8c070), ink(0x3a5024));
    canvas.curve(
        [heart, (0.345, 0.75), (0.4, 1.03)],
        (0.0075, 0.01),
        stem,
        1.0,
    );
    canvas.curve(
        [(heart.0 - 0.002, heart.1), (0.342, 0.75), (0.396, 1.03)],
        (0.0015, 0.002),
        (ink(0xf0f0b8), ink(0x8a9a54)),
        0.6,
    );
    canvas.glow(heart, 0.33, ink(0xfff4dc), 0.3);
    let mut chance = Chance::new(28);
    for index in 0..190_u16 {
        // Spread over a sphere; those toward the viewer are foreshortened.
        let lift = 1.0 - 2.0 * (f32::from(index) + 0.5) / 190.0;
        let turn = f32::from(index) * 2.399_963;
        let flat = (1.0 - lift * lift).sqrt();
        let (dx, dy) = (flat * turn.cos(), lift);
        let front = flat * turn.sin();
        if dx > 0.42 && dy < 0.1 && chance.unit() < 0.72 {
            continue; // Where the wind has been.
        }
        let away = 0.25 * chance.between(0.93, 1.05);
        let tip = (heart.0 + dx * away, heart.1 - dy * away);
        let bright = 0.35 + 0.25 * (front + 1.0);
        seed_head(
            canvas,
            heart,
            tip,
            bright,
            0.062 * (1.0 - 0.25 * front.abs()),
            &mut chance,
        );
    }
    canvas.disc(heart, 0.027, 0.004, ink(0x6a4a24), 1.0);
    for index in 0..120_u16 {
        let turn = f32::from(index) * 2.399_963;
        let away = 0.026 * (f32::from(index) / 120.0).sqrt();
        let at = (heart.0 + turn.cos() * away, heart.1 + turn.sin() * away);
        canvas.disc(
            at,
            0.0017,
            0.001,
            ink(0xc89a5c).mix(ink(0x3a2410), chance.unit()),
            1.0,
        );
    }
    for (foot, tip) in [
        ((0.615, 0.27), (0.655, 0.2)),
        ((0.56, 0.14), (0.61, 0.085)),
        ((0.69, 0.44), (0.715, 0.36)),
    ] {
        seed_head(canvas, foot, tip, 0.95, 0.062, &mut chance);
    }
}

fn seed_head(canvas: &mut Canvas, foot: At, tip: At, bright: f32, size: f32, chance: &mut Chance) {
    let white = ink(0xfffaf0);
    let (dx, dy) = (tip.0 - foot.0, tip.1 - foot.1);
    let long = dx.hypot(dy).max(1e-4);
    let (ux, uy) = (dx / long, dy / long);
    let brown = (foot.0 + ux * 0.026, foot.1 + uy * 0.026);
    canvas.stroke(foot, tip, (0.0009, 0.0005), ink(0xe8dcc0), bright * 0.65);
    canvas.stroke(foot, brown, (0.0022, 0.0008), ink(0x7a5428), bright);
    for hair in 0..13_u8 {
        let spread = (f32::from(hair) / 6.0 - 1.0) * 1.25 + chance.bell() * 0.1;
        let (sin, cos) = spread.sin_cos();
        let reach = size * chance.between(0.75, 1.0) * (0.55 + 0.45 * cos.abs());
        let end = (
            tip.0 + (ux * cos - uy * sin) * reach,
            tip.1 + (uy * cos + ux * sin) * reach,
        );
        canvas.stroke(tip, end, (0.0008, 0.0003), white, bright * 0.72);
    }
    canvas.disc(tip, 0.0016, 0.002, white, bright);
}

#[expect(clippy::too_many_lines, reason = "one picture, from back to front")]
pub(super) fn autumn_tree(canvas: &mut Canvas) {
    let ground = 0.8;
    canvas.shade(|x, y| {
        let sky = gradient(
            &[
                (0.0, ink(0xf7d8b8)),
                (0.45, ink(0xfbeacb)),
                (0.8, ink(0xf3c9a0)),
            ],
            y,
        );
        let wash = fractal(x * 3.0, y * 4.0, 5, 3) - 0.5;
        sky.mix(
            ink(0xe8a89a),
            (wash * 1.3 + 0.2 * (0.5 - y)).clamp(0.0, 0.6),
        )
    });
    canvas.glow((0.2, 0.42), 0.5, ink(0xfff2cc), 0.75);
    for (base, color, seed) in [(0.745, ink(0xe2b596), 4_u32), (0.77, ink(0xc99a72), 5)] {
        canvas.below(
            |x| base - 0.09 * fractal(x * 5.0, 0.0, 5, seed),
            |_, _, deep| color.mix(ink(0xf6d8b0), ramp(0.0, 0.09, deep) * 0.7),
        );
    }
    canvas.below(
        |x| ground - 0.03 * (x * 2.4 - 0.2).sin(),
        |x, y, deep| {
            let grass = fractal(x * 30.0, y * 90.0, 3, 7);
            let patch = fractal(x * 5.0, y * 14.0, 3, 9);
            let color = ink(0xd9a050)
                .mix(ink(0x8a7a3a), patch)
                .mix(ink(0x5a4a26), ramp(0.0, 0.3, deep) * 0.6);
            color * (0.8 + 0.4 * grass)
        },
    );
    let mut chance = Chance::new(62);
    let foot = (0.6, 0.83);
    canvas.within((0.3, 0.8), (1.0, 0.9), |x, y| {
        let oval = ((x - 0.66) / 0.3).powi(2) + ((y - 0.85) / 0.028).powi(2);
        (ink(0x4a3018), ramp(1.0, 0.1, oval) * 0.6)
    });
    let mut tips = Vec::new();
    branch(
        canvas,
        foot,
        -1.62,
        (0.25, 0.024),
        6,
        &mut tips,
        &mut chance,
    );
    let reds = [
        ink(0xc8401c),
        ink(0xe0641c),
        ink(0xf08a24),
        ink(0xf6ac3c),
        ink(0xa82c18),
        ink(0xd8501e),
    ];
    for round in 0..3_u8 {
        let lift = f32::from(round) / 2.0;
        for &tip in &tips {
            for _ in 0..17 {
                let at = (
                    tip.0 + chance.bell() * 0.062,
                    tip.1 + chance.bell() * 0.05 - 0.012 * lift,
                );
                let sun = ramp(0.9, 0.25, at.0 + (at.1 - 0.35) * 0.6);
                let color = chance
                    .pick(&reds)
                    .mix(ink(0x5a1c14), (1.0 - lift) * 0.5)
                    .mix(ink(0xffd070), sun * lift * 0.6);
                leaf(
                    canvas,
                    at,
                    chance.between(0.0045, 0.0095),
                    chance.between(0.0, TAU),
                    color,
                );
            }
        }
    }
    for _ in 0..480 {
        let away = chance.bell();
        let at = (
            0.6 + away * 0.5,
            0.85 + chance.bell().abs() * 0.14 + away.abs() * 0.02,
        );
        leaf(
            canvas,
            at,
            chance.between(0.003, 0.007),
            chance.between(-0.5, 0.5),
            chance.pick(&reds),
        );
    }
    for _ in 0..38 {
        let at = (chance.between(0.03, 0.6), chance.between(0.3, 0.82));
        leaf(
            canvas,
            at,
            chance.between(0.003, 0.006),
            chance.between(0.0, TAU),
            chance.pick(&reds),
        );
    }
    walker(canvas, (0.22, 0.86), 0.11);
}

fn branch(
    canvas: &mut Canvas,
    from: At,
    angle: f32,
    size: (f32, f32),
    left: u8,
    tips: &mut Vec<At>,
    chance: &mut Chance,
) {
    let (long, half) = size;
    let to = (from.0 + angle.cos() * long, from.1 + angle.sin() * long);
    let bend = (
        (from.0 + to.0) * 0.5 + chance.bell() * long * 0.12,
        (from.1 + to.1) * 0.5,
    );
    let bark = ink(0x3a2418);
    canvas.curve(
        [from, bend, to],
        (half, half * 0.62),
        (bark, ink(0x4a2c1c)),
        1.0,
    );
    let light = (half * 0.16, half * 0.1);
    let shift = |at: At| (at.0 - half * 0.5, at.1);
    canvas.curve(
        [shift(from), shift(bend), shift(to)],
        light,
        (ink(0x9a6a48), ink(0x8a5a3c)),
        0.7,
    );
    if left <= 3 {
        tips.push(to);
    }
    if left == 0 {
        return;
    }
    for side in [-1.0, 1.0] {
        let next = angle + side * chance.between(0.28, 0.62) + chance.bell() * 0.1;
        let shorter = long * chance.between(0.62, 0.8) * if left == 6 { 0.72 } else { 1.0 };
        branch(
            canvas,
            to,
            next,
            (shorter, half * 0.62),
            left - 1,
            tips,
            chance,
        );
    }
}

fn leaf(canvas: &mut Canvas, at: At, size: f32, turn: f32, color: Ink) {
    let (dx, dy) = (turn.cos() * size * 0.6, turn.sin() * size * 0.6);
    canvas.stroke(
        (at.0 - dx, at.1 - dy),
        (at.0 + dx, at.1 + dy),
        (size * 0.6, size * 0.3),
        color,
        0.92,
    );
}

/// A small figure under a red umbrella.
fn walker(canvas: &mut Canvas, foot: At, tall: f32) {
    let place = |x: f32, y: f32| (foot.0 + x * tall, foot.1 - y * tall);
    let dark = ink(0x2c2430);
    canvas.within(place(-0.3, 0.06), place(1.2, -0.1), |x, y| {
        let oval = ((x - foot.0 - tall * 0.4) / (tall * 0.7)).powi(2)
            + ((y - foot.1) / (tall * 0.05)).powi(2);
        (ink(0x4a3018), ramp(1.0, 0.0, oval) * 0.5)
    });
    for (hip, ankle) in [(-0.03, -0.09), (0.03, 0.1)] {
        canvas.stroke(
            place(hip, 0.36),
            place(ankle, 0.01),
            (tall * 0.035, tall * 0.025),
            dark,
            1.0,
        );
    }
    canvas.polygon(
        &[
            place(-0.07, 0.72),
            place(0.07, 0.72),
            place(0.14, 0.3),
            place(-0.14, 0.3),
        ],
        ink(0x3c3a58),
        1.0,
    );
    canvas.disc(place(0.0, 0.8), tall * 0.065, 0.0, ink(0x5a3a30), 1.0);
    canvas.stroke(
        place(0.04, 0.6),
        place(0.12, 1.12),
        (tall * 0.01, tall * 0.01),
        dark,
        1.0,
    );
    let dome: Vec<At> = (0..=16_u8)
        .map(|step| {
            let turn = std::f32::consts::PI * f32::from(step) / 16.0;
            place(0.12 - 0.36 * turn.cos(), 0.9 + 0.3 * turn.sin())
        })
        .collect();
    canvas.polygon(&dome, ink(0xc8281e), 1.0);
    let lit: Vec<At> = dome[..8]
        .iter()
        .map(|at| (at.0, at.1))
        .chain([place(0.06, 0.9)])
        .collect();
    canvas.polygon(&lit, ink(0xf0604a), 0.6);
}
