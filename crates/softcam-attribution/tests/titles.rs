//! The page and the command line call each method the same.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bytes;
use softcam_attribution::Method;

#[test]
fn the_page_has_every_title() {
    let text = String::from_utf8(bytes("web/text/en.js")).unwrap();
    // On the page the evidence is no method among others.
    for method in Method::ALL
        .into_iter()
        .filter(|method| *method != Method::SoftCam)
    {
        let line = format!("\"method.{}\": \"{}\",", method.name(), method.title());
        assert!(text.contains(&line), "no {line} in web/text/en.js");
    }
}
