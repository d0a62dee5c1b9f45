//! Skies: dusk over hills, stars, northern lights, a storm, and balloons in the morning.

use super::noise::{Chance, Field, fractal, speck, value};
use super::paint::{At, Canvas, Ink, gradient, ink, ramp};

/// A conifer's outline standing at `foot`.
pub(super) fn pine(canvas: &mut Canvas, foot: At, height: f32, color: Ink, chance: &mut Chance) {
    let tiers = 11;
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for tier in 0..tiers {
        let t = (tier as f32 + 1.0) / tiers as f32;
        let y = foot.1 - height * (1.0 - 0.94 * t);
        let reach = height * (0.02 + 0.2 * t);
        for (side, outline) in [(-1.0, &mut left), (1.0, &mut right)] {
            let tip = reach * chance.between(0.7, 1.1);
            outline.push((foot.0 + side * tip, y + height * chance.between(0.0, 0.02)));
            outline.push((foot.0 + side * tip * 0.45, y - height * 0.012));
        }
    }
    let mut outline = vec![(foot.0, foot.1 - height)];
    outline.extend(right);
    outline.extend([
        (foot.0 + height * 0.02, foot.1 - height * 0.05),
        (foot.0 + height * 0.02, foot.1),
    ]);
    outline.extend([
        (foot.0 - height * 0.02, foot.1),
        (foot.0 - height * 0.02, foot.1 - height * 0.05),
    ]);
    outline.extend(left.into_iter().rev());
    canvas.polygon(&outline, color, 1.0);
}

/// Stars above `horizon`, most of them faint.
pub(super) fn stars(canvas: &mut Canvas, count: u32, horizon: f32, seed: u64) {
    let mut chance = Chance::new(seed);
    let colors = [ink(0xffffff), ink(0xcfe0ff), ink(0xfff0d8), ink(0xffd9c0)];
    for _ in 0..count {
        let at = (
            chance.between(0.0, canvas.aspect),
            chance.between(0.0, horizon),
        );
        let bright = chance.unit().powi(6);
        let color = chance.pick(&colors);
        let radius = 0.0006 + 0.0014 * bright;
        let fade = ramp(horizon, horizon - 0.25, at.1);
        canvas.disc(at, radius, 0.0012, color, (0.25 + 0.75 * bright) * fade);
        if bright > 0.6 {
            canvas.glow(at, 0.012, color, 0.5 * fade);
        }
    }
}

pub(super) fn dusk_hills(canvas: &mut Canvas) {
    let sky = [
        (0.0, ink(0x27305f)),
        (0.2, ink(0x5b4b86)),
        (0.38, ink(0xb8698c)),
        (0.5, ink(0xf29a75)),
        (0.6, ink(0xffd49a)),
    ];
    let sun = (1.08, 0.47);
    canvas.shade(|x, y| {
        let glow = (-((x - sun.0).powi(2) * 1.6 + (y - sun.1).powi(2) * 5.0) * 4.0).exp();
        let mut color = gradient(&sky, y).lit(ink(0xffb060) * (0.55 * glow));
        if y < 0.5 {
            let streak = fractal(x * 1.5 + y, y * 11.0, 5, 3);
            let cloud = ramp(0.5, 0.75, streak) * ramp(0.04, 0.2, y) * ramp(0.5, 0.36, y);
            color = color.mix(
                gradient(&[(0.0, ink(0x6d4d80)), (0.5, ink(0xffb08a))], y),
                cloud * 0.8,
            );
        }
        color
    });
    canvas.glow(sun, 0.32, ink(0xffc070), 0.6);
    canvas.disc(sun, 0.045, 0.004, ink(0xfff3d2), 1.0);
    let far = ink(0xe09686);
    let near = ink(0x161232);
    for layer in 0..6_u8 {
        let depth = f32::from(layer) / 5.0;
        let (base, seed) = (0.5 + 0.075 * f32::from(layer), 40 + u32::from(layer));
        let high = 0.11 + 0.05 * depth;
        let edge = |x: f32| {
            let broad = fractal(x * (2.6 - depth), depth * 9.0, 6, seed);
            base - high * (broad - 0.42) * 1.7
        };
        let color = far.mix(near, depth.powf(0.72));
        let mist = far
            .mix(near, (depth - 0.22).max(0.0))
            .mix(ink(0xffb48c), 0.25);
        canvas.below(edge, |x, _, deep| {
            let sunny = (-(x - sun.0).powi(2) * 3.0).exp() * (1.0 - depth) * 0.35;
            color
                .mix(mist, ramp(0.0, 0.2, deep) * (0.7 - 0.55 * depth))
                .mix(ink(0xffb878), sunny)
        });
    }
    let mut chance = Chance::new(11);
    let front = |x: f32| 0.97 - 0.05 * fractal(x * 2.0, 0.0, 3, 90) - 0.1 * ramp(0.55, 0.0, x);
    for _ in 0..46 {
        let x = if chance.unit() < 0.7 {
            chance.between(0.0, 0.6)
        } else {
            chance.between(1.2, 1.6)
        };
        let height = chance.between(0.08, 0.2) * (1.0 - 0.4 * ramp(0.2, 0.7, x));
        pine(
            canvas,
            (x, front(x) + 0.03),
            height,
            ink(0x0d0b22),
            &mut chance,
        );
    }
    canvas.below(front, |_, _, _| ink(0x0d0b22));
}

