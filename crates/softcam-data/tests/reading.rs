//! Tables and folders, good and bad.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam_data::{Columns, Dataset, Error, LabelMap, Result, column_names, local_path};
use std::fs;
use tempfile::TempDir;

const TABLE: &str = "\
file,label,patient,part,exclude
a/1.png,NORMAL,p1,train,
a\\2.png,Lung Opacity,p2,check,
./a/3.png,other,p2,check,
\"a/4, too.png\",NORMAL,,check,
a/1.png,Lung Opacity,p1,train,blurred
";

fn classes() -> Vec<String> {
    vec!["healthy".into(), "ill".into()]
}

/// A folder with the pictures of [`TABLE`]; that nothing is in them does not matter here.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    for name in ["1.png", "2.png", "4, too.png"] {
        fs::write(folder.path().join("a").join(name), "").unwrap();
    }
    folder
}

fn read(table: &str, columns: &Columns) -> Result<Dataset> {
    read_in(&folder(), table.as_bytes(), columns)
}

fn read_in(folder: &TempDir, table: &[u8], columns: &Columns) -> Result<Dataset> {
    let map = LabelMap::parse("NORMAL=0,Lung Opacity=ill", &classes())?;
    let data = Dataset::from_csv(table, folder.path(), columns, &map, &classes())?;
    data.check_files(folder.path())?;
    Ok(data)
}

fn columns() -> Columns {
    Columns {
        group: Some("patient".into()),
        part: Some("part".into()),
        ..Columns::default()
    }
}

fn refusal(table: &str) -> String {
    let error = read(table, &Columns::default()).unwrap_err();
    format!("{error} {}", error.advice())
}

#[test]
fn a_table_is_read() {
    let data = read(TABLE, &columns()).unwrap();
    assert_eq!((data.unmapped, data.excluded), (1, 1));
    let files: Vec<&str> = data.items.iter().map(|i| i.file.as_str()).collect();
    assert_eq!(files, ["a/1.png", "a/2.png", "a/4, too.png"]);
    assert_eq!(data.items[1].class, 1);
    assert_eq!(data.items[1].group.as_deref(), Some("p2"));
    assert_eq!(data.items[2].group, None, "an empty cell is no group");
    assert_eq!(data.items[2].unit(), "a/4, too.png");
    assert_eq!(data.items[1].row["label"], "Lung Opacity");
    assert_eq!(column_names(TABLE.as_bytes()).unwrap()[2], "patient");

    // As a spreadsheet saves it. The pictures lie in another temporary folder each time.
    let marked = format!("\u{feff}{}", TABLE.replace('\n', "\r\n"));
    let again = read(&marked, &columns()).unwrap();
    assert_eq!(again.items.len(), data.items.len());
    for (a, b) in again.items.iter().zip(&data.items) {
        assert_eq!((&a.file, a.class, &a.row), (&b.file, b.class, &b.row));
    }
}

#[test]
fn a_second_label_stands_in_for_an_empty_first() {
    let table =
        "file,reader,report\na/1.png,,NORMAL\na/2.png,Lung Opacity,NORMAL\na/3.png,,unclear\n";
    let columns = Columns {
        label: "reader|report".into(),
        ..Columns::default()
    };
    let data = read(table, &columns).unwrap();
    let classes: Vec<usize> = data.items.iter().map(|item| item.class).collect();
    assert_eq!((classes, data.unmapped), (vec![0, 1], 1));
    let columns = Columns {
        label: "reader|rapport".into(),
        ..Columns::default()
    };
    let error = read(table, &columns).unwrap_err();
    assert!(error.to_string().contains("rapport"), "{error}");
}

#[test]
fn what_is_no_table_is_named() {
    for (table, expected) in [
        ("", "The table is empty."),
        ("PK\u{3}\u{4}\u{14}\0\u{6}\0x", "an Excel workbook"),
        ("GIF\0,a", "no text file"),
        ("sep=,\nfile,label\na.png,1\n", "\"sep=,\""),
        ("sep=;\nfile;label\na.png;1\n", "\"sep=;\""),
    ] {
        for error in [
            read(table, &columns()).unwrap_err(),
            column_names(table.as_bytes()).unwrap_err(),
        ] {
            assert!(error.to_string().contains(expected), "{table:?}: {error}");
            assert!(!error.advice().contains("Its columns are"), "{error}");
        }
    }
}

