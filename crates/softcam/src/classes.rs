//! Finding a class by what a person types.

use crate::error::{Error, Result};

/// The index of the class that `query` names: its number, its whole name, one of its comma-separated synonyms, or a
/// part of just one name. Case does not matter.
pub fn find_class(classes: &[String], query: &str) -> Result<usize> {
    let wanted = query.trim().to_lowercase();
    if let Ok(index) = wanted.parse::<usize>()
        && index < classes.len()
    {
        return Ok(index);
    }
    let exact = classes.iter().position(|name| {
        let name = name.to_lowercase();
        name == wanted || name.split(',').any(|synonym| synonym.trim() == wanted)
    });
    if let Some(index) = exact {
        return Ok(index);
    }
    let containing: Vec<usize> = (0..classes.len())
        .filter(|&index| !wanted.is_empty() && classes[index].to_lowercase().contains(&wanted))
        .collect();
    match containing[..] {
        [only] => Ok(only),
        [] => Err(Error::request(
            format!("The model knows no class {query:?}."),
            format!(
                "The nearest names are {}.",
                quoted(classes, &nearest(classes, &wanted))
            ),
        )),
        _ => Err(Error::request(
            format!("{query:?} could be any of {} classes.", containing.len()),
            format!("Be more precise: {}.", quoted(classes, &containing)),
        )),
    }
}

const SUGGESTIONS: usize = 5;

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

fn quoted(classes: &[String], indices: &[usize]) -> String {
    let names = indices.iter().take(SUGGESTIONS);
    let list: Vec<String> = names
        .map(|&index| format!("{:?}", classes[index]))
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

    #[test]
    fn says_what_else_it_could_have_been() {
        let ambiguous = find_class(&classes(), "cat").unwrap_err();
        assert!(
            ambiguous.advice().contains("tiger cat"),
            "{}",
            ambiguous.advice()
        );
        let unknown = find_class(&classes(), "hotdgo").unwrap_err();
        assert!(unknown.advice().contains("hotdog"), "{}", unknown.advice());
        assert!(find_class(&classes(), "").is_err());
        assert!(find_class(&classes(), "99").is_err());
    }
}
