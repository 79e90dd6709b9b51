//! Multinomial logistic regression with an L2 penalty.
//!
//! Minimised is mean over examples of −log softmax(W x + b)[class] + penalty / 2 · ‖W‖², b free. Per example that is what
//! scikit-learn's LogisticRegression minimises with C = 1 / (penalty · examples) for three classes and more, and with
//! C = 2 / (penalty · examples) for two, where it has one weight vector and this has two that are each other's negative.

/// Steps that L-BFGS remembers.
const MEMORY: usize = 12;
/// More than a fit of these sizes takes; a bound all the same.
const MOST_STEPS: usize = 1000;
/// A step counts where it gains this share of what the slope promises (Armijo).
const GAIN: f64 = 1e-4;
const MOST_HALVINGS: usize = 40;

/// One linear filter per class.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// `[classes, width + 1]`, row-major: the weights of a class, then its bias.
    values: Vec<f64>,
    width: usize,
}

impl Layer {
    /// All zero: every class is as likely as every other.
    pub fn zero(classes: usize, width: usize) -> Self {
        Self {
            values: vec![0.0; classes * (width + 1)],
            width,
        }
    }

    /// Weights and bias, class by class.
    pub fn filters(&self) -> impl Iterator<Item = (&[f64], f64)> {
        (self.values.chunks_exact(self.width + 1)).map(|row| (&row[..self.width], row[self.width]))
    }

    /// One logit per class for an example of `width` values.
    pub fn logits(&self, example: &[f64]) -> Vec<f64> {
        self.filters()
            .map(|(weights, bias)| dot(weights, example) + bias)
            .collect()
    }
}

/// Labelled examples to fit to.
#[derive(Debug, Clone, Copy)]
pub struct Regression<'a> {
    /// `[examples, width]`, row-major.
    pub rows: &'a [f64],
    /// Values per example.
    pub width: usize,
    /// A class below `count` per example.
    pub classes: &'a [usize],
    /// How many classes there are.
    pub count: usize,
}

impl Regression<'_> {
    /// Fits to the examples `members`, starting from `start`, until no slope is steeper than `tolerance` times the first.
    /// `penalty` is positive, so that there is one best answer.
    pub fn fit(&self, members: &[usize], penalty: f64, start: &Layer, tolerance: f64) -> Layer {
        let mut at = start.values.clone();
        let mut slope = vec![0.0; at.len()];
        let mut value = self.loss(members, penalty, &at, &mut slope);
        let enough = tolerance * self.steepest(members);
        let mut memory = Memory::default();
        for _ in 0..MOST_STEPS {
            if largest(&slope) <= enough {
                break;
            }
            let direction = memory.direction(&slope);
            let promised = dot(&direction, &slope);
            let Some((next, next_slope, next_value)) =
                self.search(members, penalty, &at, value, &direction, promised)
            else {
                // Rounding is all that is left.
                break;
            };
            memory.keep(difference(&next, &at), difference(&next_slope, &slope));
            (at, slope, value) = (next, next_slope, next_value);
        }
        Layer {
            values: at,
            width: self.width,
        }
    }

    /// The largest slope where nothing is known: what tolerances are shares of.
    fn steepest(&self, members: &[usize]) -> f64 {
        let zero = Layer::zero(self.count, self.width);
        let mut slope = vec![0.0; zero.values.len()];
        self.loss(members, 0.0, &zero.values, &mut slope);
        largest(&slope).max(f64::MIN_POSITIVE)
    }

    /// Half steps until one gains enough.
    fn search(
        &self,
        members: &[usize],
        penalty: f64,
        at: &[f64],
        value: f64,
        direction: &[f64],
        promised: f64,
    ) -> Option<(Vec<f64>, Vec<f64>, f64)> {
        let mut step = 1.0;
        let mut slope = vec![0.0; at.len()];
        for _ in 0..MOST_HALVINGS {
            let next: Vec<f64> = (at.iter().zip(direction))
                .map(|(at, along)| at + step * along)
                .collect();
            let reached = self.loss(members, penalty, &next, &mut slope);
            if reached < value + GAIN * step * promised {
                return Some((next, slope, reached));
            }
            step *= 0.5;
        }
        None
    }

    /// What is minimised, and its slope.
    fn loss(&self, members: &[usize], penalty: f64, at: &[f64], slope: &mut [f64]) -> f64 {
        let share = 1.0 / members.len().max(1) as f64;
        let mut sum = 0.0;
        let mut squares = 0.0;
        for (row, slope) in
            (at.chunks_exact(self.width + 1)).zip(slope.chunks_exact_mut(self.width + 1))
        {
            let (weights, bias) = slope.split_at_mut(self.width);
            for (slope, &weight) in weights.iter_mut().zip(row) {
                *slope = penalty * weight;
                squares += weight * weight;
            }
            bias[0] = 0.0;
        }
        let mut logits = vec![0.0; self.count];
        for &member in members {
            let example = &self.rows[member * self.width..][..self.width];
            for (logit, row) in logits.iter_mut().zip(at.chunks_exact(self.width + 1)) {
                *logit = dot(&row[..self.width], example) + row[self.width];
            }
            let class = self.classes[member];
            let own = logits[class];
            sum += to_probabilities(&mut logits) - own;
            logits[class] -= 1.0;
            for (error, slope) in logits.iter().zip(slope.chunks_exact_mut(self.width + 1)) {
                let error = share * error;
                for (slope, value) in slope.iter_mut().zip(example) {
                    *slope += error * value;
                }
                slope[self.width] += error;
            }
        }
        share * sum + 0.5 * penalty * squares
    }
}

