//! Patterns: paint, cups, glass, paper and ink.

use super::noise::{Chance, Field, cell, fractal, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};
use std::f32::consts::TAU;

pub(super) fn painted_stripes(canvas: &mut Canvas) {
    let colors = [
        ink(0x7cc8f0),
        ink(0x8a93a0),
        ink(0xd85c74),
        ink(0x8a1f45),
        ink(0xf0a8ac),
        ink(0xb83a5c),
        ink(0xf6d8cc),
        ink(0x5a1a3a),
        ink(0xe88a94),
        ink(0x4a9ccc),
    ];
    let soft = canvas.pixel;
    let ends: Vec<f32> = {
        let mut chance = Chance::new(5);
        let mut end = -0.62;
        (0..14)
            .map(|_| {
                end += chance.between(0.09, 0.22);
                end
            })
            .collect()
    };
    canvas.shade(|x, y| {
        let wave = 0.05 * (fractal(x * 2.2, y * 2.2, 3, 8) - 0.5)
            + 0.012 * (value(x * 21.0, y * 21.0, 2) - 0.5);
        let across = x * 0.66 - y * 0.75 + wave;
        let mut color = colors[0];
        for (index, &end) in ends.iter().enumerate() {
            // Every stripe's edge wanders on its own, like a brush.
            let seed = 40 + index as u32;
            let along = x * 0.75 + y * 0.66;
            let edge = end + 0.05 * (value(along * 2.0, 0.0, seed) - 0.5);
            let cover = ((across - edge) / soft + 0.5).clamp(0.0, 1.0);
            color = color.mix(colors[(index + 1) % colors.len()], cover);
        }
        color
    });
    let mut chance = Chance::new(13);
    for _ in 0..260 {
        let at = (chance.between(0.0, canvas.aspect), chance.between(0.0, 1.0));
        let radius = 0.0012 + 0.006 * chance.unit().powi(5);
        canvas.disc(
            at,
            radius,
            0.0,
            chance.pick(&[ink(0xf6d8cc), ink(0xffffff), ink(0x5a1a3a), ink(0xf0a8ac)]),
            1.0,
        );
    }
}

pub(super) fn colorful_cups(canvas: &mut Canvas) {
    canvas.shade(|_, _| ink(0x241028));
    let (wide, high) = (0.235, 0.165);
    for row in -1..9_i16 {
        for column in -1..8_i16 {
            let (r, c) = (f32::from(row), f32::from(column));
            // The rows climb to the right, as if seen from a corner.
            let x = c * wide + if row % 2 == 0 { 0.0 } else { wide * 0.5 } - 0.06;
            let at = (x, r * high - 0.16 * x + 0.02);
            let warm = x * 0.8 - r * 0.11 + 0.18 * (c * 2.1 + r).sin() > 0.36;
            let palette = if warm {
                [ink(0xf4c4c4), ink(0xe59aa4), ink(0xa8506e), ink(0x7a2c50)]
            } else {
                [ink(0xc8f0f4), ink(0x86cfe4), ink(0x3f86b4), ink(0x28507e)]
            };
            cup(canvas, at, palette);
        }
    }
}

fn cup(canvas: &mut Canvas, at: At, [rim, inside, depth, body]: [Ink; 4]) {
    let (wide, high, pixel) = (0.107, 0.078, canvas.pixel);
    let (from, to) = ((at.0 - wide, at.1 - high), (at.0 + wide, at.1 + 0.2));
    canvas.within(from, to, |x, y| {
        let (dx, dy) = (x - at.0, y - at.1);
        let narrow = wide * (1.0 - 1.3 * dy.max(0.0));
        let cover = ((narrow - dx.abs()) / pixel + 0.5).clamp(0.0, 1.0) * ramp(-0.02, 0.0, dy);
        let light = 1.0 - 0.62 * ramp(-0.8, 1.0, dx / wide);
        (
            (body * light).mix(ink(0x180a1e), ramp(0.05, 0.16, dy) * 0.85),
            cover,
        )
    });
    canvas.within(from, to, |x, y| {
        let oval = |grow: f32, dx: f32, dy: f32| {
            let length = (dx / (wide * grow)).hypot(dy / (high * grow));
            ((1.0 - length) * high * grow / pixel + 0.5).clamp(0.0, 1.0)
        };
        let (dx, dy) = (x - at.0, y - at.1);
        let outer = oval(1.0, dx, dy);
        let inner = oval(0.9, dx, dy - 0.001);
        let bottom = ramp(
            1.0,
            0.62,
            (dx / (wide * 0.66)).hypot((dy - 0.022) / (high * 0.6)),
        );
        let wall = inside.mix(
            depth,
            ramp(0.9, -0.9, dy / high) * 0.7 + 0.25 * ramp(0.6, -1.0, dx / wide),
        );
        let wall = wall.mix(depth * 0.82, bottom * 0.6);
        let edge = rim.mix(ink(0xffffff), ramp(0.2, -1.0, dx / wide + dy / high) * 0.7);
        (edge.mix(wall, inner), outer)
    });
}

