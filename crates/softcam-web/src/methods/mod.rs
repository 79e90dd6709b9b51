//! Other methods of explanation, and how well a map stands up when the picture is changed in its order.

mod attribution;
mod curve;
mod network;
mod subject;
mod types;

pub use attribution::Attribution;
pub use curve::Curve;
pub use network::Network;
pub use subject::Subject;
