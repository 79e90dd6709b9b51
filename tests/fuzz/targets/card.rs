//! Any text as a model card, and as what a person says about a checkpoint.
#![no_main]

libfuzzer_sys::fuzz_target!(|json: &str| {
    let _ = softcam::weights::ModelCard::from_json(json);
    let _ = softcam::conversion::card_from_json(json);
});