/// What the mosaic shows: a sun over the sea, seen from between hills.
fn mosaic_color(x: f32, y: f32, own: f32) -> Ink {
    let sun = (0.5, 0.4);
    let (dx, dy) = (x - sun.0, y - sun.1);
    let away = dx.hypot(dy);
    let hill = 0.72 - 0.5 * (x - 0.5).abs().powf(0.8) + 0.06 * (x * 9.0).sin();
    let color = if y > hill.max(0.5) && (x - 0.5).abs() > 0.17 {
        [ink(0x1f6a4a), ink(0x2f8a4c), ink(0x14503f), ink(0x5fa84a)][(own * 3.99) as usize]
    } else if y > 0.6 {
        let glitter = (dx.abs() < 0.1 + (y - 0.6) * 0.2) && own > 0.4;
        if glitter {
            [ink(0xffc860), ink(0xff9a4c)][(own * 9.0) as usize % 2]
        } else {
            ink(0x1a5a9a).mix(ink(0x123a72), (y - 0.6) * 2.0)
        }
    } else if away < 0.13 {
        ink(0xfff0a0)
    } else {
        let ray = (dy.atan2(dx) * 14.0 / TAU + 50.0) as i32 % 2;
        let near = gradient(
            &[
                (0.13, ink(0xffc23c)),
                (0.26, ink(0xff8a3c)),
                (0.4, ink(0xe8485c)),
                (0.58, ink(0x8a3a9a)),
                (0.75, ink(0x3a3a9a)),
            ],
            away,
        );
        near.mix(ink(0xfff0c0), if ray == 0 { 0.2 } else { 0.0 })
    };
    color * (0.78 + 0.4 * own)
}

pub(super) fn stained_glass(canvas: &mut Canvas) {
    let scale = 15.0;
    let lead = ink(0x14121a);
    let pixel = canvas.pixel * scale;
    canvas.shade(|x, y| {
        let bend = 0.012 * (y * 9.0).sin();
        let piece = cell((x + bend) * scale, y * scale, 12);
        let at = (piece.center.0 / scale - bend, piece.center.1 / scale);
        let color = mosaic_color(at.0, at.1, piece.id);
        // Glass is thicker toward the lead, and light falls through the middle.
        let body = 0.74 + 0.36 * ramp(0.0, 0.32, piece.border);
        let swirl = 0.95 + 0.1 * value(x * 26.0 + piece.id * 40.0, y * 60.0, 3);
        let bevel = ramp(0.05, 0.075, piece.border) * ramp(0.13, 0.09, piece.border) * 0.13;
        let glass = (color * (body * swirl))
            .lit(ink(0xffffff) * (bevel + 0.1 * ramp(0.5, 0.0, piece.near)));
        let cover = ((0.05 - piece.border) / pixel + 0.5).clamp(0.0, 1.0);
        let metal = lead.mix(ink(0x4a4850), ramp(0.02, 0.0, piece.border));
        glass.mix(metal, cover)
    });
    let (aspect, pixel) = (canvas.aspect, canvas.pixel);
    canvas.adjust(0.0, 1.0, |x, y, old| {
        let edge = x.min(aspect - x).min(y).min(1.0 - y);
        old.mix(lead, ((0.014 - edge) / pixel + 0.5).clamp(0.0, 1.0))
    });
}