pub(super) fn milky_way(canvas: &mut Canvas) {
    let level = 0.8;
    let sky = [
        (0.0, ink(0x141344)),
        (0.3, ink(0x2f2368)),
        (0.55, ink(0x6d2f78)),
        (0.7, ink(0xc04a62)),
        (0.8, ink(0xff9a5e)),
    ];
    let along = |x: f32, y: f32| (x - 0.95) + (y - 0.4) * 0.42;
    canvas.shade(|x, y| {
        let color = gradient(&sky, y);
        let off = along(x, y);
        if y > level + 0.01 || off.abs() > 0.45 {
            return color;
        }
        let cloud = fractal(x * 4.0, y * 4.0, 5, 7);
        let bent = off + (cloud - 0.5) * 0.16;
        let band = (-(bent * bent) * 60.0).exp();
        let core = (-(bent * bent) * 420.0).exp();
        let dust = ramp(0.46, 0.66, fractal(x * 6.0 + 9.0, y * 6.0, 5, 21));
        let rift = dust * (-(bent + 0.02) * (bent + 0.02) * 300.0).exp();
        let fade = ramp(level, level - 0.4, y);
        let light = ink(0xb9a5ff) * (band * cloud * 0.75) + ink(0xffd9c8) * (core * cloud * 0.85);
        color.lit(light * (fade * (1.0 - 0.8 * rift)))
    });
    stars(canvas, 1500, level, 5);
    let mut chance = Chance::new(77);
    for _ in 0..3200 {
        let y = chance.between(0.0, level);
        let x = 0.95 - (y - 0.4) * 0.42 + chance.bell() * chance.bell() * 0.4;
        let fade = ramp(level, level - 0.3, y);
        canvas.disc(
            (x, y),
            0.0007,
            0.0011,
            ink(0xfff4ee),
            chance.between(0.15, 0.8) * fade,
        );
    }
    let ridge = |x: f32| level - 0.045 * fractal(x * 3.0, 2.0, 5, 31) * (0.2 + (x - 0.9).abs());
    canvas.below(ridge, |_, _, deep| {
        ink(0x3b1b4a).mix(ink(0x6e2f58), ramp(0.0, 0.05, deep))
    });
    canvas.mirror(
        level,
        |x, y| {
            let depth = y - level;
            let wave = value(x * 14.0, depth * 420.0 / (1.0 + depth * 14.0), 13) - 0.5;
            (wave * 0.01, wave * (0.02 + depth * 0.3))
        },
        |x, y, seen| {
            let ripple = value(x * 9.0, (y - level) * 500.0 / (1.0 + (y - level) * 16.0), 4);
            seen.through(ink(0xd8b8dc))
                .mix(ink(0x17123c), ramp(level, 1.0, y) * 0.55)
                * (0.82 + 0.22 * ripple)
        },
    );
}