/// −log of the probability that `logits` give `class`.
pub fn cross_entropy(logits: &[f64], class: usize) -> f64 {
    let mut values = logits.to_vec();
    to_probabilities(&mut values) - logits[class]
}

/// Logits become probabilities; given back is the logarithm of the sum of their exponentials.
fn to_probabilities(values: &mut [f64]) -> f64 {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - most).exp();
        sum += *value;
    }
    for value in values.iter_mut() {
        *value /= sum;
    }
    most + sum.ln()
}

/// L-BFGS's two loops (Nocedal 1980): what the last steps tell of the curvature.
#[derive(Default)]
struct Memory {
    /// Steps with the change of slope along each.
    pairs: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Memory {
    fn keep(&mut self, step: Vec<f64>, change: Vec<f64>) {
        if dot(&step, &change) > 0.0 {
            if self.pairs.len() == MEMORY {
                self.pairs.remove(0);
            }
            self.pairs.push((step, change));
        }
    }

    fn direction(&self, slope: &[f64]) -> Vec<f64> {
        let mut direction: Vec<f64> = slope.iter().map(|value| -value).collect();
        let mut factors = Vec::with_capacity(self.pairs.len());
        for (step, change) in self.pairs.iter().rev() {
            let factor = dot(step, &direction) / dot(step, change);
            add(&mut direction, -factor, change);
            factors.push(factor);
        }
        if let Some((step, change)) = self.pairs.last() {
            let scale = dot(step, change) / dot(change, change);
            direction.iter_mut().for_each(|value| *value *= scale);
        }
        for ((step, change), factor) in self.pairs.iter().zip(factors.into_iter().rev()) {
            let back = dot(change, &direction) / dot(step, change);
            add(&mut direction, factor - back, step);
        }
        direction
    }
}

fn add(to: &mut [f64], factor: f64, values: &[f64]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += factor * value;
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// In four sums, which vector units add side by side.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_parts, a_rest) = a.as_chunks::<4>();
    let (b_parts, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_parts.iter().zip(b_parts) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_features_the_biases_are_the_shares_of_the_classes() {
        let classes = [0, 0, 0, 1, 2, 2];
        let problem = Regression {
            rows: &[0.0; 6],
            width: 1,
            classes: &classes,
            count: 3,
        };
        let members: Vec<usize> = (0..6).collect();
        let fitted = problem.fit(&members, 0.1, &Layer::zero(3, 1), 1e-10);
        let mut logits = fitted.logits(&[0.0]);
        to_probabilities(&mut logits);
        for (got, expected) in logits.iter().zip([3.0 / 6.0, 1.0 / 6.0, 2.0 / 6.0]) {
            assert!((got - expected).abs() < 1e-8, "{logits:?}");
        }
    }

    #[test]
    fn two_classes_have_opposite_filters() {
        let rows = [-1.0, -0.4, 0.1, 0.5, 1.2, -0.2];
        let problem = Regression {
            rows: &rows,
            width: 1,
            classes: &[0, 0, 0, 1, 1, 1],
            count: 2,
        };
        let members: Vec<usize> = (0..6).collect();
        let fitted = problem.fit(&members, 0.01, &Layer::zero(2, 1), 1e-10);
        let filters: Vec<(&[f64], f64)> = fitted.filters().collect();
        assert!(filters[1].0[0] > 0.5, "{filters:?}");
        assert!((filters[0].0[0] + filters[1].0[0]).abs() < 1e-8);
        assert!((filters[0].1 + filters[1].1).abs() < 1e-8);
    }

    #[test]
    fn huge_logits_give_finite_losses() {
        assert!((cross_entropy(&[1e4, 0.0], 1) - 1e4).abs() < 1e-9);
        assert!(cross_entropy(&[1e4, 0.0], 0).abs() < 1e-9);
    }
}
