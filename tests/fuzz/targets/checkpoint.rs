//! Any bytes as a float checkpoint: its tensors, and the network that they might be.
#![no_main]

use softcam::conversion::{import::recognise, state_dict};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(tensors) = state_dict::from_safetensors(bytes) {
        let _ = recognise(&state_dict::weights_alone(tensors).0, None);
    }
});
