//! Inverse transforms in one direction, of columns next to each other.

use super::super::LANES;

/// A sample on its way through the inverse transform.
pub(in super::super) trait Sample: Copy {
    const ZERO: Self;
    /// Sum and difference, each clamped to 16 bits.
    fn butterfly(self, other: Self) -> (Self, Self);
    /// `self * A - other * B` and `self * B + other * A`, in units of 1 / 4096, rounded.
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self);
}

/// Exact only where all values fit in 16 bits.
impl Sample for i16 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn butterfly(self, other: Self) -> (Self, Self) {
        (self.saturating_add(other), self.saturating_sub(other))
    }

    #[inline(always)]
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
        let (first, second) = i32::from(self).rotate::<A, B>(i32::from(other));
        (clamp_16(first), clamp_16(second))
    }
}

impl Sample for i32 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn butterfly(self, other: Self) -> (Self, Self) {
        (
            i32::from(clamp_16(self + other)),
            i32::from(clamp_16(self - other)),
        )
    }

    // What goes in is within 16 bits, what comes out may be half as much again.
    #[inline(always)]
    fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
        let (a, b) = (i32::from(A), i32::from(B));
        (
            (self * a - other * b + 2048) >> 12,
            (self * b + other * a + 2048) >> 12,
        )
    }
}

#[inline(always)]
pub(in super::super) fn clamp_16(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// Runs a stage over pairs of `$values`: `h` for butterflies, `r` for rotations of the second one
/// with the first one.
macro_rules! stage {
    (h $values:ident: $($a:literal $b:literal),+) => {
        $(($values[$a], $values[$b]) = $values[$a].butterfly($values[$b]);)+
    };
    (r $values:ident: $($a:literal $b:literal by $cos:literal $sin:literal),+) => {
        $(($values[$a], $values[$b]) = $values[$b].rotate::<$cos, $sin>($values[$a]);)+
    };
}

/// The inverse transform of all columns, of each of which the first `USED` inputs may be other than
/// zero. A transform is the one of half the size on the even inputs, joined with an odd part.
///
/// In between, all values go through memory: the compiler makes vectors of short loops only, and
/// they are too many for the registers anyway.
pub(in super::super) fn inverse_lanes<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; N],
) {
    match N {
        8 => inverse_8_lanes::<T, N, N, USED>(input, output),
        16 => inverse_16_lanes::<T, N, N, USED>(input, output),
        32 => inverse_32_lanes::<T, N, N, USED>(input, output),
        _ => inverse_64_lanes::<T, N, USED>(input, output),
    }
}

/// Takes every N/8th input, for larger transforms.
#[inline(never)]
fn inverse_8_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    for lane in 0..LANES {
        let at = |index: usize| value_at::<T, N, USED>(input, N / 8 * index, lane);
        let even = inverse_4([at(0), at(2), at(4), at(6)]);
        let mut odd = [at(7), at(3), at(5), at(1)];
        stage!(r odd: 0 3 by 799 4017, 1 2 by 3406 2276);
        stage!(h odd: 0 1, 3 2);
        stage!(r odd: 1 2 by 2896 2896);
        for index in 0..4 {
            let (sum, difference) = even[index].butterfly(odd[3 - index]);
            output[index][lane] = sum;
            output[7 - index][lane] = difference;
        }
    }
}

fn inverse_16_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 8], [[T::ZERO; LANES]; 8]);
    inverse_8_lanes::<T, N, 8, USED>(input, &mut even);
    odd_8::<T, N, USED>(input, &mut odd);
    join_group::<T, 8, O, 0>(&even, &odd, output);
}

fn inverse_32_lanes<T: Sample, const N: usize, const O: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; O],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 16], [[T::ZERO; LANES]; 16]);
    inverse_16_lanes::<T, N, 16, USED>(input, &mut even);
    odd_16::<T, N, USED>(input, &mut odd);
    join_group::<T, 16, O, 0>(&even, &odd, output);
    join_group::<T, 16, O, 1>(&even, &odd, output);
}

