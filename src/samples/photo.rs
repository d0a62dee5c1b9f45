//! Pictures that compress like photographs: detail at every scale, and a sensor's noise.

use super::noise::{Field, fractal, speck, value};
use super::paint::{gradient, ink, ramp};
use image::RgbImage;

/// A hillside under a sky, with grass, haze and sensor noise; every seed is another place.
pub(super) fn photo(seed: u64, width: u32, height: u32) -> RgbImage {
    let (width, height) = (width.max(1), height.max(1));
    let salt = (seed ^ (seed >> 32)) as u32;
    let pixel = 1.0 / height as f32;
    let aspect = width as f32 * pixel;
    let mood = speck(salt as i32, 1, 7);
    let skies = [ink(0x3f78b8), ink(0x6a5a9a), ink(0x4a8a9a), ink(0x8a94a4)];
    let lands = [ink(0x4f6a2c), ink(0x8a6a34), ink(0x2f5a44), ink(0x7a4a38)];
    let sky = skies[(mood * 3.99) as usize];
    let land = lands[(speck(salt as i32, 2, 7) * 3.99) as usize];
    // Clouds and shading are soft, so a grid of 240 rows carries them; the grain is per pixel.
    let soft = Field::new(aspect, 240, |x, y| fractal(x * 2.4, y * 4.2, 5, salt));
    let edges: Vec<f32> = (0..width)
        .map(|column| {
            let x = column as f32 * pixel;
            0.34 + 0.3 * fractal(x * 1.7, 0.5, 7, salt ^ 0x77) + 0.01 * value(x * 160.0, 0.0, salt)
        })
        .collect();
    let mut out = RgbImage::new(width, height);
    for (row, line) in out.chunks_exact_mut(width as usize * 3).enumerate() {
        let y = (row as f32 + 0.5) * pixel;
        let air = gradient(&[(0.0, sky), (0.6, ink(0xf0dcc0))], y);
        for (column, target) in line.chunks_exact_mut(3).enumerate() {
            let x = (column as f32 + 0.5) * pixel;
            let cloud = soft.at(x, y);
            let deep = y - edges[column];
            let color = if deep < 0.0 {
                air.mix(ink(0xfaf6f0), ramp(0.5, 0.72, cloud))
            } else {
                let near = 0.3 + deep * 1.6;
                let tuft = value(x * 420.0 / near, y * 300.0 / near, salt ^ 0x99);
                let blade = value(x * 900.0, y * 340.0, salt ^ 0x31);
                let tone = 0.35 + 0.75 * cloud * tuft + 0.4 * blade;
                (land * tone).mix(air, ramp(0.35, 0.0, deep) * 0.5)
            };
            let (c, r) = (column as i32, row as i32);
            let noise = (speck(c, r, salt) - 0.5) * 11.0;
            let tint = (speck(c / 2, r / 2, salt ^ 0x55) - 0.5) * 5.0;
            target[0] = (color.r * 255.0 + noise + tint + 0.5) as u8;
            target[1] = (color.g * 255.0 + noise + 0.5) as u8;
            target[2] = (color.b * 255.0 + noise - tint + 0.5) as u8;
        }
    }
    out
}
