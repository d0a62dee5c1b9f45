//! Fields: a meadow with poppies, and rows of tulips.

use super::flowers::{Petal, petal};
use super::noise::{Chance, fractal, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use std::f32::consts::TAU;

pub(super) fn green_meadow(canvas: &mut Canvas) {
    canvas.backdrop(5, 0.025, |small| {
        small.shade(|x, y| {
            let spot = fractal(x * 3.0, y * 3.0, 3, 6);
            let color = gradient(
                &[
                    (0.0, ink(0xdff0a0)),
                    (0.3, ink(0xa4d058)),
                    (0.7, ink(0x4a9a2c)),
                    (1.0, ink(0x163c14)),
                ],
                y,
            );
            color.mix(ink(0xf4f4c0), (spot - 0.35).max(0.0) * ramp(0.6, 0.0, y))
        });
        let mut chance = Chance::new(12);
        for _ in 0..26 {
            let at = (chance.between(0.0, 1.34), chance.between(0.1, 0.5));
            small.disc(
                at,
                chance.between(0.012, 0.03),
                0.02,
                chance.pick(&[ink(0xe8402c), ink(0xf0604a), ink(0xfff0d0)]),
                0.8,
            );
        }
    });
    let mut chance = Chance::new(71);
    for layer in 0..7_u8 {
        let near = f32::from(layer) / 6.0;
        let count = 300 - u16::from(layer) * 26;
        for _ in 0..count {
            let foot = (
                chance.between(-0.1, 1.45),
                0.5 + 0.62 * near + chance.bell() * 0.05,
            );
            let tall = chance.between(0.16, 0.34) * (0.6 + 0.75 * near);
            let lean = 0.05 + chance.bell() * 0.13;
            let tip = (
                foot.0 + lean * tall * 2.0,
                foot.1 - tall * (1.0 - lean.abs() * 0.6),
            );
            let bend = (foot.0 + lean * tall * 0.2, foot.1 - tall * 0.62);
            let half = chance.between(0.0032, 0.0062) * (0.5 + 0.9 * near);
            let fresh = chance.unit();
            let low = ink(0x6aa83a).mix(ink(0x0d3a10), near * 0.9);
            let high = ink(0xb8dc70)
                .mix(ink(0x3fae22), near)
                .mix(ink(0xd8f070), fresh * 0.45);
            canvas.curve(
                [foot, bend, tip],
                (half, half * 0.08),
                (low, high),
                0.6 + 0.4 * near,
            );
            if near > 0.5 && fresh > 0.6 {
                let shift = |at: At| (at.0 - half * 0.3, at.1);
                canvas.curve(
                    [shift(foot), shift(bend), tip],
                    (half * 0.15, half * 0.05),
                    (low, ink(0xf0ffb0)),
                    0.55,
                );
            }
        }
        let blooms = [3_u8, 4, 4, 3, 2, 2, 0][usize::from(layer)];
        for _ in 0..blooms {
            let at = (
                chance.between(0.05, 1.28),
                0.2 + 0.42 * near + chance.bell() * 0.1,
            );
            poppy(canvas, at, 0.02 + 0.036 * near, near, &mut chance);
        }
    }
}

fn poppy(canvas: &mut Canvas, at: At, size: f32, near: f32, chance: &mut Chance) {
    let stem = (ink(0x7ab84a).mix(ink(0x2f6a1e), near), ink(0x1a4a14));
    let foot = (at.0 + chance.bell() * 0.05, at.1 + size * 9.0);
    canvas.curve(
        [(at.0, at.1 + size * 0.3), (at.0, at.1 + size * 3.0), foot],
        (size * 0.07, size * 0.08),
        stem,
        0.95,
    );
    let soft = 0.012 * (1.0 - near) + 0.001;
    for index in [0_u8, 2, 1, 3] {
        let angle = f32::from(index) / 4.0 * TAU + 0.6 + chance.bell() * 0.25;
        let shape = Petal {
            heart: (at.0, at.1),
            angle,
            long: size * 1.05,
            wide: size * 0.78,
            bend: 0.0,
            soft,
        };
        let seed = u32::from(index) + (at.0 * 100.0) as u32;
        let shade = 0.82 - 0.22 * angle.sin();
        petal(canvas, &shape, |u, v| {
            let crease = fractal(v * 7.0, u * 2.0, 3, seed);
            let color = gradient(
                &[
                    (0.0, ink(0x5a0808)),
                    (0.25, ink(0xc8180c)),
                    (0.8, ink(0xf23a20)),
                    (1.0, ink(0xff7a54)),
                ],
                u,
            );
            color * (shade + 0.34 * crease)
        });
    }
    canvas.disc(at, size * 0.17, size * 0.1, ink(0x1c1420), 0.95);
}

pub(super) fn tulip_field(canvas: &mut Canvas) {
    let horizon = 0.36;
    canvas.shade(|x, y| {
        let sky = gradient(&[(0.0, ink(0x5aa0d8)), (0.36, ink(0xdcecf0))], y);
        let depth = 0.5 / (0.46 - y).max(0.09);
        let cloud = fractal(x * 1.6 * depth.sqrt() + 2.0, y * 7.0, 6, 21);
        let white = ramp(0.48, 0.66, cloud);
        sky.mix(
            ink(0xffffff).mix(ink(0xb8c4d8), ramp(0.58, 0.8, cloud) * 0.7),
            white * 0.92,
        )
    });
    canvas.below(
        |x| horizon - 0.012 - 0.028 * fractal(x * 13.0, 0.0, 4, 3),
        |x, y, _| {
            ink(0x3f5f4a).mix(
                ink(0x9ab8b0),
                ramp(horizon - 0.03, horizon, y) * 0.5 + 0.15 * value(x * 60.0, y * 90.0, 4),
            )
        },
    );
    windmill(canvas, (1.0, horizon + 0.002), 0.17);
    let colors = [
        ink(0xd81e3a),
        ink(0xf6c21c),
        ink(0xe84a8a),
        ink(0xf4ece4),
        ink(0x7a2a9a),
        ink(0xf0681e),
        ink(0xff9ab0),
    ];
    let center = 0.62;
    canvas.below(
        |_| horizon,
        |x, _, deep| {
            let depth = 1.0 / (deep + 0.03);
            let (across, away) = ((x - center) * depth * 1.15 + 100.5, depth * 4.0);
            let row = across as i32;
            let place = across - row as f32;
            let bump = fractal(across * 9.0, away * 5.0, 2, 9);
            let path = ramp(0.2, 0.08, place) + ramp(0.84, 0.96, place);
            let color = colors[(row + 1).unsigned_abs() as usize % colors.len()];
            let bloom = color * (0.62 + 0.55 * bump);
            let field = bloom.mix(
                ink(0x2f5a22),
                ramp(0.55, 0.3, bump) * ramp(0.0, 0.2, deep) * 0.8,
            );
            field
                .mix(ink(0x24401c), path.min(1.0) * 0.9)
                .mix(ink(0xdcecf0), ramp(0.09, 0.0, deep) * 0.35)
        },
    );
    let mut chance = Chance::new(55);
    let mut blooms = Vec::new();
    for step in 0..150_u16 {
        let deep = 0.06 + 0.72 * (f32::from(step) / 150.0).powf(1.5);
        for row in 94..107_i32 {
            for _ in 0..3 {
                let across = row as f32 + chance.between(0.22, 0.82);
                let x = (across - 100.5) * (deep + 0.03) / 1.15 + center;
                blooms.push((x, horizon + deep + chance.bell() * 0.012, row));
            }
        }
    }
    blooms.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (x, y, row) in blooms {
        let size = (y - horizon) * 0.062;
        if x > -0.05 && x < canvas.aspect + 0.05 {
            let color = colors[(row + 1).unsigned_abs() as usize % colors.len()];
            tulip(canvas, (x, y - size), size, color, &mut chance);
        }
    }
}

fn tulip(canvas: &mut Canvas, at: At, size: f32, color: Ink, chance: &mut Chance) {
    let sway = chance.bell() * size * 0.25;
    let foot = (at.0 - sway, at.1 + size * 3.2);
    let dark = color.through(ink(0xb89aa0));
    canvas.stroke(at, foot, (size * 0.1, size * 0.13), ink(0x4a8a34), 1.0);
    if size > 0.01 {
        let side = chance.bell().signum();
        let tip = (foot.0 + side * size * 0.9, at.1 + size * 0.9);
        canvas.curve(
            [foot, (foot.0 + side * size * 0.15, at.1 + size * 1.6), tip],
            (size * 0.22, size * 0.03),
            (ink(0x2f6a2a), ink(0x7ab85a)),
            1.0,
        );
    }
    let turn = sway / size * 0.5;
    let place = |x: f32, y: f32| (at.0 + (x - y * turn) * size, at.1 + y * size);
    let cup = [
        place(-0.5, -0.75),
        place(-0.25, -0.45),
        place(0.0, -0.85),
        place(0.25, -0.45),
        place(0.5, -0.75),
        place(0.6, -0.1),
        place(0.46, 0.42),
        place(0.18, 0.68),
        place(-0.18, 0.68),
        place(-0.46, 0.42),
        place(-0.6, -0.1),
    ];
    canvas.polygon(&cup, dark, 1.0);
    if size > 0.006 {
        let front = [
            place(0.0, -0.8),
            place(0.3, -0.2),
            place(0.3, 0.3),
            place(0.08, 0.64),
            place(-0.08, 0.64),
            place(-0.3, 0.3),
            place(-0.3, -0.2),
        ];
        canvas.polygon(&front, color, 1.0);
        let shine = color.lit(ink(0xffffff) * 0.45);
        canvas.stroke(
            place(-0.34, -0.3),
            place(-0.3, 0.25),
            (size * 0.08, size * 0.05),
            shine,
            0.8,
        );
        canvas.stroke(
            place(-0.02, -0.5),
            place(-0.03, 0.35),
            (size * 0.05, size * 0.02),
            shine,
            0.5,
        );
    }
}

fn windmill(canvas: &mut Canvas, foot: At, tall: f32) {
    let place = |x: f32, y: f32| (foot.0 + x * tall, foot.1 - y * tall);
    let dark = ink(0x4a4038);
    canvas.polygon(
        &[
            place(-0.17, 0.0),
            place(-0.1, 0.62),
            place(0.1, 0.62),
            place(0.17, 0.0),
        ],
        ink(0x6a5a4c),
        1.0,
    );
    canvas.polygon(
        &[
            place(0.0, 0.0),
            place(0.0, 0.62),
            place(0.1, 0.62),
            place(0.17, 0.0),
        ],
        dark,
        0.7,
    );
    canvas.polygon(
        &[place(-0.12, 0.62), place(0.0, 0.8), place(0.12, 0.62)],
        ink(0x3a302a),
        1.0,
    );
    canvas.polygon(
        &[
            place(-0.21, 0.24),
            place(0.21, 0.24),
            place(0.21, 0.27),
            place(-0.21, 0.27),
        ],
        ink(0xe8e4dc),
        1.0,
    );
    let hub = place(0.0, 0.68);
    for blade in 0..4_u8 {
        let (sin, cos) = (f32::from(blade) * TAU / 4.0 + 0.5).sin_cos();
        let out = |along: f32, side: f32| {
            (
                hub.0 + (cos * along - sin * side) * tall,
                hub.1 + (sin * along + cos * side) * tall,
            )
        };
        canvas.polygon(
            &[
                out(0.1, 0.0),
                out(0.52, 0.0),
                out(0.52, 0.09),
                out(0.1, 0.06),
            ],
            ink(0xe9e2d2),
            0.92,
        );
        canvas.stroke(hub, out(0.54, 0.0), (tall * 0.012, tall * 0.009), dark, 1.0);
    }
    canvas.disc(hub, tall * 0.02, 0.0, dark, 1.0);
}
