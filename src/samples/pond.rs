//! A pond from above: fish, lily pads and a lotus over a ground that the light plays on.

use super::flowers::{Petal, petal};
use super::noise::{Chance, cell, fractal, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use std::f32::consts::TAU;

pub(super) fn koi_pond(canvas: &mut Canvas) {
    canvas.shade(|x, y| {
        let deep = ink(0x06272f).mix(ink(0x17616a), fractal(x * 2.0, y * 2.0, 4, 3));
        let stones = cell(x * 9.0, y * 9.0, 5);
        let stone = ink(0x2a4a48).mix(ink(0x5a6a5a), stones.id) * ramp(0.0, 0.3, stones.border);
        let bend = value(x * 5.0, y * 5.0, 2);
        let web = cell(x * 6.0 + bend, y * 6.0 + bend, 44).border;
        let light = ramp(0.09, 0.0, web) * 0.26 + ramp(0.3, 0.0, web) * 0.1;
        deep.mix(stone, 0.22).lit(ink(0x9af0e0) * light)
    });
    let mut chance = Chance::new(9);
    let schemes = [
        [ink(0xf8f2e8), ink(0xe8501c)],
        [ink(0xf29a24), ink(0xf8e0b0)],
        [ink(0xfaf4ee), ink(0xd83a24)],
        [ink(0xe85a20), ink(0x2a1c20)],
        [ink(0xf6efe4), ink(0x2c2c38)],
        [ink(0xf8f2e8), ink(0xf0742c)],
    ];
    let places = [
        ((0.3, 0.36), 0.4, 0.34, 0.55),
        ((0.66, 0.25), 2.5, 0.26, -0.6),
        ((0.55, 0.6), -2.55, 0.38, -0.5),
        ((0.2, 0.76), -0.75, 0.27, 0.7),
        ((0.83, 0.6), 1.75, 0.25, 0.5),
        ((0.46, 0.88), 3.3, 0.22, 0.4),
    ];
    for (index, (at, turn, long, bend)) in places.into_iter().enumerate() {
        koi(
            canvas,
            at,
            turn,
            (long, bend),
            schemes[index],
            60 + index as u32,
        );
    }
    for (at, radius, turn) in [
        ((0.86, 0.14), 0.13, 2.4),
        ((0.07, 0.12), 0.1, 0.6),
        ((0.9, 0.9), 0.15, 3.9),
        ((0.97, 0.38), 0.07, 1.0),
        ((0.04, 0.56), 0.06, 5.4),
    ] {
        lily_pad(canvas, at, radius, turn);
    }
    lotus(canvas, (0.85, 0.15), 0.085, &mut chance);
    for (at, reach) in [((0.44, 0.42), 0.12), ((0.27, 0.6), 0.07)] {
        for ring in 1..4_u8 {
            let radius = reach * f32::from(ring) / 3.0;
            let edge = radius * 1.1;
            canvas.within(
                (at.0 - edge, at.1 - edge),
                (at.0 + edge, at.1 + edge),
                |x, y| {
                    let off = ((x - at.0).hypot(y - at.1) - radius).abs();
                    (
                        ink(0xd8fff4),
                        ramp(0.004, 0.0, off) * 0.34 * (1.1 - radius / (reach * 1.2)),
                    )
                },
            );
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one figure, from tail to eyes")]
fn koi(
    canvas: &mut Canvas,
    at: At,
    turn: f32,
    (long, bend): (f32, f32),
    colors: [Ink; 2],
    seed: u32,
) {
    let spine = |t: f32| {
        let angle = turn + bend * (t - 0.3) + 0.3 * (t * 5.0).sin() * t;
        let back = (t - 0.35) * long;
        (
            (at.0 - angle.cos() * back, at.1 - angle.sin() * back),
            angle,
        )
    };
    let half = |t: f32| {
        long * 0.115
            * ((t * 1.08 + 0.035).min(1.0) * std::f32::consts::PI)
                .sin()
                .max(0.0)
                .powf(0.62)
            * (1.12 - 0.62 * t)
    };
    let steps = 90_u8;
    for step in 0..steps {
        let t = f32::from(step) / f32::from(steps);
        let (place, _) = spine(t);
        canvas.disc(
            (place.0 + 0.022, place.1 + 0.034),
            half(t) * 0.9,
            0.02,
            ink(0x021418),
            0.12,
        );
    }
    let mut fin = |t: f32, side: f32, spread: f32, reach: f32| {
        let (root, angle) = spine(t);
        for ray in 0..9_u8 {
            let open =
                angle + std::f32::consts::PI + side * (spread + 0.085 * f32::from(ray) - 0.34);
            let edge = half(t) * 0.75 * if side == 0.0 { 0.0 } else { 1.0 };
            let base = (
                root.0 - angle.sin() * edge * side,
                root.1 + angle.cos() * edge * side,
            );
            let open = if side == 0.0 {
                angle + std::f32::consts::PI + (f32::from(ray) - 4.0) * 0.13
            } else {
                open - side * 2.0 * spread
            };
            let far = long
                * reach
                * (1.0
                    - 0.035
                        * (f32::from(ray) - 4.0).powi(2)
                        * if side == 0.0 { -0.5 } else { 1.0 });
            let end = (base.0 + open.cos() * far, base.1 + open.sin() * far);
            canvas.stroke(
                base,
                end,
                (long * 0.008, long * 0.013),
                colors[0].mix(ink(0xfff4e8), 0.4),
                0.3,
            );
        }
    };
    fin(0.27, 1.0, 0.75, 0.15);
    fin(0.27, -1.0, 0.75, 0.15);
    fin(0.6, 1.0, 0.5, 0.08);
    fin(0.6, -1.0, 0.5, 0.08);
    fin(0.93, 0.0, 0.0, 0.24);
    for step in (0..steps).rev() {
        let t = f32::from(step) / f32::from(steps);
        let (place, angle) = spine(t);
        let wide = half(t);
        let (sin, cos) = angle.sin_cos();
        let reach = wide + canvas.pixel;
        let pixel = canvas.pixel;
        canvas.within(
            (place.0 - reach, place.1 - reach),
            (place.0 + reach, place.1 + reach),
            |x, y| {
                let (dx, dy) = (x - place.0, y - place.1);
                let cover = ((wide - dx.hypot(dy)) / pixel + 0.5).clamp(0.0, 1.0);
                let across = (dy * cos - dx * sin) / wide.max(1e-4);
                let body = t - (dx * cos + dy * sin) / long;
                let patch = fractal(body * 5.5, across * 0.9 + 3.0, 3, seed);
                let color = colors[0].mix(
                    colors[1],
                    ramp(0.5, 0.535, patch) * ramp(0.0, 0.04, body + 0.02),
                );
                let scales =
                    0.06 * (body * 150.0).sin() * (across * 16.0).sin() * ramp(0.18, 0.3, body);
                let light = 1.0 - 0.42 * across * across - 0.12 * across;
                let spine_line = ramp(0.12, 0.0, across.abs()) * ramp(0.15, 0.3, body) * 0.12;
                (
                    (color * (light + scales)).mix(ink(0x5a2a18), spine_line),
                    cover,
                )
            },
        );
    }
    for side in [-1.0, 1.0] {
        let (place, angle) = spine(0.075);
        let edge = half(0.075) * 0.74 * side;
        canvas.disc(
            (place.0 - angle.sin() * edge, place.1 + angle.cos() * edge),
            long * 0.011,
            0.001,
            ink(0x181418),
            1.0,
        );
    }
}

fn lily_pad(canvas: &mut Canvas, at: At, radius: f32, turn: f32) {
    canvas.disc(
        (at.0 + 0.015, at.1 + 0.024),
        radius,
        0.03,
        ink(0x02161a),
        0.55,
    );
    let pixel = canvas.pixel;
    canvas.within(
        (at.0 - radius, at.1 - radius),
        (at.0 + radius, at.1 + radius),
        |x, y| {
            let (dx, dy) = (x - at.0, y - at.1);
            let distance = dx.hypot(dy);
            let mut angle = dy.atan2(dx) - turn;
            angle -= (angle / TAU).round() * TAU;
            let rim = radius * (0.965 + 0.02 * (angle * 7.0).sin());
            let notch = (angle.abs() - 0.2 + 0.1 * distance / radius) * distance;
            let cover = ((rim - distance).min(notch) / pixel + 0.5).clamp(0.0, 1.0);
            let vein =
                ramp(0.9, 1.0, (angle * 9.0).cos().abs()) * ramp(0.03, 0.3, distance / radius);
            let tone = fractal(x * 14.0, y * 14.0, 3, 8);
            let base = ink(0x1c5a34).mix(ink(0x68a84a), tone * 0.7 + 0.25 * (-dx - dy) / radius);
            let edge = ramp(0.9, 0.98, distance / rim) * 0.5;
            (
                base.mix(ink(0xa8d078), vein * 0.35)
                    .mix(ink(0x8a5a3a), edge),
                cover,
            )
        },
    );
}

fn lotus(canvas: &mut Canvas, at: At, size: f32, chance: &mut Chance) {
    canvas.disc(
        (at.0 + 0.008, at.1 + 0.014),
        size * 0.9,
        0.03,
        ink(0x0a2a18),
        0.5,
    );
    for ring in 0..4_u8 {
        let near = f32::from(ring) / 3.0;
        for index in 0..9_u8 {
            let angle =
                (f32::from(index) + 0.5 * f32::from(ring % 2)) / 9.0 * TAU + chance.bell() * 0.06;
            let shape = Petal {
                heart: at,
                angle,
                long: size * (1.08 - 0.62 * near),
                wide: size * (0.26 - 0.1 * near),
                bend: 0.0,
                soft: 0.0,
            };
            let light = 0.9 + 0.1 * near - 0.12 * (angle - 0.8).cos();
            petal(canvas, &shape, |u, v| {
                let color = gradient(
                    &[
                        (0.0, ink(0xf8d8d0)),
                        (0.5, ink(0xf8b8cc)),
                        (1.0, ink(0xe0609a)),
                    ],
                    u,
                );
                color * (light - 0.2 * v * v)
            });
        }
    }
    canvas.disc(at, size * 0.17, size * 0.05, ink(0xf4c83c), 1.0);
}
