//! The transforms held against those in double precision, and against what they once were.

use std::f64::consts::PI;

use super::{forward, inverse_add};

const SIZES: [usize; 5] = [4, 8, 16, 32, 64];

/// Always the same numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> i32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit) as i32
    }

    fn around_zero(&mut self, limit: i32) -> i32 {
        self.below(2 * limit as u64 + 1) - limit
    }
}

/// The orthonormal transform: a row for each frequency.
fn matrix(n: usize) -> Vec<Vec<f64>> {
    (0..n)
        .map(|k| {
            let scale = (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
            (0..n)
                .map(|j| scale * (PI * ((2 * j + 1) * k) as f64 / (2 * n) as f64).cos())
                .collect()
        })
        .collect()
}

/// `left * middle * right`, both of the latter by their transposes.
fn product(left: &[Vec<f64>], middle: &[f64], size: usize, n: usize) -> Vec<f64> {
    let mut half = vec![0.0; size * n];
    for (row, weights) in left.iter().take(size).enumerate() {
        for column in 0..n {
            half[row * n + column] = (0..n).map(|k| weights[k] * middle[k * n + column]).sum();
        }
    }
    let mut whole = vec![0.0; size * size];
    for row in 0..size {
        for (column, weights) in left.iter().take(size).enumerate() {
            whole[row * size + column] = (0..n).map(|k| weights[k] * half[row * n + k]).sum();
        }
    }
    whole
}

#[test]
fn forward_is_the_orthonormal_transform() {
    let mut random = Random(1);
    for n in SIZES {
        let size = n.min(32);
        for round in 0..6 {
            let residual: Vec<i16> = (0..n * n)
                .map(|_| match round {
                    0 => 255,
                    1 => [-255, 255][random.below(2) as usize],
                    _ => random.around_zero(255) as i16,
                })
                .collect();
            let mut out = vec![f32::NAN; size * size];
            forward(n, &residual, &mut out);
            let samples: Vec<f64> = residual.iter().map(|&value| f64::from(value)).collect();
            for (ours, exact) in out.iter().zip(product(&matrix(n), &samples, size, n)) {
                let off = (f64::from(*ours) - exact).abs();
                assert!(off < 255.0 * n as f64 * 1e-6, "{n}: {ours}, not {exact}");
            }
        }
    }
}

#[test]
fn inverse_is_next_to_the_exact_one() {
    let mut random = Random(2);
    for n in SIZES {
        let size = n.min(32);
        let transposed: Vec<Vec<f64>> = {
            let matrix = matrix(n);
            (0..n)
                .map(|j| (0..n).map(|k| matrix[k][j]).collect())
                .collect()
        };
        // What the coefficients are more than those of the orthonormal transform.
        let scale = match n {
            32 => 4.0,
            64 => 2.0,
            _ => 8.0,
        };
        for _ in 0..30 {
            let (rows, columns) = (
                1 + random.below(size as u64) as usize,
                1 + random.below(size as u64) as usize,
            );
            let mut coefficients = vec![0; size * size];
            for _ in 0..=random.below(8) {
                let row = random.below(rows as u64) as usize;
                let column = random.below(columns as u64) as usize;
                coefficients[row * size + column] = random.around_zero(2000);
            }
            let mut samples = vec![0.0; n * n];
            for row in 0..size {
                for column in 0..size {
                    samples[row * n + column] =
                        f64::from(coefficients[row * size + column]) / scale;
                }
            }
            let exact = product(&transposed, &samples, n, n);
            let before: Vec<u8> = (0..n * n).map(|_| random.below(256) as u8).collect();
            let mut pixels = before.clone();
            inverse_add(n, &coefficients, rows, columns, &mut pixels, n);
            for ((pixel, before), exact) in pixels.iter().zip(before).zip(exact) {
                let exact = (f64::from(before) + exact).clamp(0.0, 255.0);
                assert!(
                    (f64::from(*pixel) - exact).abs() <= 1.0,
                    "{n}: {pixel}, not {exact}"
                );
            }
        }
    }
}

/// Of all pixels after many blocks, where a coefficient is at most `limit`.
fn checksum(n: usize, limit: i32) -> u64 {
    let size = n.min(32);
    let mut random = Random(n as u64 + limit as u64);
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for round in 0..40 {
        let reach = |random: &mut Random| match round % 4 {
            0 => size,
            1 => 1 + random.below(4) as usize,
            _ => 1 + random.below(size as u64) as usize,
        };
        let (rows, columns) = (reach(&mut random), reach(&mut random));
        let mut coefficients = vec![0; size * size];
        for row in 0..rows {
            for value in &mut coefficients[row * size..][..columns] {
                if random.below(1 + round / 4) == 0 {
                    *value = random.around_zero(limit);
                }
            }
        }
        let stride = n + 3;
        let mut pixels: Vec<u8> = (0..n * stride).map(|_| random.below(256) as u8).collect();
        inverse_add(n, &coefficients, rows, columns, &mut pixels, stride);
        for pixel in pixels {
            sum = (sum ^ u64::from(pixel)).wrapping_mul(0x100_0000_01b3);
        }
    }
    sum
}

/// From a version that was compared with a decoder's transform, over millions of blocks.
#[test]
fn inverse_stays_exact() {
    let sums = SIZES.map(|n| [30, 1000, 40_000].map(|limit| checksum(n, limit)));
    assert_eq!(
        sums,
        [
            [
                0xcdd0_1365_7d5a_d031,
                0x535f_8e03_af9f_5bea,
                0x180d_d55b_a3b9_4f86
            ],
            [
                0xa492_02f9_3bb9_7000,
                0x29a8_8716_9e23_fe91,
                0x87ec_8de2_cf6a_a4d1
            ],
            [
                0xc54b_61bb_dc8f_865a,
                0x46ac_78cf_4d9c_54b2,
                0x8415_4fae_5a3f_d7a2
            ],
            [
                0xfbc5_6947_f63c_59fe,
                0xca64_9037_ece9_3cc4,
                0xf5ff_5c3e_694b_212b
            ],
            [
                0x1fcc_288f_8fe9_ec2d,
                0xdd00_358f_d2a8_c81e,
                0x821c_5607_2b06_9bd7
            ]
        ]
    );
}

#[test]
fn only_used_coefficients_cost_and_nothing_changes() {
    let mut random = Random(3);
    for n in SIZES {
        let size = n.min(32);
        for used in [1, 3, 4, 8, 9, 16, 20, 32] {
            let mut coefficients = vec![0; size * size];
            let used = used.min(size);
            for row in 0..used {
                for column in 0..used {
                    coefficients[row * size + column] = random.around_zero(900);
                }
            }
            let (mut some, mut all) = (vec![90; n * n], vec![90; n * n]);
            inverse_add(n, &coefficients, used, used, &mut some, n);
            inverse_add(n, &coefficients, size, size, &mut all, n);
            assert_eq!(some, all, "{n}, {used}");
        }
    }
}
