//! A renderer without a driver: pictures of the window from the processor alone.
//!
//! It draws the meshes that egui makes, as its own shaders do: premultiplied colors, blended in
//! gamma space, textures with their filter, clip rectangles on whole pixels. The same input gives
//! the same bytes on every machine, so picture tests neither skip nor flicker.
//!
//! ```ignore
//! let mut harness = render::builder(vec2(1440.0, 900.0), egui::Theme::Dark).build_ui(|ui| …);
//! render::assert_picture("gallery-dark", &harness.render().unwrap());
//! ```

mod compare;
mod raster;

use std::collections::HashMap;

use egui::epaint::{ImageData, ImageDelta, Primitive};
use egui::{TextureFilter, TextureId, TexturesDelta, Vec2};
use egui_kittest::{Harness, HarnessBuilder, TestRenderer};
use image::RgbaImage;

pub(crate) use compare::{assert_picture, photograph};
use raster::{Canvas, Clip};

/// Draws with the processor. Give it to `Harness::builder().renderer(…)`.
#[derive(Default)]
pub(crate) struct CpuRenderer {
    textures: HashMap<TextureId, Texture>,
}

/// Pixels as egui sends them: premultiplied, row-major RGBA, `len = width * height`.
pub(crate) struct Texture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<[u8; 4]>,
    pub(crate) is_smooth: bool,
}

impl Texture {
    fn set(&mut self, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        let rows = image.pixels.chunks_exact(width.max(1)).take(height);
        let [left, top] = delta.pos.unwrap_or([0, 0]);
        if delta.pos.is_none() {
            self.width = width;
            self.height = height;
            self.pixels = vec![[0; 4]; width * height];
        }
        self.is_smooth = delta.options.magnification == TextureFilter::Linear;
        for (y, row) in rows.enumerate() {
            let start = (top + y) * self.width + left;
            let target = &mut self.pixels[start..start + width];
            for (to, from) in target.iter_mut().zip(row) {
                *to = from.to_array();
            }
        }
    }
}

impl TestRenderer for CpuRenderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in delta.set.drain() {
            let texture = self.textures.entry(id).or_insert_with(|| Texture {
                width: 0,
                height: 0,
                pixels: Vec::new(),
                is_smooth: true,
            });
            for change in &changes {
                texture.set(change);
            }
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn render(
        &mut self,
        ctx: &egui::Context,
        output: &egui::FullOutput,
    ) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let mut canvas = Canvas::new(pixels(size.x), pixels(size.y));
        for part in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = &part.primitive else {
                return Err("paint callbacks need a graphics card".to_owned());
            };
            let texture = self
                .textures
                .get(&mesh.texture_id)
                .ok_or_else(|| format!("no texture {:?}", mesh.texture_id))?;
            let clip = Clip::new(part.clip_rect, scale, &canvas);
            canvas.draw(mesh, texture, &clip, scale);
        }
        Ok(canvas.into_image())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a window"
)]
fn pixels(points: f32) -> u32 {
    points.round().max(1.0) as u32
}

/// A harness that draws with [`CpuRenderer`], wears our theme, and paints no pointer.
pub(crate) fn builder<State>(size: Vec2, theme: egui::Theme) -> HarnessBuilder<State> {
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_render_cursor(false)
        .with_context_setup(lenticular::ui::theme::install)
        .renderer(CpuRenderer::default())
}

/// The folder for pictures that are only looked at: `target/pictures`.
fn pictures_dir() -> std::path::PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        std::path::PathBuf::from,
    );
    target.join("pictures")
}

#[test]
fn two_triangles_that_share_an_edge_leave_neither_gap_nor_seam() {
    let mut harness = builder::<()>(Vec2::new(60.0, 40.0), egui::Theme::Dark).build_ui(|ui| {
        let all = ui.ctx().content_rect();
        ui.painter().rect_filled(all, 0.0, egui::Color32::BLACK);
        // The diagonal runs through the middle of 32 pixels, where both triangles could claim them.
        let mut mesh = egui::Mesh::default();
        let half = egui::Color32::from_white_alpha(128);
        for (x, y) in [(4.0, 4.0), (36.0, 4.0), (36.0, 36.0), (4.0, 36.0)] {
            mesh.colored_vertex(egui::pos2(x, y), half);
        }
        mesh.add_triangle(0, 1, 2);
        mesh.add_triangle(0, 2, 3);
        ui.painter().add(mesh);
    });
    let image = harness.render().unwrap();
    let mut levels: Vec<u8> = image.pixels().map(|pixel| pixel.0[0]).collect();
    levels.sort_unstable();
    levels.dedup();
    assert_eq!(levels, [0, 128], "a seam is drawn twice, a gap not at all");
}

#[test]
fn a_window_is_drawn_in_a_fraction_of_a_second() {
    let mut harness = builder::<()>(Vec2::new(1440.0, 900.0), egui::Theme::Dark).build_ui(|ui| {
        for row in 0..40 {
            ui.label(format!("Row {row}: the quick brown fox jumps over the lazy dog").repeat(2));
        }
    });
    harness.render().unwrap();
    harness.step();
    let start = std::time::Instant::now();
    harness.render().unwrap();
    let took = start.elapsed();
    println!("1440×900 took {took:?}");
    // The promise is 0.2 s; the rest is for machines busy with other tests.
    assert!(took.as_secs_f32() < 1.0, "{took:?}");
}
