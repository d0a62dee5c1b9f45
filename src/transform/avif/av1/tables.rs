//! Numbers that the format fixes: the probabilities a picture starts with, and the quantizer
//! steps.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, "Default CDF tables" and
//! "Dequantization functions".

mod coefficients;
pub(super) mod frequencies;
mod modes;

use std::array;

/// The adaptive distributions of one picture.
///
/// The array of a distribution over N symbols holds, for each symbol but the last, 32768 times the
/// probability of a greater symbol; its last entry counts the adaptations.
///
/// Source: AV1 Bitstream & Decoding Process Specification, "Default CDF tables".
#[derive(Clone)]
pub(super) struct Cdfs {
    /// Partition of 8x8 blocks, by context.
    pub(super) partition8: [[u16; 4]; 4],
    /// Partition of 16x16, 32x32 and 64x64 blocks, by size and context.
    pub(super) partition: [[[u16; 10]; 4]; 3],
    /// Luma mode, by the classes of the modes above and to the left.
    pub(super) luma_mode: [[[u16; 13]; 5]; 5],
    /// Chroma mode where chroma from luma is not allowed, by luma mode.
    pub(super) chroma_mode: [[u16; 13]; 13],
    /// Chroma mode where chroma from luma is allowed, by luma mode.
    pub(super) chroma_mode_cfl: [[u16; 14]; 13],
    /// Angle offset, by directional mode.
    pub(super) angle_delta: [[u16; 7]; 8],
    /// Whether a block has no coefficients at all, by context.
    pub(super) skip: [[u16; 2]; 3],
    /// Joint signs of chroma from luma.
    pub(super) cfl_sign: [u16; 8],
    /// Strength of chroma from luma, by context.
    pub(super) cfl_alpha: [[u16; 16]; 6],
    /// Transform type of 8x8 blocks, one of seven, by luma mode.
    pub(super) transform_type_7: [[u16; 7]; 13],
    /// Transform type of 16x16 blocks, one of five, by luma mode.
    pub(super) transform_type_5: [[u16; 5]; 13],
    /// Whether a transform block has no coefficients, by transform size and context.
    pub(super) all_zero: [[[u16; 2]; 13]; 5],
    /// Class of the last position among 16 coefficients, by plane type.
    pub(super) eob_16: [[u16; 5]; 2],
    /// Class of the last position among 64 coefficients, by plane type.
    pub(super) eob_64: [[u16; 7]; 2],
    /// Class of the last position among 256 coefficients, by plane type.
    pub(super) eob_256: [[u16; 9]; 2],
    /// Class of the last position among 1024 coefficients, by plane type.
    pub(super) eob_1024: [[u16; 11]; 2],
    /// First bit of the last position within its class, by transform size, plane type and class.
    pub(super) eob_extra: [[[[u16; 2]; 9]; 2]; 5],
    /// Sign of the first coefficient, by plane type and context.
    pub(super) dc_sign: [[[u16; 2]; 3]; 2],
    /// Base level of the last coefficient, by transform size, plane type and context.
    pub(super) base_eob: [[[[u16; 3]; 4]; 2]; 5],
    /// Base level of the other coefficients, by transform size, plane type and context.
    pub(super) base: [[[[u16; 4]; 26]; 2]; 5],
    /// What a level adds to its base, by transform size (up to 32x32), plane type and context.
    pub(super) more: [[[[u16; 4]; 21]; 2]; 4],
}

