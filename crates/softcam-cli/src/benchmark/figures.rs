//! What is measured of explanations, and what a figure means.

use clap::ValueEnum;

/// Groups of figures that are measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Group {
    /// Against boxes: activation precision and sensitivity, pointing game. No further runs of the network.
    Localisation,
    /// Against boxes: precision of the 1 to 30 patches with the most evidence. No further runs.
    TopK,
    /// Share of cells that speak for the finding where it is (r+), and against it where it is not (r-). No further runs.
    Consistency,
    /// The paper's faithfulness: the patches with the most evidence deleted one after the other, AUDC. 29 runs per map.
    Patches,
    /// The shown class's probability while pixels are deleted, those with the most evidence first. One run per step.
    Deletion,
    /// The same while pixels are added to a blurred picture. One run per step.
    Insertion,
    /// Remove and debias: pixels replaced by noisy linear imputation, most and least relevant first. 18 runs per map.
    Road,
    /// Share of the evidence outside of the picture's content: borders and black surrounds. No further runs.
    Outside,
    /// How few cells hold the evidence. No further runs.
    Gini,
    /// How much the map changes with slight noise and shifts. The method again for each.
    Stability,
    /// How like the map still is when layers are shuffled, from the last one down. The method again for each.
    Randomisation,
}

impl Group {
    /// Those that are measured where nothing else is said.
    pub const CHEAP: [Self; 8] = [
        Self::Localisation,
        Self::TopK,
        Self::Consistency,
        Self::Patches,
        Self::Deletion,
        Self::Insertion,
        Self::Outside,
        Self::Gini,
    ];

    /// Whether it is measured on few pictures, for what it costs.
    pub fn is_costly(self) -> bool {
        matches!(self, Self::Road | Self::Stability | Self::Randomisation)
    }

    /// Whether the method runs again for it, several times.
    pub fn runs_again(self) -> bool {
        matches!(self, Self::Stability | Self::Randomisation)
    }

    /// As on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

/// Which end is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How pictures come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The mean over pictures of a value.
    Mean,
    /// The mean over pictures of a value's size, whatever its sign.
    Size,
    /// Parts over wholes, each added up over pictures; of a curve the place with this index.
    Ratio(usize),
}

/// One figure of a table.
#[derive(Debug)]
pub struct Figure {
    /// In files.
    pub id: &'static str,
    /// In tables.
    pub name: &'static str,
    /// Measured with.
    pub group: Group,
    /// Which end is good.
    pub better: Better,
    /// How pictures come together.
    pub kind: Kind,
    /// What it says, as a sentence.
    pub about: &'static str,
}

/// Place in a top-k curve that the table shows: k = 10.
pub const SHOWN_K: usize = 9;

use Better::{Higher, Lower};

/// Everything that tables show, in their order.
pub static FIGURES: [Figure; 18] = [
    mean(
        "activation_precision",
        "activation precision",
        Group::Localisation,
        Higher,
        "Share of the positive evidence that lies inside of the boxes.",
    ),
    mean(
        "activation_sensitivity",
        "activation sensitivity",
        Group::Localisation,
        Higher,
        "Mean evidence inside of the boxes as a share of the largest.",
    ),
    mean(
        "pointing",
        "pointing game",
        Group::Localisation,
        Higher,
        "Share of pictures whose largest evidence lies in a box.",
    ),
    mean(
        "pointing_15px",
        "pointing game, 15 px",
        Group::Localisation,
        Higher,
        "The same with a tolerance of 15 pixels of the input.",
    ),
    Figure {
        id: "top_k",
        name: "top-10 precision",
        group: Group::TopK,
        better: Higher,
        kind: Kind::Ratio(SHOWN_K),
        about: "Of the 10 patches with the most evidence, the share that touches a box.",
    },
    mean(
        "r_plus",
        "r+",
        Group::Consistency,
        Higher,
        "Share of cells that speak for the finding on pictures that show it; of methods with a sign.",
    ),
    mean(
        "r_minus",
        "r−",
        Group::Consistency,
        Higher,
        "Share of cells that speak against the finding on pictures that do not show it; of methods with a sign.",
    ),
    mean(
        "patches",
        "AUDC",
        Group::Patches,
        Lower,
        "Area under the probability while the patches with the most evidence are deleted; the paper's faithfulness.",
    ),
    mean(
        "deletion",
        "deletion",
        Group::Deletion,
        Lower,
        "Area under the shown class's probability while pixels are deleted, most evidence first.",
    ),
    mean(
        "insertion",
        "insertion",
        Group::Insertion,
        Higher,
        "Area under the shown class's probability while pixels are added to a blurred picture, most evidence first.",
    ),
    mean(
        "road_most",
        "ROAD, most relevant first",
        Group::Road,
        Lower,
        "Mean probability with the most relevant pixels replaced by what surrounds them.",
    ),
    mean(
        "road_least",
        "ROAD, least relevant first",
        Group::Road,
        Higher,
        "Mean probability with the least relevant pixels replaced.",
    ),
    mean(
        "road",
        "ROAD, combined",
        Group::Road,
        Higher,
        "Half the difference of the two above.",
    ),
    mean(
        "outside",
        "evidence outside",
        Group::Outside,
        Lower,
        "Share of the absolute evidence outside of the picture's content.",
    ),
    mean(
        "gini",
        "Gini",
        Group::Gini,
        Higher,
        "0 where all cells are alike, near 1 where few hold everything.",
    ),
    mean(
        "change",
        "largest change",
        Group::Stability,
        Lower,
        "Largest relative change of the map under slight noise and shifts.",
    ),
    mean(
        "rank",
        "rank correlation",
        Group::Stability,
        Higher,
        "Rank correlation of the maps of slightly changed pictures with the map.",
    ),
    Figure {
        id: "randomised",
        name: "likeness when shuffled",
        group: Group::Randomisation,
        better: Lower,
        kind: Kind::Size,
        about: "Size of the rank correlation of absolute values with the map of the network whose layers are all shuffled: 0 for a map that explains the network.",
    },
];

const fn mean(
    id: &'static str,
    name: &'static str,
    group: Group,
    better: Better,
    about: &'static str,
) -> Figure {
    Figure {
        id,
        name,
        group,
        better,
        kind: Kind::Mean,
        about,
    }
}

/// The figure with this id.
pub fn by_id(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_figure_and_no_id_is_there_twice() {
        for group in Group::value_variants() {
            assert!(
                FIGURES.iter().any(|figure| figure.group == *group),
                "{group:?}"
            );
        }
        for figure in &FIGURES {
            assert!(
                std::ptr::eq(by_id(figure.id).unwrap(), figure),
                "{}",
                figure.id
            );
            assert!(figure.about.ends_with('.'), "{}", figure.id);
        }
    }
}
