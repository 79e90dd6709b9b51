//! What a taught model is worth, for people.

use super::told::Told;
use crate::failure::Result;
use softcam_teach::Warning;
use std::io::Write;

/// Prints classes, accuracy, who was called what, and what to beware of.
pub fn write(told: &Told, out: &mut impl Write) -> Result<()> {
    let Told {
        title,
        classes,
        files,
        report,
        ..
    } = told;
    writeln!(out, "{title}")?;
    for (name, (pictures, independent)) in
        (classes.iter()).zip(report.pictures.iter().zip(&report.independent))
    {
        writeln!(
            out,
            "  {name}: {pictures} pictures, {independent} of them independent"
        )?;
    }
    match &report.accuracy {
        Some(accuracy) => {
            writeln!(
                out,
                "accuracy {:.3} ({:.3} to {:.3}), cross-validated in {} folds; penalty {}",
                accuracy.share, accuracy.low, accuracy.high, accuracy.folds, report.penalty
            )?;
            for (name, row) in classes.iter().zip(&report.confusion) {
                let calls: Vec<String> = (classes.iter().zip(row))
                    .filter(|(_, count)| **count > 0)
                    .map(|(called, count)| format!("{called} {count}"))
                    .collect();
                writeln!(out, "  {name} was called: {}", calls.join(", "))?;
            }
        }
        None => writeln!(
            out,
            "accuracy: not measured, since a class has one burst alone"
        )?,
    }
    for warning in &report.warnings {
        writeln!(out, "beware: {}", sentence(warning, classes, files))?;
    }
    writeln!(
        out,
        "Not for medical pictures: no diagnosis, no medical device. It names one of its classes for any picture."
    )?;
    Ok(())
}

fn sentence(warning: &Warning, classes: &[String], files: &[&str]) -> String {
    match warning {
        Warning::Few { class, count } => {
            format!(
                "{} has {count} pictures; at least 8 are better.",
                classes[*class]
            )
        }
        Warning::OneBurst { class } => format!(
            "all pictures of {} are from one burst, or nearly the same; take others.",
            classes[*class]
        ),
        Warning::OneSided { most, fewest } => format!(
            "{} has more than three times the pictures of {}, and will be said more often.",
            classes[*most], classes[*fewest]
        ),
        Warning::Contradiction { first, second } => format!(
            "{} and {} are nearly the same picture in two classes.",
            files[*first], files[*second]
        ),
        Warning::Alike { pictures } => {
            let names: Vec<&str> = pictures.iter().map(|index| files[*index]).collect();
            format!("nearly the same as others: {}.", names.join(", "))
        }
    }
}