pub(super) fn northern_lights(canvas: &mut Canvas) {
    let level = 0.77;
    canvas.shade(|_, y| {
        gradient(
            &[
                (0.0, ink(0x050b20)),
                (0.5, ink(0x0a2338)),
                (0.77, ink(0x1a4a55)),
            ],
            y,
        )
    });
    stars(canvas, 900, level, 19);
    // The folds are wide, so a coarse field of them is enough; only the rays need every column.
    let columns = 1600_usize;
    for (curtain, (base, strength)) in [(0.34, 0.75), (0.5, 1.0), (0.62, 0.6)]
        .into_iter()
        .enumerate()
    {
        let seed = 60 + curtain as u32 * 7;
        let rays: Vec<[f32; 3]> = (0..=columns)
            .map(|column| {
                let x = column as f32 / columns as f32 * canvas.aspect;
                let fold = fractal(x * 1.6, 0.0, 3, seed);
                let foot =
                    base + 0.34 * (fold - 0.5) + 0.1 * (x * 2.0 + base * 9.0).sin() - 0.07 * x;
                let ray = 0.35 + 0.65 * fractal(x * 22.0 + fold * 14.0, 1.0, 3, seed + 3);
                [foot, ray, 0.1 + 0.3 * value(x * 5.0, 3.0, seed + 5)]
            })
            .collect();
        let aspect = canvas.aspect;
        canvas.adjust(0.0, level, |x, y, old| {
            let place = (x / aspect * columns as f32) as usize;
            let [foot, ray, reach] = rays[place.min(columns)];
            let above = foot - y;
            if above < -0.05 {
                return old;
            }
            let fall = if above < 0.0 {
                ramp(-0.05, 0.0, above)
            } else {
                (-above / reach).exp()
            };
            let color = gradient(
                &[
                    (0.0, ink(0x63ffb0)),
                    (0.12, ink(0x2fe3a0)),
                    (0.3, ink(0x4a7be0)),
                    (0.5, ink(0xa04bd0)),
                ],
                above,
            );
            old.lit(color * (fall * ray * strength * 0.9 * ramp(0.0, 0.08, y)))
        });
    }
    let far = |x: f32| level - 0.26 * (fractal(x * 2.2, 4.0, 6, 8) - 0.22).max(0.0);
    canvas.below(far, |x, y, deep| {
        let slope = fractal(x * 9.0 + y * 5.0, y * 16.0, 4, 5);
        let snow = ramp(0.44, 0.6, slope) * ramp(0.16, 0.0, deep);
        ink(0x0b2030)
            .mix(ink(0x7fb9b4), snow * 0.75)
            .mix(ink(0x16414c), ramp(0.62, level, y) * 0.5)
    });
    let mut chance = Chance::new(23);
    for _ in 0..110 {
        let x = chance.between(-0.02, 1.65);
        let height =
            chance.between(0.025, 0.06) + 0.05 * ramp(0.35, 0.0, x) + 0.06 * ramp(1.25, 1.6, x);
        pine(
            canvas,
            (x, level + 0.004),
            height,
            ink(0x04101a),
            &mut chance,
        );
    }
    canvas.mirror(
        level,
        |x, y| {
            let depth = y - level;
            let wave = value(x * 8.0, depth * 300.0 / (1.0 + depth * 10.0), 3) - 0.5;
            (wave * 0.006, wave * (0.006 + depth * 0.16))
        },
        |_, y, seen| seen * (0.78 - 0.9 * (y - level)) + ink(0x02070d),
    );
}