impl Cdfs {
    /// The distributions at the start of a picture with this quantizer index.
    pub(super) fn new(quantizer: u8) -> Self {
        let range = quantizer_range(quantizer);
        Self {
            partition8: load(&modes::PARTITION_8),
            partition: load(&modes::PARTITION),
            luma_mode: load(&modes::LUMA_MODE),
            chroma_mode: load(&modes::CHROMA_MODE),
            chroma_mode_cfl: load(&modes::CHROMA_MODE_CFL),
            angle_delta: load(&modes::ANGLE_DELTA),
            skip: load(&modes::SKIP),
            cfl_sign: load(&modes::CFL_SIGN),
            cfl_alpha: load(&modes::CFL_ALPHA),
            transform_type_7: load(&modes::TRANSFORM_TYPE_7),
            transform_type_5: load(&modes::TRANSFORM_TYPE_5),
            all_zero: load_range(&coefficients::ALL_ZERO, range),
            eob_16: load_range(&coefficients::EOB_16, range),
            eob_64: load_range(&coefficients::EOB_64, range),
            eob_256: load_range(&coefficients::EOB_256, range),
            eob_1024: load_range(&coefficients::EOB_1024, range),
            eob_extra: load_range(&coefficients::EOB_EXTRA, range),
            dc_sign: load_range(&coefficients::DC_SIGN, range),
            base_eob: load_range(&coefficients::BASE_EOB, range),
            base: load_range(&coefficients::BASE, range),
            more: load_range(&coefficients::MORE, range),
        }
    }
}

/// Which of the four sets of coefficient distributions a quantizer index selects.
fn quantizer_range(quantizer: u8) -> usize {
    match quantizer {
        0..=20 => 0,
        21..=60 => 1,
        61..=120 => 2,
        121.. => 3,
    }
}

/// A whole flat table as nested distributions; another length does not compile.
fn load<T: Load, const LENGTH: usize>(table: &[u16; LENGTH]) -> T {
    const { assert!(LENGTH == T::LENGTH) }
    T::load(&mut Reader { rest: table })
}

/// One of the four equal parts of a flat table; another length does not compile.
fn load_range<T: Load, const LENGTH: usize>(table: &[u16; LENGTH], range: usize) -> T {
    const { assert!(LENGTH == 4 * T::LENGTH) }
    let rest = table.get(range * T::LENGTH..).unwrap_or_default();
    T::load(&mut Reader { rest })
}

/// What is still to be read of a flat table.
struct Reader<'a> {
    rest: &'a [u16],
}

impl Reader<'_> {
    /// The next distribution, inverted and with its counter at 0.
    fn take<const N: usize>(&mut self) -> [u16; N] {
        let mut cdf = [0; N];
        if let Some((values, rest)) = self.rest.split_at_checked(N - 1) {
            for (entry, &value) in cdf.iter_mut().zip(values) {
                *entry = 32768 - value;
            }
            self.rest = rest;
        }
        cdf
    }
}

/// Distributions, nested in arrays to any depth.
trait Load {
    /// How many values of a flat table they take.
    const LENGTH: usize;

    /// Reads them in order.
    fn load(reader: &mut Reader<'_>) -> Self;
}

impl<const N: usize> Load for [u16; N] {
    const LENGTH: usize = N - 1;

    fn load(reader: &mut Reader<'_>) -> Self {
        reader.take()
    }
}

impl<T: Load, const N: usize> Load for [T; N] {
    const LENGTH: usize = N * T::LENGTH;

