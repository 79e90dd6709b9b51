//! Opening a safetensors file that nobody vouches for.
//!
//! Most checks are those of the `safetensors` crate. Two come before it: it keeps the last of two tensors with one name,
//! and it adds up offsets without a thought of overflow.

use safetensors::{SafeTensorError, SafeTensors};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Deserializer as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Key of the free-form entries in a header.
const METADATA: &str = "__metadata__";
const LENGTH_BYTES: usize = 8;

/// The header's free-form entries.
pub(crate) type FreeForm = BTreeMap<String, String>;

/// The free-form entries and the tensors, or what is wrong with the file as the end of a sentence that begins "The file
/// cannot be used:". A header of more than `max_header` bytes is refused unread.
pub(crate) fn open(bytes: &[u8], max_header: u64) -> Result<(FreeForm, SafeTensors<'_>), String> {
    let header = header(bytes, max_header)?;
    let data = (bytes.len() - LENGTH_BYTES - header.len()) as u64;
    // As text, like all other JSON: one reader is enough for the page.
    let text = std::str::from_utf8(header).map_err(|error| invalid(&error))?;
    let (free_form, fault) = Json::from_str(text)
        .deserialize_map(Entries { data })
        .map_err(|error| invalid(&error))?;
    if let Some(fault) = fault {
        return Err(invalid(&fault));
    }
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| reason(&e))?;
    Ok((free_form, tensors))
}

fn header(bytes: &[u8], max_header: u64) -> Result<&[u8], String> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Err(format!("it has only {} bytes", bytes.len()));
    };
    // The format's own mark. Without it, the length is eight bytes of something else, and no use to anyone.
    if rest.first() != Some(&b'{') {
        return Err("it is not a safetensors file".to_owned());
    }
    let length = u64::from_le_bytes(*length);
    if length > max_header {
        return Err(format!(
            "it declares a header of {length} bytes, and at most {max_header} are allowed"
        ));
    }
    rest.get(..length as usize)
        .ok_or_else(|| "it ends within its header".to_owned())
}

/// Visits a header: names that all differ, tensors that end within the file's `data` bytes.
struct Entries {
    data: u64,
}

#[derive(serde::Deserialize)]
struct Place {
    data_offsets: (u64, u64),
}

impl<'de> Visitor<'de> for Entries {
    /// The free-form entries, and the first fault that the header has.
    type Value = (FreeForm, Option<String>);

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut names, mut fault) = (BTreeSet::new(), None);
        let mut free_form = FreeForm::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == METADATA {
                free_form = map.next_value::<Option<FreeForm>>()?.unwrap_or_default();
            } else {
                let end = map.next_value::<Place>()?.data_offsets.1;
                if end > self.data {
                    fault.get_or_insert_with(|| {
                        format!(
                            "tensor {name:?} ends at byte {end}, and only {} follow the header",
                            self.data
                        )
                    });
                }
            }
            if let Some(twice) = names.replace(name) {
                fault.get_or_insert_with(|| format!("the name {twice:?} occurs twice"));
            }
        }
        Ok((free_form, fault))
    }
}

fn reason(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::MetadataIncompleteBuffer => {
            "it has bytes that belong to no tensor".to_owned()
        }
        _ => invalid(error),
    }
}

fn invalid(why: &dyn std::fmt::Display) -> String {
    format!("it is not a valid safetensors file ({why})")
}
