//! Names of the files that belong to a row.

/// Characters of a picture's name that are kept.
const KEPT: usize = 48;

/// The beginning of the names of all that is written for the picture `file` in row `index`, from 0: the row's number and what
/// of the picture's name is safe on every disk. No two rows have the same.
pub fn stem(index: usize, file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = match name.rsplit_once('.') {
        Some((before, _)) if !before.is_empty() => before,
        _ => name,
    };
    let safe = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '-' {
            letter
        } else {
            '_'
        }
    };
    let name: String = name.chars().take(KEPT).map(safe).collect();
    format!("{:04}-{name}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn names_are_safe_and_tell_the_row() {
        assert_eq!(stem(0, "a/b/cat 1.jpg"), "0001-cat_1");
        assert_eq!(stem(41, "..\\..\\x.tar.gz"), "0042-x_tar");
        assert_eq!(stem(9999, ".hidden"), "10000-_hidden");
        assert_eq!(stem(0, "\u{fc}\n.png"), "0001-__");
        assert_eq!(stem(0, &"x".repeat(300)).len(), 5 + 48);
    }
}