    fn load(reader: &mut Reader<'_>) -> Self {
        array::from_fn(|_| T::load(reader))
    }
}

/// Step of the first coefficient of a block with 8-bit samples, by quantizer index.
///
/// Source: AV1 Bitstream & Decoding Process Specification, "Dequantization functions".
pub(super) const DC_STEP: [u16; 256] = [
    4, 8, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26, 26, 27,
    28, 29, 30, 31, 32, 32, 33, 34, 35, 36, 37, 38, 38, 39, 40, 41, 42, 43, 43, 44, 45, 46, 47, 48,
    48, 49, 50, 51, 52, 53, 53, 54, 55, 56, 57, 57, 58, 59, 60, 61, 62, 62, 63, 64, 65, 66, 66, 67,
    68, 69, 70, 70, 71, 72, 73, 74, 74, 75, 76, 77, 78, 78, 79, 80, 81, 81, 82, 83, 84, 85, 85, 87,
    88, 90, 92, 93, 95, 96, 98, 99, 101, 102, 104, 105, 107, 108, 110, 111, 113, 114, 116, 117,
    118, 120, 121, 123, 125, 127, 129, 131, 134, 136, 138, 140, 142, 144, 146, 148, 150, 152, 154,
    156, 158, 161, 164, 166, 169, 172, 174, 177, 180, 182, 185, 187, 190, 192, 195, 199, 202, 205,
    208, 211, 214, 217, 220, 223, 226, 230, 233, 237, 240, 243, 247, 250, 253, 257, 261, 265, 269,
    272, 276, 280, 284, 288, 292, 296, 300, 304, 309, 313, 317, 322, 326, 330, 335, 340, 344, 349,
    354, 359, 364, 369, 374, 379, 384, 389, 395, 400, 406, 411, 417, 423, 429, 435, 441, 447, 454,
    461, 467, 475, 482, 489, 497, 505, 513, 522, 530, 539, 549, 559, 569, 579, 590, 602, 614, 626,
    640, 654, 668, 684, 700, 717, 736, 755, 775, 796, 819, 843, 869, 896, 925, 955, 988, 1022,
    1058, 1098, 1139, 1184, 1232, 1282, 1336,
];

/// Step of the other coefficients of a block with 8-bit samples, by quantizer index.
///
/// Source: AV1 Bitstream & Decoding Process Specification, "Dequantization functions".
pub(super) const AC_STEP: [u16; 256] = [
    4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54,
    55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78,
    79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101,
    102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126, 128, 130, 132, 134, 136, 138,
    140, 142, 144, 146, 148, 150, 152, 155, 158, 161, 164, 167, 170, 173, 176, 179, 182, 185, 188,
    191, 194, 197, 200, 203, 207, 211, 215, 219, 223, 227, 231, 235, 239, 243, 247, 251, 255, 260,
    265, 270, 275, 280, 285, 290, 295, 300, 305, 311, 317, 323, 329, 335, 341, 347, 353, 359, 366,
    373, 380, 387, 394, 401, 408, 416, 424, 432, 440, 448, 456, 465, 474, 483, 492, 501, 510, 520,
    530, 540, 550, 560, 571, 582, 593, 604, 615, 627, 639, 651, 663, 676, 689, 702, 715, 729, 743,
    757, 771, 786, 801, 816, 832, 848, 864, 881, 898, 915, 933, 951, 969, 988, 1007, 1026, 1046,
    1066, 1087, 1108, 1129, 1151, 1173, 1196, 1219, 1243, 1267, 1292, 1317, 1343, 1369, 1396, 1423,
    1451, 1479, 1508, 1537, 1567, 1597, 1628, 1660, 1692, 1725, 1759, 1793, 1828,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last quantizer index of each range.
    const EDGES: [(u8, u8); 4] = [(0, 20), (21, 60), (61, 120), (121, 255)];

    /// Appends the single distributions of nested arrays, in order.
    trait Walk {
        fn walk(&self, into: &mut Vec<Vec<u16>>);
    }

    impl<const N: usize> Walk for [u16; N] {
        fn walk(&self, into: &mut Vec<Vec<u16>>) {
            into.push(self.to_vec());
        }
    }

    impl<T: Walk, const N: usize> Walk for [T; N] {
        fn walk(&self, into: &mut Vec<Vec<u16>>) {
            for inner in self {
                inner.walk(into);
            }
        }
    }

    /// Each field with its name, its flat table, and into how many ranges that is divided.
    fn fields(cdfs: &Cdfs) -> Vec<(&'static str, &dyn Walk, &'static [u16], usize)> {
        vec![
            ("partition8", &cdfs.partition8, &modes::PARTITION_8, 1),
            ("partition", &cdfs.partition, &modes::PARTITION, 1),
            ("luma_mode", &cdfs.luma_mode, &modes::LUMA_MODE, 1),
            ("chroma_mode", &cdfs.chroma_mode, &modes::CHROMA_MODE, 1),
            (
                "chroma_mode_cfl",
                &cdfs.chroma_mode_cfl,
                &modes::CHROMA_MODE_CFL,
                1,
            ),
            ("angle_delta", &cdfs.angle_delta, &modes::ANGLE_DELTA, 1),
            ("skip", &cdfs.skip, &modes::SKIP, 1),
            ("cfl_sign", &cdfs.cfl_sign, &modes::CFL_SIGN, 1),
            ("cfl_alpha", &cdfs.cfl_alpha, &modes::CFL_ALPHA, 1),
            (
                "transform_type_7",
                &cdfs.transform_type_7,
                &modes::TRANSFORM_TYPE_7,
                1,
            ),
            (
                "transform_type_5",
                &cdfs.transform_type_5,
                &modes::TRANSFORM_TYPE_5,
                1,
            ),
            ("all_zero", &cdfs.all_zero, &coefficients::ALL_ZERO, 4),
            ("eob_16", &cdfs.eob_16, &coefficients::EOB_16, 4),
            ("eob_64", &cdfs.eob_64, &coefficients::EOB_64, 4),
            ("eob_256", &cdfs.eob_256, &coefficients::EOB_256, 4),
            ("eob_1024", &cdfs.eob_1024, &coefficients::EOB_1024, 4),
            ("eob_extra", &cdfs.eob_extra, &coefficients::EOB_EXTRA, 4),
            ("dc_sign", &cdfs.dc_sign, &coefficients::DC_SIGN, 4),
            ("base_eob", &cdfs.base_eob, &coefficients::BASE_EOB, 4),
            ("base", &cdfs.base, &coefficients::BASE, 4),
            ("more", &cdfs.more, &coefficients::MORE, 4),
        ]
    }

    /// The distributions of a field, one by one.
    fn walked(field: &dyn Walk) -> Vec<Vec<u16>> {
        let mut list = Vec::new();
        field.walk(&mut list);
        list
    }

    #[test]
    fn distributions_decrease_strictly_and_start_unadapted() {
        for (first, _) in EDGES {
            for (name, field, _, _) in fields(&Cdfs::new(first)) {
                for (index, cdf) in walked(field).iter().enumerate() {
                    let at = format!("{name} {index} at quantizer {first}: {cdf:?}");
                    let (counter, values) = cdf.split_last().expect("a counter");
                    assert_eq!(*counter, 0, "{at}");
                    assert!(
                        values.iter().all(|value| (1..32768).contains(value)),
                        "{at}"
                    );
                    assert!(values.is_sorted_by(|left, right| left > right), "{at}");
                }
            }
        }
    }

    #[test]
    fn tables_are_used_up_exactly() {
        for (range, edges) in EDGES.into_iter().enumerate() {
            for quantizer in [edges.0, edges.1] {
                for (name, field, table, parts) in fields(&Cdfs::new(quantizer)) {
                    let mut read = Vec::new();
                    for cdf in walked(field) {
                        let (_, values) = cdf.split_last().expect("a counter");
                        read.extend(values.iter().map(|value| 32768 - value));
                    }
                    assert_eq!(read.len() * parts, table.len(), "{name}");
                    let start = if parts == 1 { 0 } else { range * read.len() };
                    assert_eq!(
                        read,
                        table[start..start + read.len()],
                        "{name} at {quantizer}"
                    );
                }
            }
        }
    }

    #[test]
    fn steps_never_shrink() {
        for (steps, last) in [(DC_STEP, 1336), (AC_STEP, 1828)] {
            assert_eq!((steps[0], steps[255]), (4, last));
            assert!(steps.is_sorted());
        }
    }
}
