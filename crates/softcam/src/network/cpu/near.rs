//! Runs near one that was kept.

use super::kept::Run;
use super::{CpuNetwork, means};
use crate::error::Result;
use crate::evidence::EvidenceMaps;
use crate::network::near::{Area, Kept, Parts, State, lay, means_near};
use crate::network::output::{Output, Sums};
use crate::pause::{Pause, check};
use softcam_kernels::{Planes, Workspace};

/// Bytes of a kept run at most: EfficientNet-Lite0 takes 14 MB at 224 px. Beyond, every picture is run as a whole.
const MOST_BYTES: usize = 160 << 20;

impl Parts for Workspace {
    fn part(&mut self, planes: &Planes, area: &Area) -> Planes {
        planes.part(area.rows.clone(), area.columns.clone(), self)
    }

    fn laid(&mut self, mut planes: Planes, part: &Planes, at: [isize; 2]) -> Planes {
        planes.lay(part, at);
        planes
    }

    fn copied(&mut self, planes: &Planes) -> Planes {
        planes.copied(self)
    }

    fn size(planes: &Planes) -> [usize; 2] {
        let [_, _, height, width] = planes.shape();
        [height, width]
    }

    fn means(planes: &Planes) -> Vec<f32> {
        means(&planes.to_nchw(), planes.shape())
    }
}

impl CpuNetwork {
    /// Runs one image and keeps what every block gives, for [`Self::run_near`]; a run that was kept before is forgotten.
    pub(in crate::network) async fn keep(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<()> {
        self.forget();
        let mut workspace = self.blocks.lend();
        let run = self
            .kept_run(values, size, watched, &mut workspace, pause)
            .await;
        self.blocks.give_back(workspace);
        *self.kept() = run?;
        Ok(())
    }

    /// Lets go of the run that was kept, and of its memory.
    pub(in crate::network) fn forget(&self) {
        drop(self.kept().take());
    }

    /// Runs one image; where it differs from the one whose run was kept in a small rectangle, only what that reaches.
    pub(in crate::network) async fn run_near(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Output> {
        let Some(run) = self.kept_for(values, size) else {
            return self.run(values, size, watched, pause).await;
        };
        let output = match Area::of_difference(&run.values, values, [size, size]) {
            None => Ok(run.output.clone()),
            Some(area) => {
                let mut workspace = self.blocks.lend();
                let passed = self
                    .near(&run, values, area, watched, &mut workspace, pause)
                    .await;
                let output = passed.and_then(|(state, features)| {
                    let maps = self.maps_near(&run, state, &mut workspace);
                    let output = output_of(&maps, features);
                    workspace.recycle(maps);
                    output
                });
                self.blocks.give_back(workspace);
                output
            }
        };
        *self.kept() = Some(run);
        output
    }

    /// The same without maps.
    pub(in crate::network) async fn answer_near(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Sums> {
        let Some(run) = self.kept_for(values, size) else {
            return self.answer(values, size, watched, pause).await;
        };
        let mut workspace = self.blocks.lend();
        let sums = match Area::of_difference(&run.values, values, [size, size]) {
            None => Ok(self.sums(&run.means, run.output.features.clone(), &mut workspace)),
            Some(area) => {
                let passed = self
                    .near(&run, values, area, watched, &mut workspace, pause)
                    .await;
                passed.map(|(state, features)| {
                    let last = (&run.kept.0[self.reaches.len()], &run.means[..]);
                    let means = means_near(&state, last, &mut workspace);
                    let (State::Whole(rest) | State::Part { part: rest, .. }) = state;
                    workspace.recycle(rest);
                    self.sums(&means, features, &mut workspace)
                })
            }
        };
        self.blocks.give_back(workspace);
        *self.kept() = Some(run);
        sums
    }

    /// The kept run, taken out, where it is one on a picture as large as `values`.
    fn kept_for(&self, values: &[f32], size: usize) -> Option<Run> {
        let kept = self.kept().take();
        kept.filter(|run| run.size == size && run.values.len() == values.len())
    }

    /// Nothing where it would take too much memory.
    async fn kept_run(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        workspace: &mut Workspace,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Option<Run>> {
        let mut kept = vec![workspace.planes_from_nchw(values, [1, 3, size, size])];
        let mut bytes = 0;
        for index in 0..self.reaches.len() {
            check(pause).await?;
            let input = &kept[index];
            bytes += input.byte_len();
            if bytes > MOST_BYTES {
                return Ok(None);
            }
            let output = self.blocks.blocks.forward_one(index, input, workspace);
            kept.push(output);
        }
        check(pause).await?;
        let last = kept.len() - 1;
        let maps = self.evidence.run(&kept[last], None, workspace);
        let means = Workspace::means(&kept[last]);
        let features = watched.map_or_else(|| means.clone(), |at| Workspace::means(&kept[at]));
        let output = output_of(&maps, features)?;
        Ok(Some(Run {
            means,
            values: values.to_vec(),
            size,
            kept: Kept(kept),
            maps,
            output,
        }))
    }

    /// What lies behind the last block, and the features' means.
    async fn near(
        &self,
        run: &Run,
        values: &[f32],
        area: Area,
        watched: Option<usize>,
        workspace: &mut Workspace,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<(State<Planes>, Vec<f32>)> {
        let image = workspace.planes_from_nchw(values, [1, 3, run.size, run.size]);
        let mut state = State::new(&image, area, workspace);
        workspace.recycle(image);
        let (blocks, last) = (&self.blocks.blocks, self.reaches.len());
        let watched = watched.unwrap_or(last);
        let mut features = None;
        for index in 0..last {
            check(pause).await?;
            state = state.step(index, (blocks, &self.reaches), &run.kept, workspace);
            if index + 1 == watched {
                let base = (&run.kept.0[watched], &run.output.features[..]);
                features = Some(means_near(&state, base, workspace));
            }
        }
        check(pause).await?;
        let features = features.unwrap_or_else(|| run.output.features.clone());
        Ok((state, features))
    }

    fn maps_near(&self, run: &Run, state: State<Planes>, workspace: &mut Workspace) -> Planes {
        match state {
            State::Whole(planes) => {
                let maps = self.evidence.run(&planes, None, workspace);
                workspace.recycle(planes);
                maps
            }
            State::Part { area, part } => {
                let maps = run.maps.copied(workspace);
                let whole = Area::whole(Workspace::size(&maps));
                let maps = match area.is_empty() {
                    true => maps,
                    false => {
                        let evidence = self.evidence.run(&part, None, workspace);
                        let maps = lay(maps, &evidence, &area, &whole, workspace);
                        workspace.recycle(evidence);
                        maps
                    }
                };
                workspace.recycle(part);
                maps
            }
        }
    }
}

/// Maps with their means, and the features' means.
fn output_of(maps: &Planes, features: Vec<f32>) -> Result<Output> {
    let shape = maps.shape();
    let [_, classes, height, width] = shape;
    let values = maps.to_nchw();
    let logits = means(&values, shape);
    Ok(Output {
        maps: EvidenceMaps::new(classes, height, width, values)?,
        logits,
        features,
    })
}
