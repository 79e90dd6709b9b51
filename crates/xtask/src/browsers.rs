//! Browsers for the tests: found, or installed.

use crate::command::step;
use crate::setup::{apt_install, which};
use anyhow::Context;
use std::path::PathBuf;

/// What browsers are made of. The page's main job is tried on each, all else on Chromium.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// The variable that names another program.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "SOFTCAM_CHROMIUM",
            Self::Firefox => "SOFTCAM_FIREFOX",
            Self::Webkit => "SOFTCAM_WEBKIT",
        }
    }

    /// Names of the program that the tests start. Of WebKit it is the driver, which starts a browser that comes with it.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome"],
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Webkit => &["WebKitWebDriver"],
        }
    }

    /// Programs that it does not run without.
    fn companions(self) -> &'static [&'static str] {
        match self {
            Self::Chromium | Self::Firefox => &[],
            // A screen for a browser that cannot do without one.
            Self::Webkit => &["xvfb-run", "xauth"],
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium"],
            Self::Firefox => &["firefox-esr"],
            Self::Webkit => &["webkit2gtk-driver", "xvfb", "xauth"],
        }
    }
}

/// The browser of most tests.
pub fn chromium() -> anyhow::Result<PathBuf> {
    program(Engine::Chromium)
}

/// The program of each engine, installed where it is missing.
pub fn install(engines: &[Engine]) -> anyhow::Result<Vec<(Engine, PathBuf)>> {
    engines
        .iter()
        .map(|&engine| Ok((engine, program(engine)?)))
        .collect()
}

fn program(engine: Engine) -> anyhow::Result<PathBuf> {
    let named = std::env::var_os(engine.variable()).map(PathBuf::from);
    let found = || {
        let complete = engine.companions().iter().all(|name| which(name).is_some());
        let program =
            (named.clone()).or_else(|| engine.programs().iter().find_map(|name| which(name)));
        program.filter(|_| complete)
    };
    if let Some(program) = found() {
        return Ok(program);
    }
    let name = engine.name();
    step(&format!("Installing what {name} needs"));
    apt_install(engine.packages()).with_context(|| {
        format!("the tests need {name}; `cargo xtask test --engines` chooses others, --no-browser leaves all out")
    })?;
    found().with_context(|| {
        let variable = engine.variable();
        format!("{name} is still not on the path; set {variable} to its program")
    })
}
