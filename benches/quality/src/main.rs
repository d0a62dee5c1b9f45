//! How near pictures are to an original, as people see it: SSIMULACRA 2.
//!
//! ```text
//! lenticular-quality ORIGINAL.png PICTURE.png…
//! ```
//!
//! Prints a line for each picture; 100 is the same, 90 cannot be told apart, 70 is good.

use std::error::Error;

use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use image::RgbImage;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args_os().skip(1);
    let original = paths.next().ok_or("name an original and pictures of it")?;
    let original = image::open(original)?.into_rgb8();
    for path in paths {
        let picture = image::open(path)?.into_rgb8();
        let score = compute_ssimulacra2(&slice(&original)?, &slice(&picture)?)?;
        println!("{score:.3}");
    }
    Ok(())
}

fn slice(image: &RgbImage) -> Result<PixelSlice<'_>, Box<dyn Error>> {
    let (width, height) = image.dimensions();
    let stride = width as usize * 3;
    let slice = PixelSlice::new(image, width, height, stride, PixelDescriptor::RGB8_SRGB);
    Ok(slice.map_err(|error| format!("{error:?}"))?)
}
