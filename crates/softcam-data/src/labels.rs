//! From what a table says to the classes of a model.

use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// Which class each label of a table stands for. Several labels may stand for one class; what has none is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMap {
    classes: BTreeMap<String, usize>,
}

impl LabelMap {
    /// Reads `VALUE=CLASS,VALUE=CLASS`. VALUE is a cell of the table, spaces within it included, commas not; CLASS is
    /// the name of one of `classes` (or, where the name is a list of synonyms, one of them) or its index. A name
    /// comes before an index, so that a class named "2" can be named.
    pub fn parse(text: &str, classes: &[String]) -> Result<Self> {
        let mut map = BTreeMap::new();
        for part in text.split(',') {
            let form = || Error::MapForm {
                part: part.trim().to_owned(),
            };
            let (value, class) = part.rsplit_once('=').ok_or_else(form)?;
            let (value, class) = (value.trim(), class.trim());
            if value.is_empty() || class.is_empty() {
                return Err(form());
            }
            if map
                .insert(value.to_owned(), find(class, classes)?)
                .is_some()
            {
                return Err(Error::MapRepeats {
                    value: value.to_owned(),
                });
            }
        }
        Ok(Self { classes: map })
    }

    /// Reads `COLUMN=CLASS,COLUMN`, where a column may be called like its class; else as [`LabelMap::parse`].
    pub fn of_columns(text: &str, classes: &[String]) -> Result<Self> {
        let twice = |part: &str| match part.contains('=') {
            true => part.to_owned(),
            false => format!("{part}={part}"),
        };
        let pairs: Vec<String> = text.split(',').map(twice).collect();
        Self::parse(&pairs.join(","), classes)
    }

    /// The labels, ascending, with the class of each.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, usize)> {
        let pairs = self.classes.iter();
        pairs.map(|(label, class)| (label.as_str(), *class))
    }

    /// The map of labels that are themselves names of classes, as those of folders are.
    pub fn by_name<'a>(
        labels: impl IntoIterator<Item = &'a str>,
        classes: &[String],
    ) -> Result<Self> {
        let pairs = labels
            .into_iter()
            .map(|label| Ok((label.to_owned(), find(label, classes)?)));
        Ok(Self {
            classes: pairs.collect::<Result<_>>()?,
        })
    }

    /// The class of a label, space around it aside. Numbers are the same however they are written: tables that a program
    /// has filled have `1.0` where the map says `1`.
    pub fn class(&self, label: &str) -> Option<usize> {
        let label = label.trim();
        let same_number = || {
            let number: f64 = label.parse().ok()?;
            let mut classes = self.classes.iter();
            classes.find(|(value, _)| value.parse() == Ok(number))
        };
        (self.classes.get(label).copied()).or_else(|| same_number().map(|(_, class)| *class))
    }
}

fn find(given: &str, classes: &[String]) -> Result<usize> {
    let same = |name: &str| name.trim().eq_ignore_ascii_case(given);
    let exact = || classes.iter().position(|name| name == given);
    let without_case = || classes.iter().position(|name| same(name));
    let synonym = || classes.iter().position(|name| name.split(',').any(same));
    let index = || given.parse().ok().filter(|index| *index < classes.len());
    (exact()
        .or_else(without_case)
        .or_else(synonym)
        .or_else(index))
    .ok_or_else(|| Error::NoSuchClass {
        given: given.to_owned(),
        classes: classes.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn classes() -> Vec<String> {
        ["healthy", "ill", "tabby, tabby cat", "0"]
            .map(String::from)
            .to_vec()
    }

    #[test]
    fn names_synonyms_and_indices() {
        let text =
            "No Lung Opacity / Not Normal=healthy, Lung Opacity = ILL,a=b=1,cat=tabby cat,x=0";
        let map = LabelMap::parse(text, &classes()).unwrap();
        for (label, class) in [
            ("No Lung Opacity / Not Normal", Some(0)),
            (" Lung Opacity ", Some(1)),
            ("a=b", Some(1)),
            ("cat", Some(2)),
            ("x", Some(3)),
            ("lung opacity", None),
            ("", None),
        ] {
            assert_eq!(map.class(label), class, "{label}");
        }
        let named = LabelMap::by_name(["Ill", "healthy"], &classes()).unwrap();
        assert_eq!(named.class("Ill"), Some(1));
        assert!(LabelMap::by_name(["sick"], &classes()).is_err());
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let map = LabelMap::parse("0=healthy,1.0=ill,-1=0", &classes()).unwrap();
        for (label, class) in [
            ("0.0", Some(0)),
            ("1", Some(1)),
            ("1.00", Some(1)),
            ("-1.0", Some(3)),
            ("2", None),
            ("NaN", None),
            ("", None),
        ] {
            assert_eq!(map.class(label), class, "{label}");
        }
    }

    #[test]
    fn columns_may_be_called_like_their_classes() {
        let map = LabelMap::of_columns("Ill, sound = healthy,x=3", &classes()).unwrap();
        let pairs: Vec<_> = map.pairs().collect();
        assert_eq!(pairs, [("Ill", 1), ("sound", 0), ("x", 3)]);
        for text in ["", "Ill,,x=3", "sound", "Ill,Ill"] {
            assert!(LabelMap::of_columns(text, &classes()).is_err(), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let refused = |text: &str| {
            let error = LabelMap::parse(text, &classes()).unwrap_err();
            format!("{error} {}", error.advice())
        };
        for (text, expected) in [
            ("", "\"\""),
            ("NORMAL", "\"NORMAL\""),
            ("NORMAL=healthy,", "\"\""),
            ("=healthy", "\"=healthy\""),
            ("NORMAL=", "\"NORMAL=\""),
            ("a=0,a=1", "\"a\" twice"),
            ("a=helthy", "Did you mean \"healthy\"?"),
            ("a=9", "1 \"ill\""),
            ("a=-1", "no class \"-1\""),
        ] {
            let text = refused(text);
            assert!(text.contains(expected), "no {expected} in {text}");
        }
    }
}
