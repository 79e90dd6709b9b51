//! Class names in whatever file people have them.
//!
//! A list or an object in JSON, one name a line, or a table with an index. What a table's order says is overruled by its
//! index, since that is the order of the logits.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Most classes of a file; more is no list of classes.
const MOST: usize = 100_000;

/// Class names from text that is no JSON: one a line, a line of several between commas, or a table with an index.
pub(super) fn from_text(text: &str) -> Result<Vec<String>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = (text.lines().map(str::trim))
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() {
        return Err("it is empty".to_owned());
    }
    if lines.len() > MOST {
        return Err(format!("it has {} lines", lines.len()));
    }
    if lines.iter().any(|line| line.contains('\0')) {
        return Err("it is no text".to_owned());
    }
    for separator in [',', ';', '\t', ':', ' '] {
        let rows: Vec<Vec<String>> = lines.iter().map(|line| fields(line, separator)).collect();
        // "grade 1" is a name, and "1 grade" a number with one.
        let either_way = !matches!(separator, ':' | ' ');
        if let Some(names) = table(&rows, either_way) {
            return Ok(names);
        }
    }
    if let [only] = lines[..]
        && only.contains(',')
    {
        let names = fields(only, ',')
            .into_iter()
            .filter(|name| !name.is_empty());
        return Ok(names.collect());
    }
    // A heading is no class.
    let skipped = usize::from(lines.len() > 2 && NAMES.contains(&plain(lines[0]).as_str()));
    Ok(lines[skipped..].iter().map(|line| unquoted(line)).collect())
}

/// Class names from a value in JSON, or nothing where it holds none: a list, `{"0": "cat"}` or `{"cat": 0}`.
pub(super) fn from_value(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) if !list.is_empty() => list.iter().map(name).collect(),
        Value::Object(object) => by_index(object).or_else(|| by_name(object)),
        _ => None,
    }
}

/// `{"0": "cat", "1": "dog"}`.
fn by_index(object: &Map<String, Value>) -> Option<Vec<String>> {
    let pairs = object
        .iter()
        .map(|(index, value)| Some((index.parse().ok()?, name(value)?)));
    in_order(pairs.collect::<Option<Vec<_>>>()?)
}

/// `{"cat": 0, "dog": 1}`.
fn by_name(object: &Map<String, Value>) -> Option<Vec<String>> {
    let pairs = object.iter().map(|(name, index)| {
        let index = match index {
            Value::Number(number) => number.as_u64()?,
            Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        Some((index, name.clone()))
    });
    in_order(pairs.collect::<Option<Vec<_>>>()?)
}

/// A name, or the last text of a list such as `["n01440764", "tench"]`.
fn name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Array(list) => list.last()?.as_str()?,
        Value::Object(object) => NAMES.iter().find_map(|key| object.get(*key))?.as_str()?,
        _ => return None,
    };
    Some(text.trim().to_owned())
}

/// Names by their index, which counts from 0 or from 1 and leaves none out.
fn in_order(pairs: Vec<(u64, String)>) -> Option<Vec<String>> {
    let count = pairs.len();
    let sorted: BTreeMap<u64, String> = pairs.into_iter().collect();
    let first = *sorted.keys().next()?;
    let last = *sorted.keys().next_back()?;
    let whole = sorted.len() == count && first <= 1 && last - first + 1 == count as u64;
    whole.then(|| sorted.into_values().collect())
}

/// Headings of a column of names, in plain form.
const NAMES: [&str; 12] = [
    "name",
    "label",
    "class",
    "classname",
    "labelname",
    "category",
    "classes",
    "labels",
    "names",
    "diagnosis",
    "disease",
    "finding",
];

/// Headings of a column of indices.
const INDICES: [&str; 11] = [
    "",
    "index",
    "idx",
    "id",
    "number",
    "no",
    "classid",
    "labelid",
    "classindex",
    "classidx",
    "target",
];