fn inverse_64_lanes<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    output: &mut [[T; LANES]; N],
) {
    let (mut even, mut odd) = ([[T::ZERO; LANES]; 32], [[T::ZERO; LANES]; 32]);
    inverse_32_lanes::<T, N, 32, USED>(input, &mut even);
    odd_32::<T, N, USED>(input, &mut odd);
    join_group::<T, 32, N, 0>(&even, &odd, output);
    join_group::<T, 32, N, 1>(&even, &odd, output);
    join_group::<T, 32, N, 2>(&even, &odd, output);
    join_group::<T, 32, N, 3>(&even, &odd, output);
}

#[inline(always)]
pub(in super::super) fn inverse_4<T: Sample>(input: [T; 4]) -> [T; 4] {
    let (b, a) = input[0].rotate::<2896, 2896>(input[2]);
    let (c, d) = input[1].rotate::<1567, 3784>(input[3]);
    let ((first, last), (second, third)) = (a.butterfly(d), b.butterfly(c));
    [first, second, third, last]
}

/// What is known to be zero costs nothing then.
#[inline(always)]
fn value_at<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    index: usize,
    lane: usize,
) -> T {
    if index < USED {
        input[index][lane]
    } else {
        T::ZERO
    }
}

/// The first stages of an odd part of size `M`, for four values from `P` on and the four opposite
/// ones, which do not need any others yet.
#[inline(never)]
fn odd_group<T: Sample, const N: usize, const USED: usize, const M: usize, const P: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; M],
    stages: impl Fn([T; 8]) -> [T; 8],
) {
    for lane in 0..LANES {
        // Odd inputs in the order of reversed bits, from the last one on.
        let at = |position: usize| {
            let reversed = position.reverse_bits() >> (usize::BITS - M.trailing_zeros());
            value_at::<T, N, USED>(input, N / (2 * M) * (2 * M - 1 - 2 * reversed), lane)
        };
        let values = stages([
            at(P),
            at(P + 1),
            at(P + 2),
            at(P + 3),
            at(M - 4 - P),
            at(M - 3 - P),
            at(M - 2 - P),
            at(M - 1 - P),
        ]);
        for index in 0..4 {
            odd[P + index][lane] = values[index];
            odd[M - 4 - P + index][lane] = values[4 + index];
        }
    }
}

fn odd_8<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 8],
) {
    odd_group::<T, N, USED, 8, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 401 4076, 1 6 by 3166 2598, 2 5 by 1931 3612, 3 4 by 3920 1189);
        v
    });
}

fn odd_16<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 16],
) {
    odd_group::<T, N, USED, 16, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 201 4091, 1 6 by 3035 2751, 2 5 by 1751 3703, 3 4 by 3857 1380);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 799 4017, 2 5 by -4017 799);
        v
    });
    odd_group::<T, N, USED, 16, 4>(input, odd, |mut v| {
        stage!(r v: 0 7 by 995 3973, 1 6 by 3513 2106, 2 5 by 2440 3290, 3 4 by 4052 601);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3406 2276, 2 5 by -2276 3406);
        v
    });
}

