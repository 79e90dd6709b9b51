//! One method per file.

pub mod ablation_cam;
pub mod edges;
pub mod grad_cam;
pub mod grad_cam_plus_plus;
pub mod guided_backprop;
pub mod hires_cam;
pub mod integrated_gradients;
pub(crate) mod layer;
pub mod layer_cam;
pub mod occlusion;
pub mod random;
pub mod rise;
pub mod score_cam;
pub mod smooth_grad;
pub mod soft_cam;
