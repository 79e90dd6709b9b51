//! Tables of pictures that may show several things at once.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam_data::{Columns, Error, LabelMap, Result, Several};
use std::fs;
use tempfile::TempDir;

const TABLE: &str = "\
file,Effusion,mass,part,patient,exclude
1.png,1.0,0,check,p1,
2.png,,1,check,p2,
3.png,-1,,check,p3,
4.png,0,0,train,p4,
5.png,1,1,check,p5,blurred
";

fn classes() -> Vec<String> {
    ["nodule", "mass", "effusion"].map(String::from).to_vec()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..=5 {
        fs::write(folder.path().join(format!("{number}.png")), "").unwrap();
    }
    folder
}

fn read(table: &str, map: Option<&str>) -> Result<Several> {
    let columns = Columns {
        group: Some("patient".into()),
        part: Some("part".into()),
        ..Columns::default()
    };
    let map = map.map(|map| LabelMap::of_columns(map, &classes()));
    let map = map.transpose()?;
    let folder = folder();
    let read = Several::from_csv(
        table.as_bytes(),
        folder.path(),
        &columns,
        map.as_ref(),
        &classes(),
    )?;
    read.check_files(folder.path())?;
    Ok(read)
}

#[test]
fn every_class_has_a_column_of_its_own() {
    let (yes, no) = (Some(true), Some(false));
    for map in [
        None,
        Some("Effusion=effusion,mass"),
        Some("mass=1,Effusion=2"),
    ] {
        let read = read(TABLE, map).unwrap();
        assert_eq!(read.labelled, [1, 2]);
        assert_eq!((read.unlabelled, read.excluded, read.repeated), (1, 1, 0));
        let shown: Vec<_> = (read.items.iter())
            .map(|item| (item.file.as_str(), &item.class[..], item.unit()))
            .collect();
        assert_eq!(
            shown,
            [
                ("1.png", &[None, no, yes][..], "p1"),
                ("2.png", &[None, yes, None], "p2"),
                ("4.png", &[None, no, no], "p4"),
            ]
        );
        let check = read.of_part("check").unwrap();
        assert_eq!((check.items.len(), check.excluded), (2, 1));
        assert!(matches!(
            read.of_part("tune"),
            Err(Error::NoSuchPart { .. })
        ));
    }
    let alone = read(TABLE, Some("Effusion=nodule")).unwrap();
    assert_eq!(alone.labelled, [0]);
}

#[test]
fn rows_must_agree_in_every_class() {
    let again = format!("{TABLE}./1.png,1,0.0,check,p1,\n");
    assert_eq!(read(&again, None).unwrap().repeated, 1);
    let other = format!("{TABLE}1.png,1,1,check,p1,\n");
    let error = read(&other, None).unwrap_err();
    assert!(
        matches!(
            error,
            Error::RepeatedFile {
                first: 2,
                second: 7,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn mistakes_are_refused_with_advice() {
    for (table, map, expected) in [
        (
            TABLE,
            Some("Efusion=effusion"),
            "Did you mean \"Effusion\"?",
        ),
        (TABLE, Some("Effusion=fusion"), "no class \"fusion\""),
        (
            TABLE,
            Some("Effusion=mass,mass"),
            "both of the class \"mass\"",
        ),
        ("file,part,patient,other\n", None, "Effusion=0,Mass=1"),
        (
            "file,mass,part,patient\n1.png,0,,\n2.png,maybe,,\n",
            None,
            "Line 3 of the table has \"maybe\"",
        ),
        (
            "file,mass,part,patient\n1.png,,,\n",
            None,
            "No picture is left",
        ),
        ("file,mass,part,patient\n9.png,1,,\n", None, "\"9.png\""),
        (
            "file,mass,part,patient\n../1.png,1,,\n",
            None,
            "Line 2 names",
        ),
    ] {
        let error = read(table, map).unwrap_err();
        let text = format!("{error} {}", error.advice());
        assert!(text.contains(expected), "no {expected} in {text}");
    }
}