pub(super) fn storm_front(canvas: &mut Canvas) {
    let horizon = 0.74;
    let warp = Field::new(canvas.aspect, 90, |x, y| fractal(x * 1.4, y * 2.6, 4, 14));
    canvas.shade(|x, y| {
        let clear = gradient(
            &[
                (0.0, ink(0x39465f)),
                (0.55, ink(0x7c8aa2)),
                (0.74, ink(0xf0dca8)),
            ],
            y,
        );
        let bend = warp.at(x, y);
        let press = 1.0 + 2.6 * y * y;
        let cloud = fractal(x * 2.3 + bend * 2.4, y * 3.2 * press + bend * 1.9, 6, 33);
        let shelf = 0.56 + 0.09 * (bend - 0.5) - 0.14 * (x - 0.7) * (x - 0.7) + 0.02 * cloud;
        let dark = ink(0x121a2c).mix(ink(0x66738f), ramp(0.28, 0.8, cloud));
        let dark = dark.mix(ink(0x1a2236), ramp(shelf - 0.16, shelf, y) * 0.75);
        let amount = ramp(shelf + 0.05, shelf - 0.03, y + (cloud - 0.5) * 0.12);
        let rain = fractal(x * 20.0 - y * 7.0, y * 1.3, 3, 71) * (-(x - 0.42).powi(2) * 9.0).exp();
        clear
            .mix(dark, amount)
            .mix(ink(0x3c465a), rain * ramp(0.45, 0.6, y) * 0.95)
    });
    lightning(canvas, (1.12, 0.47), (1.2, horizon), &mut Chance::new(8));
    let hills = |x: f32| horizon - 0.022 * fractal(x * 4.0, 1.0, 4, 12);
    canvas.below(hills, |_, _, _| ink(0x263042));
    canvas.below(
        |_| horizon,
        |x, y, deep| {
            let depth = 0.03 / (deep + 0.012);
            let wind = fractal((x - 0.8) * depth * 4.0 + 30.0, depth * 9.0, 3, 5);
            let stalk = value((x - 0.8) * 160.0 * depth.sqrt(), y * 60.0, 44);
            let field = ink(0x4b4326).mix(ink(0xd0a658), wind * 0.75 + stalk * 0.35 - 0.1);
            let track = ((x - 0.8) - 0.03) / (deep + 0.012);
            let ruts = ramp(0.16, 0.06, (track.abs() - 0.42).abs());
            field.mix(ink(0x2a2620), ruts * 0.75) * (0.55 + 0.9 * (0.26 - deep).max(0.0) * 2.2)
        },
    );
}

fn lightning(canvas: &mut Canvas, from: At, to: At, chance: &mut Chance) {
    canvas.glow((from.0, from.1 + 0.03), 0.3, ink(0xb9b4ff), 0.5);
    canvas.glow(to, 0.14, ink(0xd8ccff), 0.4);
    let mut way = vec![from, to];
    for round in 0..5 {
        let sway = 0.034 / f32::powi(1.75, round);
        let mut finer = vec![way[0]];
        for pair in way.windows(2) {
            let middle = ((pair[0].0 + pair[1].0) * 0.5, (pair[0].1 + pair[1].1) * 0.5);
            finer.push((
                middle.0 + chance.bell() * sway,
                middle.1 + chance.bell() * sway * 0.3,
            ));
            finer.push(pair[1]);
        }
        way = finer;
    }
    for (index, pair) in way.windows(2).enumerate() {
        canvas.stroke(pair[0], pair[1], (0.007, 0.007), ink(0xa9a4ff), 0.14);
        canvas.stroke(pair[0], pair[1], (0.0018, 0.0015), ink(0xffffff), 1.0);
        if index % 9 == 5 {
            let side = chance.bell().signum();
            let mut last = pair[0];
            for step in 0..6_u8 {
                let next = (
                    last.0 + side * chance.between(0.002, 0.016),
                    last.1 + chance.between(0.004, 0.018),
                );
                canvas.stroke(
                    last,
                    next,
                    (0.001, 0.0006),
                    ink(0xd9d6ff),
                    0.8 - 0.1 * f32::from(step),
                );
                last = next;
            }
        }
    }
}

