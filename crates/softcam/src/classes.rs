//! Finding a class by what a person types.

use crate::error::{Result, error};

/// The index of the class that `query` names: its number, its whole name, one of its comma-separated synonyms, or a
/// part of just one name. Whole words are preferred to beginnings of words, and those to other parts. Case does not
/// matter.
pub fn find_class(classes: &[String], query: &str) -> Result<usize> {
    let wanted = query.trim().to_lowercase();
    let number = wanted.parse::<i128>();
    if let Some(index) = number.iter().find_map(|&n| usize::try_from(n).ok())
        && index < classes.len()
    {
        return Ok(index);
    }
    let mut found: Vec<(Fit, usize)> = (0..classes.len())
        .filter_map(|index| Some((Fit::of(&classes[index], &wanted)?, index)))
        .collect();
    // A number that is too large is a mistake, not a part of a name.
    found.retain(|(fit, _)| number.is_err() || *fit == Fit::Exact);
    let best = found.iter().map(|(fit, _)| *fit).min();
    let indices = found.iter().filter(|(fit, _)| Some(*fit) == best);
    let indices: Vec<usize> = indices.map(|(_, index)| *index).collect();
    match indices[..] {
        [only] => Ok(only),
        [] if wanted.is_empty() || number.is_ok() => {
            Err(error!(CLASS_NUMBER, query, last = last(classes)))
        }
        [] => Err(error!(
            CLASS_UNKNOWN,
            query,
            last = last(classes),
            nearest = listed(classes, nearest(classes, &wanted).iter().take(SUGGESTIONS))
        )),
        _ => {
            let more = match indices.len().saturating_sub(SUGGESTIONS) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            Err(error!(
                CLASS_AMBIGUOUS,
                query,
                count = indices.len(),
                names = format!(
                    "{}{more}",
                    listed(classes, indices.iter().take(SUGGESTIONS))
                )
            ))
        }
    }
}

/// How well a name fits what a person typed, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The name or a synonym.
    Exact,
    /// Whole words of it.
    Words,
    /// Beginnings of words.
    Beginning,
    /// Some other part.
    Inside,
}

impl Fit {
    fn of(name: &str, wanted: &str) -> Option<Self> {
        if wanted.is_empty() {
            return None;
        }
        let name = name.to_lowercase();
        if name == wanted || name.split(',').any(|synonym| synonym.trim() == wanted) {
            return Some(Self::Exact);
        }
        let parts = name.match_indices(wanted).map(|(start, part)| {
            let before = name[..start].chars().next_back();
            let after = name[start + part.len()..].chars().next();
            let ends_word = |next: Option<char>| !next.is_some_and(char::is_alphanumeric);
            match (ends_word(before), ends_word(after)) {
                (true, true) => Self::Words,
                (true, false) => Self::Beginning,
                (false, _) => Self::Inside,
            }
        });
        parts.min()
    }
}

/// Names listed at most.
const SUGGESTIONS: usize = 5;

fn last(classes: &[String]) -> usize {
    classes.len().saturating_sub(1)
}

fn nearest(classes: &[String], wanted: &str) -> Vec<usize> {
    let likeness = |index: &usize| {
        classes[*index]
            .to_lowercase()
            .split(',')
            .map(|synonym| strsim::jaro_winkler(synonym.trim(), wanted))
            .fold(0.0, f64::max)
    };
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    order
}

/// Numbers and names: two classes may have one name.
fn listed<'a>(classes: &[String], indices: impl Iterator<Item = &'a usize>) -> String {
    let list: Vec<String> = indices
        .map(|&index| format!("{index} ({:?})", classes[index]))
        .collect();
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Vec<String> {
        [
            "tench, Tinca tinca",
            "tabby, tabby cat",
            "tiger cat",
            "hotdog, hot dog",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn finds_names_synonyms_numbers_and_parts() {
        let find = |query| find_class(&classes(), query).unwrap();
        assert_eq!(find("tench, tinca tinca"), 0);
        assert_eq!(find(" Hot Dog "), 3);
        assert_eq!(find("tiger"), 2);
        assert_eq!(find("1"), 1);
    }

    fn refusal(classes: &[String], query: &str) -> String {
        let error = find_class(classes, query).unwrap_err();
        assert_eq!(error.fault(), crate::Fault::Request);
        format!("{error} {}", error.advice())
    }

    #[test]
    fn says_what_else_it_could_have_been() {
        let ambiguous = refusal(&classes(), "cat");
        assert!(ambiguous.contains("2 (\"tiger cat\")"), "{ambiguous}");
        assert!(!ambiguous.contains("more."), "{ambiguous}");
        let unknown = refusal(&classes(), "hotdgo");
        assert!(unknown.contains("3 (\"hotdog, hot dog\")"), "{unknown}");
    }

    #[test]
    fn numbers_out_of_range_and_nothing_are_told_the_range() {
        for query in ["", "  ", "4", "99", "-1", "99999999999999999999"] {
            let refused = refusal(&classes(), query);
            assert!(refused.contains("from 0 to 3"), "{query:?}: {refused}");
        }
        let named = ["2000".to_owned(), "a 2001 car".to_owned()];
        assert_eq!(find_class(&named, "2000").unwrap(), 0, "a name of digits");
        assert!(refusal(&named, "2001").contains("from 0 to 1"));
    }

    #[test]
    fn two_classes_of_one_name_are_ambiguous() {
        let names = ["crane, a bird", "tench", "crane"].map(str::to_owned);
        let refused = refusal(&names, "Crane");
        for expected in ["2 classes", "0 (\"crane, a bird\")", "2 (\"crane\")"] {
            assert!(refused.contains(expected), "{refused}");
        }
        assert_eq!(find_class(&names, "a bird").unwrap(), 0);
    }

    #[test]
    fn words_come_before_beginnings_and_those_before_other_parts() {
        let mut names = ["bullfrog, Rana catesbeiana", "polecat", "tiger cat"].map(str::to_owned);
        let find = |names: &[String], query| find_class(names, query).unwrap();
        assert_eq!(find(&names, "cat"), 2);
        names[2].clear();
        assert_eq!(find(&names, "cat"), 0);
        names[0].clear();
        assert_eq!(find(&names, "cat"), 1);
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let names: Vec<String> = (0..24).map(|n| format!("big cat {n}")).collect();
        let refused = refusal(&names, "cat");
        assert!(refused.contains("24 classes"), "{refused}");
        assert!(
            refused.ends_with("4 (\"big cat 4\") and 19 more."),
            "{refused}"
        );
    }
}
