//! Dealing pictures into train, tune and check, the same for every command that does it.

use crate::failure::{Context, Failure};
use softcam_data::{Item, composed, split};
use std::collections::BTreeSet;
use std::path::Path;

/// To learn from.
pub const TRAIN: &str = "train";
/// To choose by.
pub const TUNE: &str = "tune";
/// To measure on.
pub const CHECK: &str = "check";

/// Gives every picture a part by `shares` of train, tune and check; `pinned` files, and all pictures of the same patients,
/// are in train whatever the seed says.
///
/// # Errors
///
/// Where there are not three shares, or they do not add up to 1.
pub fn deal(
    items: &mut [Item],
    shares: &[f64],
    seed: u64,
    pinned: &BTreeSet<String>,
) -> crate::failure::Result<()> {
    let [train, tune, check] = shares[..] else {
        return Err(Failure::new(
            "--split takes three shares.",
            "Give those of train, tune and check, as in 0.6,0.2,0.2.",
        ));
    };
    let shares = [(TRAIN, train), (TUNE, tune), (CHECK, check)];
    let shares: Vec<(&str, f64)> = shares
        .into_iter()
        .filter(|(_, share)| *share > 0.0)
        .collect();
    split(items, &shares, seed)?;
    let units: BTreeSet<String> = (items.iter())
        .filter(|item| pinned.contains(&composed(&item.file)))
        .map(|item| item.unit().to_owned())
        .collect();
    for item in items {
        if units.contains(item.unit()) {
            item.part = Some(TRAIN.to_owned());
        }
    }
    Ok(())
}

/// Goes on a sentence about rows that say again what an earlier one did; nothing where there are none.
pub fn repeated(rows: usize) -> String {
    match rows {
        0 => String::new(),
        1 => ", 1 row repeats another and counts once with it".to_owned(),
        rows => format!(", {rows} rows repeat others and count once with them"),
    }
}

/// The column `file` of a table.
pub fn pinned(path: &Path) -> crate::failure::Result<BTreeSet<String>> {
    let context = || format!("cannot use {}", path.display());
    let mut table = csv::Reader::from_path(path).with_context(context)?;
    let headers = table.headers().with_context(context)?;
    let column = headers.iter().position(|name| name.trim() == "file");
    let column = column.with_context(|| format!("{} has no column file", path.display()))?;
    let rows = table
        .records()
        .map(|row| Ok(composed(row?.get(column).unwrap_or_default().trim())));
    rows.collect::<Result<_, csv::Error>>()
        .with_context(context)
}