pub(super) fn morning_balloons(canvas: &mut Canvas) {
    let sky = [
        (0.0, ink(0x6fa8d6)),
        (0.35, ink(0xb4d0e2)),
        (0.6, ink(0xffe3c2)),
        (0.75, ink(0xffc9a0)),
    ];
    canvas.shade(|x, y| {
        let veil = ramp(0.48, 0.8, fractal(x * 1.6 + 3.0, y * 6.0, 5, 9)) * ramp(0.75, 0.2, y);
        gradient(&sky, y).mix(ink(0xfff6ea), veil * 0.75)
    });
    canvas.glow((0.3, 0.66), 0.7, ink(0xffd890), 0.65);
    for layer in 0..5_u8 {
        let depth = f32::from(layer) / 4.0;
        let base = 0.7 + 0.065 * f32::from(layer);
        let edge =
            |x: f32| base - 0.1 * (fractal(x * (2.2 + depth), 0.0, 5, 50 + u32::from(layer)) - 0.4);
        let color = gradient(
            &[
                (0.0, ink(0xe0b8a8)),
                (0.4, ink(0xa99a8c)),
                (0.7, ink(0x63785f)),
                (1.0, ink(0x2f4a3a)),
            ],
            depth,
        );
        canvas.below(edge, |x, y, deep| {
            let trees = fractal(x * 40.0, y * 60.0, 3, 70) - 0.5;
            let haze = ramp(0.0, 0.12, deep) * (0.6 - 0.4 * depth);
            color.mix(ink(0xffdcbc), haze) * (1.0 + trees * 0.35 * depth)
        });
    }
    let sets = [
        [ink(0xe2493b), ink(0xf7c548), ink(0xf4efe2)],
        [ink(0x2f6f9f), ink(0xf4efe2), ink(0x78b7c9)],
        [ink(0x7b3f8f), ink(0xf08a4b), ink(0xf7d9a0)],
        [ink(0x2f8f77), ink(0xf2d04f), ink(0xe86a45)],
    ];
    let places = [
        (0.62, 0.14, 0.032),
        (1.38, 0.44, 0.036),
        (0.15, 0.45, 0.042),
        (0.9, 0.5, 0.05),
        (1.22, 0.2, 0.085),
        (0.45, 0.36, 0.13),
    ];
    for (index, (x, y, radius)) in places.into_iter().enumerate() {
        balloon(
            canvas,
            (x, y),
            radius,
            sets[(index * 3 + 2) % 4],
            0.14 - radius,
        );
    }
}

fn balloon(canvas: &mut Canvas, at: At, radius: f32, colors: [Ink; 3], far: f32) {
    let haze = ink(0xf4dcc8);
    let mist = (far * 4.0).clamp(0.0, 0.5);
    let mouth = (at.0, at.1 + radius * 1.42);
    let basket = (at.0, at.1 + radius * 1.78);
    for side in [-1.0, -0.35, 0.35, 1.0] {
        let (top, low) = (
            (mouth.0 + side * radius * 0.22, mouth.1),
            (basket.0 + side * radius * 0.11, basket.1),
        );
        canvas.stroke(
            top,
            low,
            (radius * 0.008, radius * 0.008),
            ink(0x4a3a30).mix(haze, mist),
            0.9,
        );
    }
    let wood = ink(0x6b4226).mix(haze, mist);
    let half = radius * 0.12;
    let corners = [
        (basket.0 - half, basket.1),
        (basket.0 + half, basket.1),
        (basket.0 + half * 0.85, basket.1 + radius * 0.2),
        (basket.0 - half * 0.85, basket.1 + radius * 0.2),
    ];
    canvas.polygon(&corners, wood, 1.0);
    let pixel = canvas.pixel;
    canvas.within(
        (at.0 - radius, at.1 - radius),
        (at.0 + radius, mouth.1),
        |x, y| {
            let (dx, dy) = ((x - at.0) / radius, (y - at.1) / radius);
            // A round crown that narrows to the mouth.
            let wide = if dy < 0.0 {
                (1.0 - dy * dy).max(0.0).sqrt()
            } else {
                (1.0 - (dy / 1.72).powf(1.75)).max(0.2)
            };
            let across = (dx / wide).clamp(-1.0, 1.0);
            let cover = ((wide - dx.abs()) * radius / pixel + 0.5).clamp(0.0, 1.0)
                * ((1.42 - dy) * radius / pixel).clamp(0.0, 1.0);
            let turn = across.asin() / std::f32::consts::PI + 0.5;
            let gore = turn * 9.0 + 0.25;
            let mut color = colors[usize::from((gore as i32) % 2 != 0)];
            if dy > 0.28 && dy < 0.5 {
                color = colors[2];
            }
            let seam = ramp(0.06, 0.0, (gore.fract() - 0.5).abs() - 0.44);
            let light = 0.62 + 0.5 * ramp(0.95, -0.7, across * 0.8 + dy * 0.35) - 0.12 * seam;
            let weave = (speck((dx * 400.0) as i32, (dy * 400.0) as i32, 3) - 0.5) * 0.02;
            let shaded = (color * (light + weave)).lit(
                ink(0xffe8c0)
                    * (0.3 * ramp(0.5, 0.0, (across + 0.5).abs() + (dy + 0.4).abs() * 0.5)),
            );
            (shaded.mix(haze, mist), cover)
        },
    );
}