fn odd_32<T: Sample, const N: usize, const USED: usize>(
    input: &[[T; LANES]; N],
    odd: &mut [[T; LANES]; 32],
) {
    odd_group::<T, N, USED, 32, 0>(input, odd, |mut v| {
        stage!(r v: 0 7 by 101 4095, 1 6 by 2967 2824, 2 5 by 1660 3745, 3 4 by 3822 1474);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 401 4076, 2 5 by -4076 401);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 799 4017, 3 4 by 799 4017);
        v
    });
    odd_group::<T, N, USED, 32, 4>(input, odd, |mut v| {
        stage!(r v: 0 7 by 897 3996, 1 6 by 3461 2191, 2 5 by 2359 3349, 3 4 by 4036 700);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3166 2598, 2 5 by -2598 3166);
        stage!(h v: 3 0, 2 1, 4 7, 5 6);
        stage!(r v: 0 7 by -4017 799, 1 6 by -4017 799);
        v
    });
    odd_group::<T, N, USED, 32, 8>(input, odd, |mut v| {
        stage!(r v: 0 7 by 501 4065, 1 6 by 3229 2520, 2 5 by 2019 3564, 3 4 by 3948 1092);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 1931 3612, 2 5 by -3612 1931);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 3406 2276, 3 4 by 3406 2276);
        v
    });
    odd_group::<T, N, USED, 32, 12>(input, odd, |mut v| {
        stage!(r v: 0 7 by 1285 3889, 1 6 by 3659 1842, 2 5 by 2675 3102, 3 4 by 4085 301);
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 3920 1189, 2 5 by -1189 3920);
        stage!(h v: 3 0, 2 1, 4 7, 5 6);
        stage!(r v: 0 7 by -2276 3406, 1 6 by -2276 3406);
        v
    });
}

/// The last stages of an odd part, which are the same ones for all sizes, for eight values that do
/// not need the others any more; then sums and differences with the even part.
#[inline(never)]
fn join_group<T: Sample, const M: usize, const O: usize, const P: usize>(
    even: &[[T; LANES]; M],
    odd: &[[T; LANES]; M],
    output: &mut [[T; LANES]; O],
) {
    let (a, b, c, d) = (P, M / 4 - 1 - P, M / 4 + P, M / 2 - 1 - P);
    let rows = [a, b, c, d, M - 1 - d, M - 1 - c, M - 1 - b, M - 1 - a];
    for lane in 0..LANES {
        let mut v = [T::ZERO; 8];
        for index in 0..8 {
            v[index] = odd[rows[index]][lane];
        }
        stage!(h v: 0 1, 3 2, 4 5, 7 6);
        stage!(r v: 1 6 by 1567 3784, 2 5 by -3784 1567);
        stage!(h v: 0 3, 1 2, 7 4, 6 5);
        stage!(r v: 2 5 by 2896 2896, 3 4 by 2896 2896);
        for index in 0..8 {
            let row = rows[index];
            let (sum, difference) = even[M - 1 - row][lane].butterfly(v[index]);
            output[M - 1 - row][lane] = sum;
            output[M + row][lane] = difference;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static LARGEST: Cell<f64> = const { Cell::new(0.0) };
    }

    /// Keeps the largest magnitude of all.
    #[derive(Clone, Copy)]
    struct Watched(f64);

    impl Watched {
        fn new(value: f64) -> Self {
            LARGEST.set(LARGEST.get().max(value.abs()));
            Self(value)
        }
    }

    impl Sample for Watched {
        const ZERO: Self = Self(0.0);

        fn butterfly(self, other: Self) -> (Self, Self) {
            (Self::new(self.0 + other.0), Self::new(self.0 - other.0))
        }

        fn rotate<const A: i16, const B: i16>(self, other: Self) -> (Self, Self) {
            let (a, b) = (f64::from(A) / 4096.0, f64::from(B) / 4096.0);
            (
                Self::new(self.0 * a - other.0 * b),
                Self::new(self.0 * b + other.0 * a),
            )
        }
    }

    fn largest<const N: usize>(index: usize) -> f64 {
        let mut input = [[Watched::ZERO; LANES]; N];
        input[index] = [Watched(1.0); LANES];
        let mut output = input;
        LARGEST.set(0.0);
        inverse_lanes::<Watched, N, N>(&input, &mut output);
        LARGEST.get()
    }

    /// What `SAFE_SUM` relies on.
    #[test]
    fn no_input_counts_for_more_than_itself() {
        for index in 0..32 {
            let limit = if index == 0 { 0.75 } else { 1.001 };
            assert!(largest::<64>(index) <= limit, "{index}");
            assert!(largest::<32>(index) <= limit, "{index}");
            assert!(largest::<16>(index % 16) <= limit || index >= 16, "{index}");
            assert!(largest::<8>(index % 8) <= limit || index >= 8, "{index}");
        }
    }
}
