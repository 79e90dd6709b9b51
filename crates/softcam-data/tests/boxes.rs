//! Boxes in both forms, and what is none.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam_data::{BoxFormat, Boxes, Result};

fn read(table: &str, classes: &[&str]) -> Result<Boxes> {
    let classes: Vec<String> = classes.iter().map(|class| (*class).to_owned()).collect();
    Boxes::from_csv(table.as_bytes(), None, &classes)
}

#[test]
fn both_forms_give_the_same_pixels() {
    let pixels = read(
        "file,finding,x,y,w,h\na\\1.jpg,Opacity,10,20.5,30,40\n",
        &[],
    )
    .unwrap();
    let shares = read(
        "file,class,cx,cy,w,h\na/1.jpg,x,0.25,0.2025,0.3,0.2\n",
        &["x"],
    )
    .unwrap();
    assert_eq!(pixels.of("a/1.jpg", 100, 200), [[10.0, 20.5, 30.0, 40.0]]);
    for (a, b) in pixels.of("a/1.jpg", 100, 200)[0]
        .iter()
        .zip(shares.of("a/1.jpg", 100, 200)[0])
    {
        assert!((a - b).abs() < 1e-9);
    }
    assert!(pixels.has("a/1.jpg") && !pixels.has("2.jpg"));
    assert!(pixels.of("2.jpg", 100, 200).is_empty());
    assert_eq!(shares.files().collect::<Vec<_>>(), ["a/1.jpg"]);
}

#[test]
fn classes_are_chosen_by_name() {
    let table =
        "file,class,cx,cy,w,h\n1,disc,.5,.5,.1,.1\n1,blood,.2,.2,.1,.1\n2,blood,.2,.2,.1,.1\n";
    assert_eq!(read(table, &[]).unwrap().of("1", 10, 10).len(), 2);
    assert_eq!(read(table, &["disc"]).unwrap().files().count(), 1);
    assert_eq!(
        read(table, &["disc", "blood"])
            .unwrap()
            .of("1", 10, 10)
            .len(),
        2
    );
    let error = read(table, &["disk"]).unwrap_err();
    assert!(
        error.advice().contains("Did you mean \"disc\"?"),
        "{}",
        error.advice()
    );
}

#[test]
fn accents_are_the_same_however_they_are_written() {
    let boxes = read("file,x,y,w,h\nZoe\u{308}.png,1,2,3,4\n", &[]).unwrap();
    assert!(boxes.has("Zo\u{eb}.png") && boxes.has("Zoe\u{308}.png"));
    assert_eq!(boxes.of("Zo\u{eb}.png", 9, 9), [[1.0, 2.0, 3.0, 4.0]]);
    assert!(!boxes.has("Zoe.png"));
}

#[test]
fn a_table_in_both_forms_needs_to_be_told() {
    let table = "file,x,y,cx,cy,w,h\n1,10,10,0.5,0.5,0.1,0.1\n";
    assert!(read(table, &[]).is_err());
    let boxes = Boxes::from_csv(table.as_bytes(), Some(BoxFormat::Shares), &[]).unwrap();
    assert_eq!(boxes.of("1", 100, 100), [[45.0, 45.0, 10.0, 10.0]]);
}

#[test]
fn bad_boxes_are_refused_with_advice() {
    for (table, expected) in [
        ("file,a,b\n", "neither"),
        ("name,x,y,w,h\n", "no column \"file\""),
        ("file,x,y,w\n", "no column \"h\""),
        ("file,x,y,w,h\n1,1,2,,4\n", "line 2"),
        ("file,x,y,w,h\n1,1,2,nan,4\n", "not a number"),
        ("file,x,y,w,h\n1,1,2,3,4\n1,1,2,3,0\n", "line 3"),
        ("file,cx,cy,w,h\n1,12,20,3,4\n", "not shares"),
        ("file,x,y,w,h\n../1,1,2,3,4\n", "\"../1\""),
    ] {
        let error = read(table, &[]).unwrap_err();
        let text = format!("{error} {}", error.advice());
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    assert!(
        read("file,x,y,w,h\n1,1,2,3,4\n", &["any"]).is_err(),
        "no class column"
    );
}
