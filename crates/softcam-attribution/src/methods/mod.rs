//! One method per file.

pub mod edges;
pub mod occlusion;
pub mod random;
pub mod rise;
pub mod soft_cam;
