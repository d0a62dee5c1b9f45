//! Leaves: one from near under rain drops, and those of an autumn tree.

use super::noise::{Chance, fractal};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use std::f32::consts::TAU;

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
