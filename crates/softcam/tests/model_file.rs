//! The weights file: what is written is what is read, and nothing damaged gets through.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, shipped_model};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use softcam::Fault;
use softcam::weights::LayerWeights;
use softcam::weights::file::{CARD_KEY, read, write};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

static SHIPPED: LazyLock<Vec<u8>> =
    LazyLock::new(|| bytes("web/models/efficientnet-lite0.safetensors"));

#[test]
fn reading_and_writing_are_inverse() {
    let model = shipped_model();
    let written = write(&model).unwrap();
    assert_eq!(read(&written).unwrap(), model);
    assert!(
        written == *SHIPPED,
        "the same file, byte for byte, as from the version that made it"
    );
}

#[test]
fn the_shipped_file_keeps_its_promises() {
    assert!(SHIPPED.len() < 6_000_000, "{} bytes", SHIPPED.len());
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&SHIPPED).unwrap();
    let packed = packed.finish().unwrap().len();
    // gzip itself packs it two per cent tighter.
    assert!(packed < 3_600_000, "{packed} bytes to download");
    let model = shipped_model();
    assert_eq!(model.card.classes.len(), 1000);
    assert_eq!(model.card.input.sizes, [224, 320, 448]);
    assert!(
        !model.card.figures.is_empty(),
        "the card says how close int8 is to float"
    );
    assert!(!model.card.limits.is_empty());
    assert!(
        model
            .layers
            .values()
            .all(|layer| matches!(layer, LayerWeights::Quantized { .. }))
    );
}

type Tensors<'a> = Vec<(String, Dtype, Vec<usize>, Cow<'a, [u8]>)>;

/// The shipped file after `change` to its tensors and its card.
fn changed(change: impl FnOnce(&mut Tensors, &mut String)) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(&SHIPPED).unwrap();
    let mut card = metadata.metadata().as_ref().unwrap()[CARD_KEY].clone();
    let file = SafeTensors::deserialize(&SHIPPED).unwrap();
    let mut tensors: Tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                view.dtype(),
                view.shape().to_vec(),
                Cow::Borrowed(view.data()),
            )
        })
        .collect();
    change(&mut tensors, &mut card);
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        let view = TensorView::new(*dtype, shape.clone(), data).unwrap();
        (name.as_str(), view)
    });
    safetensors::serialize(views, Some(HashMap::from([(CARD_KEY.to_owned(), card)]))).unwrap()
}

fn find<'a, 'b>(
    tensors: &'a mut Tensors<'b>,
    name: &str,
) -> &'a mut (String, Dtype, Vec<usize>, Cow<'b, [u8]>) {
    tensors.iter_mut().find(|(n, ..)| n == name).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    let error = read(bytes).unwrap_err();
    assert_eq!(error.fault(), Fault::Model, "{error}");
    assert!(!error.advice().is_empty(), "{error}");
    error.to_string()
}

#[test]
fn an_unchanged_copy_is_accepted() {
    assert_eq!(read(&changed(|_, _| {})).unwrap(), shipped_model());
}

#[test]
fn faults_are_named() {
    let float = |value: f32| {
        move |data: &mut Cow<[u8]>| data.to_mut()[..4].copy_from_slice(&value.to_le_bytes())
    };
    let nan = refusal(&changed(|t, _| {
        float(f32::NAN)(&mut find(t, "stem.bias").3)
    }));
    assert!(nan.contains("stem.bias") && nan.contains("NaN"), "{nan}");
    let infinite = refusal(&changed(|t, _| {
        float(f32::INFINITY)(&mut find(t, "head.weight_scale").3)
    }));
    assert!(
        infinite.contains("head.weight_scale") && infinite.contains("inf"),
        "{infinite}"
    );
    let zero = refusal(&changed(|t, _| {
        float(0.0)(&mut find(t, "head.weight_scale").3)
    }));
    assert!(zero.contains("positive"), "{zero}");

    let missing = refusal(&changed(|t, _| {
        t.retain(|(name, ..)| name != "blocks.3.expand.weight")
    }));
    assert!(
        missing.contains("blocks.3.expand.weight") && missing.contains("missing"),
        "{missing}"
    );
    let extra = refusal(&changed(|t, _| {
        t.push(("stranger".into(), Dtype::U8, vec![1], Cow::Owned(vec![0])))
    }));
    assert!(extra.contains("stranger"), "{extra}");
    let shape = refusal(&changed(|t, _| {
        find(t, "stem.weight").2 = vec![3, 32, 3, 3]
    }));
    assert!(
        shape.contains("stem.weight") && shape.contains("[32, 3, 3, 3]"),
        "{shape}"
    );
    let kind = refusal(&changed(|t, _| find(t, "stem.weight").1 = Dtype::BOOL));
    assert!(
        kind.contains("stem.weight") && kind.contains("BOOL"),
        "{kind}"
    );
}