#[test]
fn rows_about_one_picture_must_agree() {
    // The last row of the table is about the first one's picture, and says something else.
    let keep = Columns {
        exclude: None,
        ..columns()
    };
    let error = read(TABLE, &keep).unwrap_err();
    assert!(
        matches!(
            error,
            Error::RepeatedFile {
                first: 2,
                second: 6,
                what: "classes",
                ..
            }
        ),
        "{error}"
    );

    // Boxes of one picture have a row each.
    let table = "file,label,patient,part,x\na/1.png,NORMAL,p1,,1\na/2.png,Lung Opacity,p2,,2\n";
    let again = format!("{table}./a/2.png,Lung Opacity,p2,,3\na\\2,Lung Opacity,p2,,4\n");
    let data = read(&again, &columns()).unwrap();
    assert_eq!((data.items.len(), data.repeated), (2, 2));
    assert_eq!(data.items[1].row["x"], "2");
    assert_eq!(read(table, &columns()).unwrap().repeated, 0);
    for (row, expected) in [
        ("a/2.png,Lung Opacity,p3,,2\n", "different patients"),
        ("a/2.png,Lung Opacity,p2,train,2\n", "different parts"),
        ("a/2.png,NORMAL,p2,,2\n", "different classes"),
    ] {
        let error = read(&format!("{table}{row}"), &columns()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("Lines 3 and 4"), "{text}");
        assert!(text.contains(expected), "no {expected} in {text}");
    }
}

#[test]
fn accents_are_the_same_however_they_are_written() {
    let (composed, decomposed) = (
        "M\u{fc}ller/\u{e9}t\u{e9}.png",
        "Mu\u{308}ller/e\u{301}te\u{301}.png",
    );
    for (disk, table) in [(composed, decomposed), (decomposed, composed)] {
        let folder = folder();
        let (directory, _) = disk.split_once('/').unwrap();
        fs::create_dir(folder.path().join(directory)).unwrap();
        fs::write(folder.path().join(disk), "").unwrap();
        for name in [table, table.trim_end_matches(".png")] {
            let rows = format!("file,label\n{name},NORMAL\n{disk},NORMAL\na/2.png,Lung Opacity\n");
            let data = read_in(&folder, rows.as_bytes(), &Columns::default()).unwrap();
            assert_eq!((data.items.len(), data.repeated), (2, 1));
            assert_eq!(data.items[0].file, disk);
        }
        let rows = format!("file,label\n{table}x,NORMAL\na/2.png,Lung Opacity\n");
        let error = read_in(&folder, rows.as_bytes(), &Columns::default()).unwrap_err();
        assert!(
            matches!(error, Error::MissingFiles { count: 1, .. }),
            "{error}"
        );
    }
}

#[test]
fn pictures_that_are_not_there_may_be_looked_for_later() {
    let folder = folder();
    let table = "file,label\na/1.png,NORMAL\na/9.png,NORMAL\na/2.png,Lung Opacity\n";
    let map = LabelMap::parse("NORMAL=0,Lung Opacity=ill", &classes()).unwrap();
    let columns = Columns::default();
    let data =
        Dataset::from_csv(table.as_bytes(), folder.path(), &columns, &map, &classes()).unwrap();
    assert_eq!(data.items.len(), 3);
    let error = data.check_files(folder.path()).unwrap_err();
    assert!(matches!(error, Error::MissingFiles { count: 1, .. }));
}

#[test]
fn what_is_written_can_be_read() {
    let data = read(TABLE, &columns()).unwrap();
    let mut bytes = Vec::new();
    data.write_csv(&mut bytes).unwrap();
    let again = Columns {
        group: Some("group".into()),
        part: Some("part".into()),
        ..Columns::default()
    };
    let map = LabelMap::by_name(["healthy", "ill"], &classes()).unwrap();
    let back = Dataset::from_csv(&bytes[..], folder().path(), &again, &map, &classes()).unwrap();
    for (a, b) in data.items.iter().zip(&back.items) {
        assert_eq!(
            (&a.file, a.class, &a.group, &a.part),
            (&b.file, b.class, &b.group, &b.part)
        );
    }
    assert_eq!(data.items.len(), back.items.len());
}

