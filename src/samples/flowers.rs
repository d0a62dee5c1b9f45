//! Flowers from near: petals, a yellow flower, a seed head that the wind has been at.

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
