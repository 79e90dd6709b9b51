//! Whose fault an error is.

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The picture cannot be used: another picture, or another format of it, will do.
    Image,
    /// The weights file cannot be used: it is damaged, foreign or newer than this program.
    Model,
    /// A request makes no sense for this model: a class that it does not know, a size that it does not take.
    Request,
    /// The device failed or computed something wrong: another device will do.
    Device,
}
