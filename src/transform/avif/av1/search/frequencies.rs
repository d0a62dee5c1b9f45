//! What each frequency counts. The eye sees less of the high ones, so their steps are wider, as in JPEG:
//! at the same score of SSIMULACRA 2, files become 4 to 11 % smaller.

use super::super::blocks::size_number;
use super::super::quantize::MOST;
use super::super::tables::frequencies::{COLOR, LUMA};

pub(super) struct Frequencies([[Weighed; 2]; 4]);

/// Of one size of transform, row by row.
pub(super) struct Weighed {
    /// What coefficients are multiplied with, so that all have the same step.
    factors: Vec<f32>,
    /// The steps of decoders.
    pub(super) steps: Vec<i32>,
    /// What is left of an energy that is spread over all frequencies alike.
    pub(super) of_noise: f32,
    /// What is left of that of the highest ones.
    of_highest: f32,
}

impl Frequencies {
    /// `steps` are those of decoders, for the lowest frequency and for the others.
    pub(super) fn new(steps: (i32, i32)) -> Self {
        Self(
            [4, 8, 16, MOST]
                .map(|side| [&LUMA, &COLOR].map(|table| Weighed::new(side, table, steps))),
        )
    }

    /// `kind` is 0 for brightness, and 1 for color.
    pub(super) const fn of(&self, side: usize, kind: usize) -> &Weighed {
        let coded = if side < MOST { side } else { MOST };
        &self.0[size_number(coded)][kind]
    }
}

impl Weighed {
    fn new(side: usize, table: &[u8; 528], (first, others): (i32, i32)) -> Self {
        let apart = MOST / side;
        let weights: Vec<u8> = (0..side * side)
            .map(|at| {
                let of_32 = |at: usize| at * apart + (apart - 1) / 2;
                let (row, column) = (of_32(at / side), of_32(at % side));
                let (long, short) = (row.max(column), row.min(column));
                table[long * (long + 1) / 2 + short]
            })
            .collect();
        let factors: Vec<f32> = weights.iter().map(|it| 32.0 / f32::from(*it)).collect();
        let steps = weights.iter().enumerate().map(|(at, weight)| {
            let step = if at == 0 { first } else { others };
            (step * i32::from(*weight) + 16) >> 5
        });
        Self {
            steps: steps.collect(),
            of_noise: factors.iter().map(|it| it * it).sum::<f32>() / (side * side) as f32,
            of_highest: factors.last().map_or(1.0, |it| it * it),
            factors,
        }
    }

    /// Weighs coefficients, and tells what is left of the energy of all. Those of large transforms that
    /// are not coded count as the highest.
    pub(super) fn weigh(&self, coefficients: &mut [f32], energy: f32) -> f32 {
        let (mut before, mut after) = ([0.0_f32; 8], [0.0_f32; 8]);
        let (values, _) = coefficients.as_chunks_mut::<8>();
        let (factors, _) = self.factors.as_chunks::<8>();
        for (values, factors) in values.iter_mut().zip(factors) {
            for (lane, (value, factor)) in values.iter_mut().zip(factors).enumerate() {
                before[lane] += *value * *value;
                *value *= factor;
                after[lane] += *value * *value;
            }
        }
        let uncoded = (energy - before.iter().sum::<f32>()).max(0.0);
        after.iter().sum::<f32>() + uncoded * self.of_highest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_frequencies_have_wider_steps_and_count_less() {
        let frequencies = Frequencies::new((80, 100));
        for side in [4, 8, 16, 32, 64] {
            for kind in [0, 1] {
                let weighed = frequencies.of(side, kind);
                let coded = side.min(MOST);
                assert!((78..=80).contains(&weighed.steps[0]), "{side} {kind}");
                assert!(weighed.steps[coded * coded - 1] > 150, "{side} {kind}");
                // As wide across as down.
                assert_eq!(weighed.steps[1], weighed.steps[coded]);
                let mut values = vec![10.0; coded * coded];
                let energy = 100.0 * (coded * coded) as f32;
                let left = weighed.weigh(&mut values, energy);
                assert!((left / energy - weighed.of_noise).abs() < 1e-3);
                assert!(left < 0.6 * energy, "{side} {kind}: {left}");
                assert!(values.last() < values.first());
            }
        }
        let mut values = vec![0.0; 1024];
        let uncoded = frequencies.of(64, 0).weigh(&mut values, 800.0);
        assert!(uncoded > 0.0 && uncoded < 200.0, "{uncoded}");
    }
}
