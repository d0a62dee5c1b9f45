//! Triangles to pixels.
//!
//! Corners are snapped to 1/256 pixel and edges decided in whole numbers with the top-left rule,
//! so a pixel on an edge shared by two triangles belongs to exactly one of them.

use egui::epaint::{Mesh, Vertex};
use egui::{Pos2, Rect};
use image::RgbaImage;

use super::Texture;

const SUB: f32 = 256.0;
const ONE: i64 = 256;

pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

/// Whole pixels, ends excluded.
pub(super) struct Clip {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Clip {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to the canvas below"
    )]
    #[expect(
        clippy::cast_possible_wrap,
        reason = "a canvas is some thousand pixels wide"
    )]
    pub(super) fn new(rect: Rect, scale: f32, canvas: &Canvas) -> Self {
        let whole =
            |value: f32, most: usize| ((value * scale).round() as i64).clamp(0, most as i64);
        Self {
            left: whole(rect.min.x, canvas.width),
            top: whole(rect.min.y, canvas.height),
            right: whole(rect.max.x, canvas.width),
            bottom: whole(rect.max.y, canvas.height),
        }
    }
}

/// One side of a triangle: inside where `x * dx + y * dy + c >= 0`, in 1/256 pixels.
struct Edge {
    dx: i64,
    dy: i64,
    c: i64,
}

impl Edge {
    fn new(from: (i64, i64), to: (i64, i64)) -> Self {
        let (dx, dy) = (from.1 - to.1, to.0 - from.0);
        // The top-left rule: a pixel right on an edge belongs to the triangle below or right of it.
        let owns = dx > 0 || (dx == 0 && dy > 0);
        Self {
            dx,
            dy,
            c: -(dx * from.0 + dy * from.1) - i64::from(!owns),
        }
    }

    /// The pixels of a row that lie inside, narrowing `from..to`.
    fn narrow(&self, y: i64, from: &mut i64, to: &mut i64) {
        // At the center of pixel x: (x * 256 + 128) * dx + rest >= 0.
        let rest = (y * ONE + ONE / 2) * self.dy + self.c + self.dx * (ONE / 2);
        match self.dx {
            0 if rest < 0 => *to = *from,
            0 => {}
            dx if dx > 0 => {
                *from = (*from).max(
                    (-rest).div_euclid(dx * ONE) + i64::from((-rest).rem_euclid(dx * ONE) != 0),
                );
            }
            dx => *to = (*to).min(rest.div_euclid(-dx * ONE) + 1),
        }
    }
}

/// A value that changes evenly over a triangle: `at(x, y) = start + x * dx + y * dy`, in pixels.
#[derive(Clone, Copy)]
struct Plane<const N: usize> {
    start: [f32; N],
    dx: [f32; N],
    dy: [f32; N],
}

impl<const N: usize> Plane<N> {
    fn new(corners: &[Pos2; 3], values: &[[f32; N]; 3]) -> Self {
        let [a, b, c] = corners;
        let (ab, ac) = (*b - *a, *c - *a);
        let area = ab.x * ac.y - ab.y * ac.x;
        let mut plane = Self {
            start: [0.0; N],
            dx: [0.0; N],
            dy: [0.0; N],
        };
        let [at_a, at_b, at_c] = values;
        for (n, start) in at_a.iter().enumerate() {
            let (to_b, to_c) = (at_b[n] - start, at_c[n] - start);
            plane.dx[n] = (to_b * ac.y - to_c * ab.y) / area;
            plane.dy[n] = (to_c * ab.x - to_b * ac.x) / area;
            plane.start[n] = start - plane.dx[n] * a.x - plane.dy[n] * a.y;
        }
        plane
    }