fn plain(heading: &str) -> String {
    (heading.chars().filter(|letter| letter.is_alphanumeric()))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Names by the index beside them: rows of two columns, or of more under a heading that says which. The index comes first, or
/// on either side of the name.
fn table(rows: &[Vec<String>], either_way: bool) -> Option<Vec<String>> {
    let is_number = |text: &String| text.parse::<u64>().is_ok();
    let heading = &rows[0];
    let headed = rows.len() > 1 && !heading.iter().any(is_number);
    let column = |known: &[&str]| {
        heading
            .iter()
            .position(|text| known.contains(&plain(text).as_str()))
    };
    let columns = if headed {
        column(&INDICES).zip(column(&NAMES))
    } else {
        None
    };
    let body = if headed { &rows[1..] } else { rows };
    let pairs = |index: usize, name: usize| {
        let pair =
            |row: &Vec<String>| Some((row.get(index)?.parse().ok()?, row.get(name)?.clone()));
        in_order(body.iter().map(pair).collect::<Option<Vec<_>>>()?)
    };
    if let Some((index, name)) = columns {
        return pairs(index, name);
    }
    if !body.iter().all(|row| row.len() == 2) {
        return None;
    }
    pairs(0, 1).or_else(|| either_way.then(|| pairs(1, 0))?)
}

/// The parts of a line between separators; those in double quotes may hold some. By a space, only the first parts.
fn fields(line: &str, separator: char) -> Vec<String> {
    if separator == ' ' || separator == ':' {
        let parts = line.splitn(2, separator);
        return parts.map(unquoted).collect();
    }
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter == separator && !quoted => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(letter);
                }
            }
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_the_same_names() {
        for text in [
            "cat\ndog\nant\n",
            "\u{feff}cat\r\n\r\n dog \r\nant",
            "cat,dog,ant",
            "\"cat\"\n\"dog\"\n\"ant\"",
            "name\ncat\ndog\nant",
            "0,cat\n1,dog\n2,ant",
            "1;cat\n2;dog\n3;ant",
            "2\tant\n0\tcat\n1\tdog",
            "0 cat\n1 dog\n2 ant",
            "0: cat\n1: dog\n2: ant",
            "cat,0\ndog,1\nant,2",
            "index,label\n2,ant\n1,dog\n0,cat",
            ",name\n0,cat\n1,dog\n2,ant",
            "id,synset,class_name\n0,n1,cat\n1,n2,\"dog\"\n2,n3,ant",
        ] {
            assert_eq!(from_text(text).unwrap(), ["cat", "dog", "ant"], "{text}");
        }
    }

    #[test]
    fn names_keep_their_commas_spaces_and_numbers() {
        let names = |text| from_text(text).unwrap();
        assert_eq!(
            names("tench, Tinca tinca\nhot dog\ngoldfish"),
            ["tench, Tinca tinca", "hot dog", "goldfish"]
        );
        assert_eq!(
            names("0,\"tench, Tinca tinca\"\n1,cat"),
            ["tench, Tinca tinca", "cat"]
        );
        assert_eq!(names("grade 0\ngrade 1"), ["grade 0", "grade 1"]);
        assert_eq!(names("0\n1\n2"), ["0", "1", "2"]);
        assert_eq!(names("n01 tench\nn02 cat"), ["n01 tench", "n02 cat"]);
        assert_eq!(names("healthy"), ["healthy"]);
        // No order of logits: an index that leaves one out, or has one twice, is part of the name.
        assert_eq!(names("0 cat\n2 dog"), ["0 cat", "2 dog"]);
        assert_eq!(names("1 cat\n1 dog"), ["1 cat", "1 dog"]);
    }

    #[test]
    fn json_may_be_a_list_or_an_object_either_way() {
        for json in [
            r#"["cat", "dog", "ant"]"#,
            r#"{"0": "cat", "1": "dog", "2": "ant"}"#,
            r#"{"cat": 0, "ant": 2, "dog": 1}"#,
            r#"{"1": "cat", "2": "dog", "3": "ant"}"#,
            r#"{"0": ["n1", "cat"], "1": ["n2", "dog"], "2": ["n3", "ant"]}"#,
            r#"[{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}, {"id": 2, "name": "ant"}]"#,
        ] {
            let value = serde_json::from_str(json).unwrap();
            assert_eq!(from_value(&value).unwrap(), ["cat", "dog", "ant"], "{json}");
        }
        let many: Map<String, Value> = (0..12)
            .map(|n| (n.to_string(), format!("c{n}").into()))
            .collect();
        let names = from_value(&Value::Object(many)).unwrap();
        assert_eq!(names[2], "c2", "by number, not by letter");
        for json in [
            "[1, 2]",
            r#"{"0": "cat", "5": "dog"}"#,
            r#"{"classes": ["a"]}"#,
            "3",
            "{}",
        ] {
            assert_eq!(
                from_value(&serde_json::from_str(json).unwrap()),
                None,
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for text in ["", "\u{feff} \n\n", "PNG\0\0"] {
            assert!(from_text(text).is_err(), "{text:?}");
        }
    }
}
