//! Operations in the order in which they ran, and the way back through them.

use super::layer::Layer;
use super::weights::WeightGradients;
use crate::network::blocks::{Kernels, in_turn};
use crate::weights::LayerWeights;
use softcam_kernels::backward::Rule;
use softcam_kernels::{Chain, Convolution, ConvolutionSpec, Planes, Pool, Workspace};
use std::sync::Arc;

/// What an operation gave.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub planes: Arc<Planes>,
    /// Its operation's place on the tape, where there is one.
    pub place: usize,
}

/// What gave a value, and the places of what it read.
#[derive(Debug)]
enum Operation {
    /// Nothing: the run began with it.
    Given,
    Convolution {
        layer: Arc<Layer>,
        input: usize,
        /// Added before the activation.
        residual: Option<usize>,
    },
    Pool {
        pool: Pool,
        input: usize,
    },
    Concatenate {
        first: usize,
        second: usize,
    },
}

/// What a way back is for.
pub(super) struct Way<'a> {
    pub rule: Rule,
    /// Where the gradient is wanted; nowhere where only weights are of interest.
    pub to: Option<usize>,
    /// Grow by what the weights contribute.
    pub weights: Option<&'a mut WeightGradients>,
}

/// The CPU's kernels, with a record of what they did if there is to be one.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub workspace: Workspace,
    /// Every operation with what it gave.
    record: Option<Vec<(Operation, Arc<Planes>)>>,
}

impl Tape {
    /// Computes and keeps nothing.
    pub(super) fn forgetful(workspace: Workspace) -> Self {
        Self {
            workspace,
            record: None,
        }
    }

    /// Keeps all that it computes.
    pub(super) fn recording(workspace: Workspace) -> Self {
        Self {
            workspace,
            record: Some(Vec::new()),
        }
    }

    /// What a run begins with.
    pub(super) fn given(&mut self, planes: Planes) -> Value {
        self.keep(Operation::Given, planes)
    }

    /// The planes of `value`: its own where nothing else holds them, else a copy.
    pub(super) fn own_planes(&mut self, value: Value) -> Planes {
        Arc::try_unwrap(value.planes).unwrap_or_else(|planes| planes.copied(&mut self.workspace))
    }

    fn keep(&mut self, operation: Operation, planes: Planes) -> Value {
        let planes = Arc::new(planes);
        let place = match &mut self.record {
            Some(record) => {
                record.push((operation, planes.clone()));
                record.len() - 1
            }
            None => 0,
        };
        Value { planes, place }
    }

    fn step(&mut self, layer: &Arc<Layer>, input: &Value, residual: Option<&Value>) -> Value {
        let summand = residual.map(|residual| &*residual.planes);
        let output = (layer.forward).run(&input.planes, summand, &mut self.workspace);
        let operation = Operation::Convolution {
            layer: layer.clone(),
            input: input.place,
            residual: residual.map(|residual| residual.place),
        };
        self.keep(operation, output)
    }

