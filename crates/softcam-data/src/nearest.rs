//! What a misspelt name was most likely meant to be.

/// The name most like `wanted`, if any is alike at all (Jaro-Winkler similarity from 0.75 on, case aside).
pub fn nearest<'a>(wanted: &str, names: &'a [String]) -> Option<&'a str> {
    const ALIKE: f64 = 0.75;
    let wanted = wanted.to_lowercase();
    let likeness = |name: &&String| strsim::jaro_winkler(&wanted, &name.to_lowercase());
    (names.iter())
        .map(|name| (likeness(&name), name.as_str()))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