    fn at(&self, x: f32, y: f32) -> [f32; N] {
        std::array::from_fn(|n| self.start[n] + self.dx[n] * x + self.dy[n] * y)
    }
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self {
            width,
            height,
            pixels: vec![[0, 0, 0, 255]; width * height],
        }
    }

    pub(super) fn draw(&mut self, mesh: &Mesh, texture: &Texture, clip: &Clip, scale: f32) {
        for triangle in mesh.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|n| &mesh.vertices[triangle[n] as usize]);
            self.triangle(corners, texture, clip, scale);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::many_single_char_names,
        reason = "pixels of a canvas, clipped to it; corners and axes are called so"
    )]
    fn triangle(&mut self, corners: [&Vertex; 3], texture: &Texture, clip: &Clip, scale: f32) {
        let snapped = corners.map(|corner| {
            let pos = corner.pos * scale * SUB;
            (pos.x.round() as i64, pos.y.round() as i64)
        });
        let [a, b, c] = snapped;
        let area = (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
        if area == 0 {
            return;
        }
        // egui turns its triangles either way.
        let around = if area > 0 { [a, b, c] } else { [a, c, b] };
        let edges = [
            Edge::new(around[0], around[1]),
            Edge::new(around[1], around[2]),
            Edge::new(around[2], around[0]),
        ];
        let low = |axis: [i64; 3]| axis.into_iter().min().unwrap_or(0).div_euclid(ONE);
        let high = |axis: [i64; 3]| axis.into_iter().max().unwrap_or(0).div_euclid(ONE) + 1;
        let (xs, ys) = (snapped.map(|p| p.0), snapped.map(|p| p.1));
        let (left, right) = (low(xs).max(clip.left), high(xs).min(clip.right));
        let (top, bottom) = (low(ys).max(clip.top), high(ys).min(clip.bottom));

        let places = snapped.map(|(x, y)| Pos2::new(x as f32 / SUB, y as f32 / SUB));
        let colors = corners.map(|corner| corner.color.to_array().map(f32::from));
        let uvs = corners.map(|corner| {
            [
                corner.uv.x * texture.width as f32,
                corner.uv.y * texture.height as f32,
            ]
        });
        let same = |one: &Vertex, two: &Vertex| one.color == two.color && one.uv == two.uv;
        let is_plain = same(corners[0], corners[1]) && same(corners[0], corners[2]);
        if is_plain {
            let source = multiply(colors[0], texture.sample(uvs[0]));
            for y in top..bottom {
                if let Some(row) = self.span(&edges, y, left, right) {
                    fill(&mut self.pixels[row], source);
                }
            }
            return;
        }
        let color = Plane::new(&places, &colors);
        let uv = Plane::new(&places, &uvs);
        for y in top..bottom {
            let Some(row) = self.span(&edges, y, left, right) else {
                continue;
            };
            let start = (row.start % self.width) as f32 + 0.5;
            let y = y as f32 + 0.5;
            for (n, target) in self.pixels[row].iter_mut().enumerate() {
                let x = start + n as f32;
                let source = multiply(color.at(x, y), texture.sample(uv.at(x, y)));
                *target = over(source, *target);
            }
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels of a canvas, clipped to it"
    )]
    fn span(
        &self,
        edges: &[Edge; 3],
        y: i64,
        left: i64,
        right: i64,
    ) -> Option<std::ops::Range<usize>> {
        let (mut from, mut to) = (left, right);
        for edge in edges {
            edge.narrow(y, &mut from, &mut to);
        }
        let row = y as usize * self.width;
        (from < to).then(|| row + from as usize..row + to as usize)
    }

    pub(super) fn into_image(self) -> RgbaImage {
        let bytes: Vec<u8> = self.pixels.into_iter().flatten().collect();
        let size = (
            u32::try_from(self.width).expect("it came as one"),
            u32::try_from(self.height).expect("it came as one"),
        );
        RgbaImage::from_raw(size.0, size.1, bytes).expect("four bytes a pixel")
    }
}

impl Texture {
    /// The color at `uv`, in texels; outside, the edge goes on.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "clamped to the texture"
    )]
    fn sample(&self, [u, v]: [f32; 2]) -> [f32; 4] {
        let (last_x, last_y) = (self.width - 1, self.height - 1);
        if !self.is_smooth {
            let x = (u.max(0.0) as usize).min(last_x);
            let y = (v.max(0.0) as usize).min(last_y);
            return self.pixels[y * self.width + x].map(f32::from);
        }
        let u = (u - 0.5).clamp(0.0, last_x as f32);
        let v = (v - 0.5).clamp(0.0, last_y as f32);
        let (x, y) = (u as usize, v as usize);
        let (part_x, part_y) = (u - x as f32, v - y as f32);
        let (right, below) = ((x + 1).min(last_x), (y + 1).min(last_y));
        let [nw, ne] = [x, right].map(|x| self.pixels[y * self.width + x]);
        if part_x == 0.0 && part_y == 0.0 {
            return nw.map(f32::from);
        }
        let [sw, se] = [x, right].map(|x| self.pixels[below * self.width + x]);
        std::array::from_fn(|n| {
            let mix = |a: u8, b: u8, part: f32| f32::from(a) + (f32::from(b) - f32::from(a)) * part;
            let (upper, lower) = (mix(nw[n], ne[n], part_x), mix(sw[n], se[n], part_x));
            upper + (lower - upper) * part_y
        })
    }
}

fn multiply(color: [f32; 4], texel: [f32; 4]) -> [f32; 4] {
    std::array::from_fn(|n| color[n] * texel[n] * (1.0 / 255.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what a framebuffer does"
)]
fn over(source: [f32; 4], target: [u8; 4]) -> [u8; 4] {
    let keep = 1.0 - source[3] * (1.0 / 255.0);
    std::array::from_fn(|n| (source[n] + f32::from(target[n]) * keep + 0.5) as u8)
}

fn fill(row: &mut [[u8; 4]], source: [f32; 4]) {
    if source.iter().all(|channel| *channel <= 0.0) {
        return;
    }
    if source[3] >= 255.0 {
        row.fill(over(source, [0; 4]));
        return;
    }
    for target in row {
        *target = over(source, *target);
    }
}
