//! The list of messages that the page translates by.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::repository;
use softcam::messages::ALL;
use std::fs;

/// A JSON array of `{code, fault, message, advice}`, sorted by code; `SOFTCAM_WRITE=1` writes it.
#[test]
fn the_pages_list_of_codes_is_that_of_the_engine() {
    let mut messages = ALL.to_vec();
    messages.sort_by_key(|message| message.code);
    let json = format!("{}\n", serde_json::to_string_pretty(&messages).unwrap());
    let path = repository("web/text/engine-codes.json");
    if std::env::var_os("SOFTCAM_WRITE").is_some() {
        fs::write(&path, &json).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap();
    assert!(
        there == json,
        "web/text/engine-codes.json is not that of the messages: SOFTCAM_WRITE=1 cargo test -p softcam --test messages"
    );
}
