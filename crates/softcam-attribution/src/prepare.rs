//! From a method's name to its plan.

use crate::method::Method;
use crate::methods::{
    ablation_cam, edges, grad_cam, grad_cam_plus_plus, guided_backprop, hires_cam,
    integrated_gradients, layer, layer_cam, occlusion, random, rise, score_cam, smooth_grad,
    soft_cam,
};
use crate::options::Options;
use crate::plan::Plan;
use crate::steps::{Single, Steps};
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

impl<'a> Plan<'a> {
    /// Prepares `method`. Where it needs what the network says of the picture itself before its passes, the network runs
    /// here, once or twice.
    ///
    /// # Errors
    ///
    /// Where there is no such class or layer, or an option is out of range.
    pub fn new(
        subject: &'a Subject<'a>,
        method: Method,
        target: Target,
        options: &Options,
    ) -> Result<Self> {
        target.check(subject.classifier().classes())?;
        let options = *options;
        let cam = |map: CamMap| -> Result<Box<dyn Steps + 'a>> {
            layer::chosen(subject, &options)?;
            let run = move || map(subject, target, &options);
            Ok(Box::new(Single::new(run)))
        };
        let steps: Box<dyn Steps + 'a> = match method {
            Method::SoftCam => Box::new(Single::new(move || soft_cam::map(subject, target))),
            Method::GradCam => cam(grad_cam::signed)?,
            Method::GradCamClipped => cam(grad_cam::positive)?,
            Method::GradCamPlusPlus => cam(grad_cam_plus_plus::map)?,
            Method::LayerCam => cam(layer_cam::map)?,
            Method::HiResCam => cam(hires_cam::map)?,
            Method::ScoreCam => Box::new(score_cam::ScoreCam::new(subject, target, &options)?),
            Method::AblationCam => {
                Box::new(ablation_cam::AblationCam::new(subject, target, &options)?)
            }
            Method::GuidedBackprop => {
                Box::new(Single::new(move || guided_backprop::map(subject, target)))
            }
            Method::IntegratedGradients => Box::new(
                integrated_gradients::IntegratedGradients::new(subject, target, &options)?,
            ),
            Method::SmoothGrad => {
                Box::new(smooth_grad::SmoothGrad::drawn(subject, target, &options)?)
            }
            Method::Occlusion => Box::new(occlusion::Occlusion::new(subject, target, &options)?),
            Method::Rise => Box::new(rise::Rise::drawn(subject, target, &options)?),
            Method::Random => Box::new(Single::new(move || Ok(random::map(subject, options.seed)))),
            Method::Edges => Box::new(Single::new(|| Ok(edges::map(subject)))),
        };
        Ok(Self::of(method, steps))
    }
}

/// A class activation map from one way there and back.
type CamMap = fn(&Subject, Target, &Options) -> Result<Map>;