#[test]
fn bad_tables_are_refused_with_advice() {
    for (table, expected) in [
        ("name,label\n", "Its columns are \"name\", \"label\""),
        ("file,lable\n", "Did you mean \"lable\"?"),
        ("file;label\n1.png;NORMAL\n", "no comma"),
        ("file,label,label\n", "two columns named \"label\""),
        ("file,label\n", "rows below its first line"),
        ("file,label\na/1.png,odd\n", "\"odd\""),
        (
            "file,label\na/1.png,NORMAL\n",
            "All 1 pictures are of one class, \"healthy\"",
        ),
        ("file,label\na/1.png\n", "cannot be read"),
        (
            "file,label\na/9.png,NORMAL\na/2.png,Lung Opacity\n",
            "\"a/9.png\"",
        ),
        ("file,label\n../1.png,NORMAL\n", "Line 2 names"),
        (
            "file,label\na/1.png,NORMAL\na//1.png,Lung Opacity\n",
            "Lines 2 and 3",
        ),
    ] {
        let text = refusal(table);
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    let many: String = (0..40).map(|i| format!("{i}.png,NORMAL\n")).collect();
    let text = refusal(&format!("file,label\na/2.png,Lung Opacity\n{many}"));
    assert!(
        text.contains("40 of") && text.contains("and 35 more"),
        "{text}"
    );

    let latin = b"file,label,reader\na/1.png,NORMAL,Zo\xeb\n";
    let error = read_in(&folder(), latin, &Columns::default()).unwrap_err();
    assert!(matches!(error, Error::Encoding { line: 2 }));
    assert_eq!(error.to_string(), "The table is not UTF-8 text in line 2.");
    let wide = "file,label\n".encode_utf16().flat_map(u16::to_le_bytes);
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide).collect();
    let error = read_in(&folder(), &wide, &Columns::default()).unwrap_err();
    assert!(matches!(error, Error::Encoding { .. }), "{error}");
    let absent = Columns {
        group: Some("patients".into()),
        ..Columns::default()
    };
    let error = read(TABLE, &absent).unwrap_err();
    assert!(error.advice().contains("Did you mean \"patient\"?"));
}

#[test]
fn full_paths_into_the_folder_and_names_without_ending_are_found() {
    let folder = folder();
    let table = format!(
        "file,label\n{}/a/1.png,NORMAL\na/2,Lung Opacity\n",
        folder.path().display()
    );
    let map = LabelMap::parse("NORMAL=0,Lung Opacity=ill", &classes()).unwrap();
    let read = |table: &str| {
        Dataset::from_csv(
            table.as_bytes(),
            folder.path(),
            &Columns::default(),
            &map,
            &classes(),
        )
    };
    let files: Vec<String> = (read(&table).unwrap().items.into_iter())
        .map(|item| item.file)
        .collect();
    assert_eq!(files, ["a/1.png", "a/2.png"]);
    let elsewhere = "file,label\n/elsewhere/a/1.png,NORMAL\na/2.png,Lung Opacity\n";
    assert!(matches!(read(elsewhere), Err(Error::ForeignFile { .. })));
}

#[test]
fn names_stay_inside_the_folder() {
    for (name, expected) in [
        ("a/b.png", Some("a/b.png")),
        ("a\\b.png", Some("a/b.png")),
        ("./a//b.png", Some("a/b.png")),
        ("a..b.png", Some("a..b.png")),
        ("../b.png", None),
        ("a/../../b.png", None),
        ("a\\..\\b.png", None),
        ("/etc/passwd", None),
        ("C:\\b.png", None),
        ("\\\\host\\b.png", None),
        ("a\0.png", None),
        (".", None),
        ("", None),
    ] {
        assert_eq!(local_path(name).as_deref(), expected, "{name:?}");
    }
}

#[test]
fn folders_are_classes() {
    let root = tempfile::tempdir().unwrap();
    for file in [
        "ill/b.PNG",
        "ill/deep/a.jpg",
        "healthy/c.tif",
        "healthy/notes.txt",
        ".hidden/x.png",
    ] {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    fs::write(root.path().join("labels.csv"), "").unwrap();
    let data = Dataset::from_folders(root.path()).unwrap();
    assert_eq!(data.classes, ["healthy", "ill"]);
    let files: Vec<&str> = data.items.iter().map(|i| i.file.as_str()).collect();
    assert_eq!(files, ["healthy/c.tif", "ill/b.PNG", "ill/deep/a.jpg"]);
    assert_eq!(data.counts(), [1, 2]);

    let model = ["pneumonia".to_owned(), "normal".to_owned()];
    let map = LabelMap::parse("ill=pneumonia,healthy=normal", &model).unwrap();
    assert_eq!(data.relabelled(&map, &model).unwrap().counts(), [2, 1]);
    let part = LabelMap::parse("ill=pneumonia", &model).unwrap();
    assert!(matches!(
        data.relabelled(&part, &model),
        Err(Error::OneClass { .. })
    ));

    fs::create_dir(root.path().join("new")).unwrap();
    assert!(matches!(
        Dataset::from_folders(root.path()),
        Err(Error::NoPictures(_))
    ));
    let empty = root.path().join("new");
    assert!(matches!(
        Dataset::from_folders(&empty),
        Err(Error::NoClassFolders(_))
    ));
    let absent = root.path().join("absent");
    assert!(matches!(
        Dataset::from_folders(&absent),
        Err(Error::Folder { .. })
    ));
}