#[test]
fn packed_and_half_weights_are_checked_like_the_others() {
    // The head has 320 weights per channel, hence 160 bytes.
    let packed = |bytes: Vec<u8>, shape: Vec<usize>| {
        changed(|t, _| {
            let (_, dtype, wanted, data) = find(t, "head.weight");
            (*dtype, *wanted, *data) = (Dtype::U8, shape, Cow::Owned(bytes));
        })
    };
    let fine = read(&packed(vec![0x91; 1280 * 160], vec![1280, 160])).unwrap();
    let LayerWeights::Int4 { weight, .. } = &fine.layers["head"] else {
        panic!("not int4")
    };
    assert_eq!(weight[..3], [1, -7, 1], "low four bits first, with a sign");
    let minus_eight = refusal(&packed(vec![0x80; 1280 * 160], vec![1280, 160]));
    assert!(minus_eight.contains("head.weight"), "{minus_eight}");
    let shape = refusal(&packed(vec![0; 1280 * 320], vec![1280, 320]));
    assert!(shape.contains("[1280, 160]"), "{shape}");
    // The stem has 27 weights per channel: the last four bits of each channel are unused.
    let unused = refusal(&changed(|t, _| {
        let (_, dtype, shape, data) = find(t, "stem.weight");
        (*dtype, *shape, *data) = (Dtype::U8, vec![32, 14], Cow::Owned(vec![0x10; 32 * 14]));
    }));
    assert!(unused.contains("stem.weight"), "{unused}");

    let half = |value: u16| {
        changed(|t, _| {
            t.retain(|(name, ..)| name != "stem.weight_scale");
            let (_, dtype, _, data) = find(t, "stem.weight");
            (*dtype, *data) = (Dtype::F16, Cow::Owned(value.to_le_bytes().repeat(32 * 27)));
        })
    };
    let fine = read(&half(0x3800)).unwrap();
    assert_eq!(fine.layers["stem"].float_weight()[5], 0.5);
    let infinite = refusal(&half(0x7C00));
    assert!(
        infinite.contains("stem.weight") && infinite.contains("inf"),
        "{infinite}"
    );
}

#[test]
fn options_of_the_architecture_are_part_of_the_card() {
    let with = |options: &str| {
        changed(|_, card| {
            let at = "\"architecture\":\"efficientnet-lite0\",";
            assert!(card.contains(at));
            *card = card.replacen(at, &format!("{at}\"options\":{options},"), 1);
        })
    };
    assert_eq!(read(&with("{}")).unwrap(), shipped_model());
    let default = serde_json::to_string(&shipped_model().card).unwrap();
    assert!(!default.contains("options"), "defaults take no room");
    // The known answer of the file has 2 x 2 cells, and at this stride there must be 4 x 4.
    let finer = refusal(&with("{\"output_stride\":16}"));
    assert!(
        finer.contains("known_answer.map") && finer.contains("[4, 4]"),
        "{finer}"
    );
    let odd = refusal(&with("{\"output_stride\":7}"));
    assert!(odd.contains("[8, 16, 32]"), "{odd}");
    let signed = refusal(&with("{\"signed_features\":true}"));
    assert!(signed.contains("efficientnet-lite0"), "{signed}");
    refusal(&with("{\"stride\":16}"));
}

#[test]
fn cards_that_contradict_the_file_or_themselves_are_refused() {
    let card = |from: &'static str, to: &'static str| {
        refusal(&changed(|_, card| {
            assert!(card.contains(from), "the card has no {from}");
            *card = card.replacen(from, to, 1);
        }))
    };
    let newer = card("\"format_version\":1", "\"format_version\":3");
    assert!(newer.contains("version 3"), "{newer}");
    card("\"efficientnet-lite0\"", "\"resnet-9000\"");
    card("\"tench, Tinca tinca\",", "");
    card("\"tench, Tinca tinca\"", "\" \"");
    card("\"temperature\":1.0", "\"temperature\":0.0");
    card("[224,320,448]", "[448,320,224]");
    card("[224,320,448]", "[224,320,1000000]");
    card("\"std\":[128.0", "\"std\":[0.0");
    card("{", "[");
    let no_card = {
        let file = SafeTensors::deserialize(&SHIPPED).unwrap();
        safetensors::serialize(file.tensors(), None).unwrap()
    };
    assert!(refusal(&no_card).contains("no model card"));
}

#[test]
fn headers_that_lie_are_refused() {
    assert!(refusal(&[]).contains("0 bytes"));
    assert!(refusal(&SHIPPED[..7]).contains("7 bytes"));
    refusal(&SHIPPED[..1000]);
    refusal(&SHIPPED[..SHIPPED.len() - 1]);
    let mut longer = SHIPPED.clone();
    longer.push(0);
    refusal(&longer);
    for length in [0, 1, u64::from(u32::MAX), u64::MAX] {
        let mut lying = SHIPPED[..100_000].to_vec();
        lying[..8].copy_from_slice(&length.to_le_bytes());
        refusal(&lying);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// A damaged header is refused or leaves the file readable; it never panics.
    #[test]
    fn damaged_headers_never_panic(
        flips in proptest::collection::vec((0_usize..60_000, any::<u8>()), 1..6),
    ) {
        let mut damaged = SHIPPED.clone();
        for (index, value) in flips {
            damaged[index] = value;
        }
        if let Err(error) = read(&damaged) {
            prop_assert_eq!(error.fault(), Fault::Model);
        }
    }
}