    /// Hands `gradient`, by what lies at `from`, back through all that was recorded before. `workspace` lends the memory.
    ///
    /// Gives the gradient by what lies at `way.to`, on which the rest must depend through recorded operations alone.
    pub(super) fn backward(
        &self,
        gradient: Planes,
        from: usize,
        mut way: Way<'_>,
        workspace: &mut Workspace,
    ) -> Option<Planes> {
        let record = self.record.as_deref().unwrap_or_default();
        let shape_of = |place: usize| record[place].1.shape();
        let mut gradients = Gradients((0..=from).map(|_| None).collect());
        gradients.add(from, gradient, workspace);
        let first = way.to.map_or(0, |to| to + 1);
        for place in (first..=from).rev() {
            let (operation, output) = &record[place];
            let Some(mut gradient) = gradients.0[place].take() else {
                continue;
            };
            match operation {
                Operation::Given => workspace.recycle(gradient),
                Operation::Convolution {
                    layer,
                    input,
                    residual,
                } => {
                    let activation = layer.forward.spec().activation;
                    activation.backward(output, &mut gradient, way.rule);
                    if let Some(sums) = &mut way.weights {
                        sums.accumulate(&layer.name, &record[*input].1, &gradient, workspace);
                    }
                    // What the run began with has no gradient unless that was asked for.
                    if way.to.is_some() || *input > 0 {
                        let [_, _, height, width] = shape_of(*input);
                        let turned = layer.input_gradient();
                        let by_input = turned.run(&gradient, [height, width], workspace);
                        gradients.add(*input, by_input, workspace);
                    }
                    match residual {
                        Some(residual) => gradients.add(*residual, gradient, workspace),
                        None => workspace.recycle(gradient),
                    }
                }
                Operation::Pool { pool, input } => {
                    let by_input = pool.backward(&record[*input].1, &gradient, workspace);
                    gradients.add(*input, by_input, workspace);
                    workspace.recycle(gradient);
                }
                Operation::Concatenate { first, second } => {
                    let [_, channels, _, _] = shape_of(*first);
                    let [by_first, by_second] = gradient.split(channels, workspace);
                    gradients.add(*first, by_first, workspace);
                    gradients.add(*second, by_second, workspace);
                    workspace.recycle(gradient);
                }
            }
        }
        let to = way.to?;
        Some((gradients.0[to].take()).unwrap_or_else(|| workspace.zeros(shape_of(to))))
    }

    /// Memory for later runs. What somebody still holds a value of stays theirs.
    pub(super) fn into_workspace(self) -> Workspace {
        let mut workspace = self.workspace;
        for (_, planes) in self.record.into_iter().flatten() {
            if let Some(planes) = Arc::into_inner(planes) {
                workspace.recycle(planes);
            }
        }
        workspace
    }
}

/// Gradients by what lies at each place, as far as they are known.
struct Gradients(Vec<Option<Planes>>);

impl Gradients {
    fn add(&mut self, place: usize, gradient: Planes, workspace: &mut Workspace) {
        match &mut self.0[place] {
            Some(sum) => {
                sum.add(&gradient);
                workspace.recycle(gradient);
            }
            empty => *empty = Some(gradient),
        }
    }
}

impl Kernels for Tape {
    type Planes = Value;
    type Convolution = Arc<Layer>;
    type Chain = Vec<Arc<Layer>>;

    fn prepare(
        &self,
        name: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Arc<Layer> {
        Arc::new(Layer::new(name, spec, weights, bias))
    }

    fn chain(convolutions: Vec<Arc<Layer>>) -> Vec<Arc<Layer>> {
        convolutions
    }

    fn convolve(&mut self, convolution: &Arc<Layer>, input: &Value) -> Value {
        self.step(convolution, input, None)
    }

    fn run(&mut self, chain: &Vec<Arc<Layer>>, input: &Value, residual: Option<&Value>) -> Value {
        if self.record.is_some() {
            return in_turn(chain, input, residual, |layer, input, residual| {
                self.step(layer, input, residual)
            });
        }
        let convolutions: Vec<&Convolution> = chain.iter().map(|layer| &layer.forward).collect();
        let residual = residual.map(|residual| &*residual.planes);
        let output = Chain::run_all(&convolutions, &input.planes, residual, &mut self.workspace);
        self.keep(Operation::Given, output)
    }

    fn pool(&mut self, pool: &Pool, input: &Value) -> Value {
        let output = pool.run(&input.planes, &mut self.workspace);
        let operation = Operation::Pool {
            pool: *pool,
            input: input.place,
        };
        self.keep(operation, output)
    }

    fn concatenate(&mut self, first: &Value, second: &Value) -> Value {
        let parts = [&*first.planes, &*second.planes];
        let output = Planes::concatenate(&parts, &mut self.workspace);
        let operation = Operation::Concatenate {
            first: first.place,
            second: second.place,
        };
        self.keep(operation, output)
    }

    /// A tape that records holds the planes too, and then this gives nothing back.
    fn recycle(&mut self, value: Value) {
        if let Some(planes) = Arc::into_inner(value.planes) {
            self.workspace.recycle(planes);
        }
    }
}