pub(super) fn paper_canyon(canvas: &mut Canvas) {
    let papers = [
        ink(0xffe9c4),
        ink(0xffc98a),
        ink(0xf79a62),
        ink(0xe0645a),
        ink(0xb23f62),
        ink(0x7a2b62),
        ink(0x44204f),
        ink(0x241536),
    ];
    let aspect = canvas.aspect;
    let middle = aspect * 0.5;
    // Each sheet has a hole; the walls come closer the deeper the sheet lies.
    let wall = |layer: usize, y: f32, left: bool| {
        let depth = layer as f32 / (papers.len() - 1) as f32;
        let seed = 30 + layer as u32 * 2 + u32::from(left);
        let sway = 0.15 * (value(y * 2.6 + depth, 0.0, seed) - 0.5)
            + 0.05 * (value(y * 6.0, 4.0, seed) - 0.5);
        let open = 0.055 + 0.33 * depth + 0.04 * (y * 5.0 + depth * 3.0).sin();
        let side = if left { -1.0 } else { 1.0 };
        middle + 0.05 * (y * 4.0 + 0.6).sin() * (1.0 - depth) + side * (open + sway * (0.5 + depth))
    };
    let rows = 1024_usize;
    let walls: Vec<Vec<[f32; 2]>> = (0..papers.len())
        .map(|layer| {
            (0..=rows + 64)
                .map(|row| {
                    let y = row as f32 / rows as f32;
                    [wall(layer, y, true), wall(layer, y, false)]
                })
                .collect()
        })
        .collect();
    let gap = |layer: usize, x: f32, y: f32| {
        let [left, right] = walls[layer][((y.max(0.0) * rows as f32) as usize).min(rows + 64)];
        (x - left).min(right - x)
    };
    let pixel = canvas.pixel;
    let sun = (middle + 0.03, 0.27);
    canvas.shade(|x, y| {
        let round = (x - sun.0).hypot(y - sun.1);
        let mut color = papers[0].mix(
            ink(0xfffaf0),
            ((0.075 - round) / pixel + 0.5).clamp(0.0, 1.0),
        );
        for (layer, paper) in papers.iter().enumerate().skip(1) {
            let inside = gap(layer, x, y);
            let shadow = gap(layer, x - 0.006, y - 0.012);
            // A few steps of shade instead of a blur keep the lossless file small.
            let steps = (ramp(0.028, -0.012, shadow) * 10.0) as i32;
            color = color * (1.0 - 0.034 * steps as f32);
            let cover = ((-inside) / pixel + 0.5).clamp(0.0, 1.0);
            let light = ((0.0028 + inside) / pixel + 0.5).clamp(0.0, 1.0) * cover;
            color = color.mix(paper.mix(ink(0xfff0dc), light * 0.22), cover);
        }
        color
    });
    let mut chance = Chance::new(4);
    for _ in 0..5 {
        let at = (middle + chance.bell() * 0.06, 0.42 + chance.bell() * 0.09);
        let wing = chance.between(0.009, 0.016);
        for side in [-1.0, 1.0] {
            let end = (at.0 + side * wing, at.1 - wing * 0.2);
            let bend = (at.0 + side * wing * 0.5, at.1 - wing * 0.8);
            canvas.curve(
                [at, bend, end],
                (0.0018, 0.0008),
                (papers[6], papers[6]),
                1.0,
            );
        }
    }
}

pub(super) fn ink_marble(canvas: &mut Canvas) {
    let (aspect, rows) = (canvas.aspect, 220);
    let first = Field::new(aspect, rows, |x, y| fractal(x * 2.2, y * 2.2, 5, 3));
    let second = Field::new(aspect, rows, |x, y| {
        fractal(x * 2.2 + 5.2, y * 2.2 + 1.3, 5, 9)
    });
    let third = Field::new(aspect, rows, |x, y| {
        let (p, q) = (first.at(x, y), second.at(x, y));
        fractal(x * 1.5 + p * 3.4, y * 1.5 + q * 3.4, 5, 15)
    });
    let tones = [
        (0.0, ink(0x06122a)),
        (0.2, ink(0x0d2f57)),
        (0.36, ink(0x16677f)),
        (0.5, ink(0x5fb3ad)),
        (0.62, ink(0xf3e6d0)),
        (0.76, ink(0xf0a888)),
        (0.9, ink(0xb8405e)),
        (1.0, ink(0x4a1440)),
    ];
    canvas.shade(|x, y| {
        let (p, q) = (first.at(x, y), third.at(x, y));
        let flow = fractal(x * 1.6 + q * 3.2 + p, y * 1.6 + q * 2.4 - p * 1.2, 5, 27);
        let t = ((flow - 0.24) * 1.95).clamp(0.0, 1.0);
        let band = (t * 34.0 + q * 22.0).sin();
        let color = gradient(&tones, t) * (1.0 + 0.07 * band);
        // Gold settles where two inks meet.
        let seam = (t + (q - 0.5) * 0.5 - 0.46).abs();
        let gold = ramp(0.022, 0.004, seam) * ramp(0.3, 0.55, p);
        let leaf = ink(0x9a6a1c).mix(ink(0xffe9a0), fractal(x * 70.0, y * 70.0, 2, 4));
        color.mix(leaf, gold)
    });
}
