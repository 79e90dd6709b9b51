"""Makes models/: weights files that must be refused, and one that must not. Needs numpy.

Every bad file is the good one, base.safetensors.gz, with one fault, so that a refusal is due to that fault. The base is an
EfficientNet-Lite0 for two classes whose weights are all zero: a whole network that gzip makes small. Its maps are the two
biases, so its known answer is right as well.

models/manifest.json lists each bad file with what its refusal must say.
"""

import gzip
import json
import struct
from pathlib import Path

import numpy as np

MODELS = Path(__file__).resolve().parent / "models"
# EfficientNet-Lite0: repeats, kernel, expansion, channels of each stage.
STAGES = [(1, 3, 1, 16), (2, 3, 6, 24), (2, 5, 6, 40), (3, 3, 6, 80), (3, 5, 6, 112), (4, 5, 6, 192), (1, 3, 6, 320)]
FEATURES = 1280
KNOWN_SIZE = 64
LOGITS = [1.0, 2.0]
DTYPES = {"i1": "I8", "u1": "U8", "f2": "F16", "f4": "F32", "f8": "F64", "b1": "BOOL"}

CARD = {
    "format_version": 1,
    "title": "Nothing at all",
    "architecture": "efficientnet-lite0",
    "input": {
        "size": 224,
        "sizes": [64, 224],
        "mean": [127.0, 127.0, 127.0],
        "std": [128.0, 128.0, 128.0],
        "fit": "centre-square",
    },
    "temperature": 1.0,
    "provenance": {
        "weights": "tests/bad/make_models.py",
        "licence": "CC0-1.0",
        "attribution": "none",
        "training_data": "none",
        "conversion": "none",
    },
    "figures": [],
    "intended_use": "Tests.",
    "limits": ["It knows nothing."],
    "classes": ["one", "two"],
}


def layers():
    """Name and weight shape of every layer."""
    yield "stem", (32, 3, 3, 3)
    channels, index = 32, 0
    for repeats, kernel, expansion, out in STAGES:
        for _ in range(repeats):
            hidden = channels * expansion
            if expansion > 1:
                yield f"blocks.{index}.expand", (hidden, channels, 1, 1)
            yield f"blocks.{index}.depthwise", (hidden, 1, kernel, kernel)
            yield f"blocks.{index}.project", (out, hidden, 1, 1)
            channels, index = out, index + 1
    yield "head", (FEATURES, channels, 1, 1)
    yield "evidence", (len(LOGITS), FEATURES, 1, 1)


def tensors():
    """The base's tensors."""
    result = {}
    for name, shape in layers():
        result[f"{name}.weight"] = np.zeros(shape, "i1")
        result[f"{name}.weight_scale"] = np.ones(shape[0], "f4")
        result[f"{name}.bias"] = np.zeros(shape[0], "f4")
    result["evidence.bias"] = np.array(LOGITS, "f4")
    cells = KNOWN_SIZE // 32
    result["known_answer.input"] = np.zeros((KNOWN_SIZE, KNOWN_SIZE, 3), "u1")
    result["known_answer.logits"] = np.array(LOGITS, "f4")
    result["known_answer.map"] = np.full((cells, cells), max(LOGITS), "f4")
    return result


def raw(header, data=b"", length=None):
    """A file with this header, as text or bytes, whatever it says."""
    header = header.encode() if isinstance(header, str) else header
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def entry(start, end, dtype="U8", shape=None):
    return {"dtype": dtype, "shape": [end - start] if shape is None else shape, "data_offsets": [start, end]}


def file(arrays, card=CARD):
    """A weights file. A card that is text goes in as it is."""
    header = {"__metadata__": {"softcam": card if isinstance(card, str) else json.dumps(card)}}
    data = bytearray()
    for name, array in arrays.items():
        start = len(data)
        data += array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = entry(start, len(data), DTYPES[array.dtype.str[1:]], list(array.shape))
    return raw(json.dumps(header, separators=(",", ":")), bytes(data))


def with_tensors(**changes):
    """The base with these tensors put in; None takes one out. Double underscores stand for dots."""
    arrays = tensors()
    for name, array in changes.items():
        name = name.replace("__", ".")
        if array is None:
            del arrays[name]
        else:
            arrays[name] = array
    return file(arrays)


def with_value(name, index, value):
    arrays = tensors()
    arrays[name].flat[index] = value
    return file(arrays)


def with_card(*path, to):
    """A file without tensors, because the card comes first, with one entry of the card changed."""
    card = json.loads(json.dumps(CARD))
    *outer, last = path
    place = card
    for key in outer:
        place = place[key]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return file({}, card)


def bad_containers():
    invalid = "not a valid safetensors file"
    two = lambda a, b: json.dumps({"first": a, "second": b})
    yield "empty", b"", "only 0 bytes"
    yield "seven-bytes", b"\x10\0\0\0\0\0\0", "only 7 bytes"
    yield "eight-bytes", b"\x10\0\0\0\0\0\0\0", "not a safetensors file"
    yield "text", b"These are not the weights that you are looking for.", "not a safetensors file"
    yield "web-page", b"<!DOCTYPE html><title>404 Not Found</title>", "not a safetensors file"
    yield "header-beyond-the-end", raw('{"a":1}', length=1000), "ends within its header"
    yield "header-of-100-megabytes", raw('{"a":1}', length=100 << 20), "a header of 104857600 bytes"
    yield "header-of-16-exabytes", raw('{"a":1}', length=2**64 - 1), "a header of 18446744073709551615 bytes"
    yield "header-cut-by-its-length", raw('{"__metadata__":{}}', length=10), invalid
    yield "header-of-no-bytes", raw('{"__metadata__":{}}', length=0), invalid
    yield "header-not-json", raw("{what: is this}"), invalid
    yield "header-not-utf8", raw(b'{"\xff\xfe":{}}'), invalid
    yield "header-nested-deeply", raw('{"__metadata__":' + "[" * 50_000 + "]" * 50_000 + "}"), invalid
    yield "name-twice", raw('{"a":%s,"a":%s}' % ((json.dumps(entry(0, 4)),) * 2), bytes(4)), '"a" occurs twice'
    yield "metadata-twice", raw('{"__metadata__":{},"__metadata__":{}}'), '"__metadata__" occurs twice'
    yield "offsets-overlap", raw(two(entry(0, 4), entry(2, 6)), bytes(6)), invalid
    yield "offsets-with-a-hole", raw(two(entry(0, 4), entry(6, 8)), bytes(8)), invalid
    yield "offsets-backwards", raw(two(entry(0, 4), entry(4, 2, shape=[2])), bytes(4)), invalid
    yield "offsets-negative", raw(two(entry(-4, 0), entry(0, 4)), bytes(4)), invalid
    yield "offsets-beyond-the-end", raw(two(entry(0, 4), entry(4, 400)), bytes(8)), '"second" ends at byte 400'
    # Each length is right by itself; their sum is not a number of 64 bits.
    step = 2**61 - 1
    huge = {f"t{i}": entry(i * step, (i + 1) * step) for i in range(8)}
    huge["last"] = entry(8 * step, 2**64 - 1)
    yield "offsets-add-up-to-overflow", raw(json.dumps(huge), bytes(8)), "ends at byte"
    yield "shape-overflows", raw(json.dumps({"a": entry(0, 4, shape=[2**31, 2**31, 2**31])}), bytes(4)), "overflow"
    yield "shape-of-more-than-its-bytes", raw(json.dumps({"a": entry(0, 4, shape=[5])}), bytes(4)), invalid
    yield "type-unknown", raw(json.dumps({"a": entry(0, 4, dtype="I7")}), bytes(4)), "I7"
    yield "bytes-of-no-tensor", raw(json.dumps({"a": entry(0, 4)}), bytes(5)), "belong to no tensor"
    yield "no-metadata", raw(json.dumps({"a": entry(0, 4)}), bytes(4)), "no model card"
    yield "metadata-without-a-card", raw('{"__metadata__":{"format":"pt"}}'), "no model card"
    yield "card-not-text", raw('{"__metadata__":{"softcam":{"format_version":1}}}'), invalid


def bad_cards():
    unread = "model card cannot be read"
    yield "card-empty", file({}, ""), unread
    yield "card-not-json", file({}, "a model"), unread
    yield "card-cut", file({}, json.dumps(CARD)[:200]), unread
    yield "card-is-a-list", file({}, "[]"), unread
    yield "card-without-a-version", with_card("format_version", to=None), "format_version"
    yield "card-of-version-0", with_card("format_version", to=0), "format version 0"
    # What else a later version changes is not what its reader is told.
    later = {"format_version": 3, "network": "x"}
    yield "card-of-version-3", file({}, json.dumps(later)), "format version 3"
    yield "card-of-a-huge-version", with_card("format_version", to=2**40), unread
    yield "architecture-unknown", with_card("architecture", to="resnet-9000"), "no architecture"
    yield "option-unknown", with_card("options", to={"stride": 8}), "stride"
    yield "output-stride-odd", with_card("options", to={"output_stride": 7}), "output stride 7"
    yield "output-stride-zero", with_card("options", to={"output_stride": 0}), "output stride 0"
    yield "signed-features-elsewhere", with_card("options", to={"signed_features": True}), "signed features"
    yield "classes-none", with_card("classes", to=[]), "0 classes"
    yield "class-without-a-name", with_card("classes", to=["one", " "]), "class 1 has no name"
    yield "class-not-text", with_card("classes", to=["one", 2]), unread
    yield "size-not-on-offer", with_card("input", "size", to=100), "input size 100"
    yield "sizes-descend", with_card("input", "sizes", to=[224, 64]), "must ascend"
    yield "size-of-a-million", with_card("input", "sizes", to=[224, 1_000_000]), "1000000"
    yield "size-negative", with_card("input", "size", to=-1), unread
    yield "mean-of-two", with_card("input", "mean", to=[1.0, 2.0]), unread
    yield "std-zero", with_card("input", "std", to=[128.0, 0.0, 128.0]), "standard deviation"
    yield "std-infinite", with_card("input", "std", to=[128.0, 1e39, 128.0]), unread
    yield "fit-unknown", with_card("input", "fit", to="crop"), "crop"
    yield "temperature-zero", with_card("temperature", to=0.0), "temperature 0"
    yield "temperature-negative", with_card("temperature", to=-1.0), "temperature -1"
    yield "temperature-infinite", with_card("temperature", to=1e39), unread


def bad_networks():
    base = file(tensors())
    nan, infinity = float("nan"), float("inf")
    yield "cut-in-half", base[: len(base) // 2], "ends at byte"
    yield "cut-by-one-byte", base[:-1], "ends at byte"
    yield "cut-within-the-header", base[:1000], "ends within its header"
    yield "one-byte-more", base + b"\0", "belong to no tensor"
    yield "tensor-missing", with_tensors(blocks__3__expand__weight=None), '"blocks.3.expand.weight" is missing'
    yield "scale-missing", with_tensors(head__weight_scale=None), '"head.weight_scale" is missing'
    yield "bias-missing", with_tensors(stem__bias=None), '"stem.bias" is missing'
    yield "tensor-too-many", with_tensors(stranger=np.zeros(1, "u1")), '"stranger" is not part'
    yield "type-of-weights", with_tensors(stem__weight=np.zeros((32, 3, 3, 3), "f8")), "F64 instead of I8"
    yield "type-of-a-bias", with_tensors(stem__bias=np.zeros(32, "f2")), '"stem.bias" has type F16'
    yield "shape-transposed", with_tensors(stem__weight=np.zeros((3, 32, 3, 3), "i1")), "instead of [32, 3, 3, 3]"
    yield "shape-of-a-scale", with_tensors(stem__weight_scale=np.ones(1, "f4")), "[1] instead of [32]"
    yield "shape-of-no-axes", with_tensors(stem__bias=np.zeros((), "f4")), "[] instead of [32]"
    three = np.zeros((3, FEATURES, 1, 1), "i1")
    yield "classes-of-another-layer", with_tensors(evidence__weight=three), "instead of [2, 1280, 1, 1]"
    yield "bias-nan", with_value("stem.bias", 3, nan), '"stem.bias" holds NaN at index 3'
    yield "bias-infinite", with_value("head.bias", 0, -infinity), '"head.bias" holds -inf'
    yield "scale-nan", with_value("stem.weight_scale", 0, nan), '"stem.weight_scale" holds NaN'
    yield "scale-infinite", with_value("head.weight_scale", 9, infinity), '"head.weight_scale" holds inf'
    yield "scale-zero", with_value("head.weight_scale", 9, 0.0), "must be positive"
    yield "scale-negative", with_value("head.weight_scale", 9, -1.0), "must be positive"

    yield "answer-without-input", with_tensors(known_answer__input=None), '"known_answer.input" is missing'
    yield "answer-without-logits", with_tensors(known_answer__logits=None), '"known_answer.logits" is missing'
    yield "answer-without-map", with_tensors(known_answer__map=None), '"known_answer.map" is missing'
    yield "answer-of-nan", with_value("known_answer.logits", 1, nan), '"known_answer.logits" holds NaN'
    yield "answer-for-three", with_tensors(known_answer__logits=np.zeros(3, "f4")), "[3] instead of [2]"
    yield "answer-of-other-cells", with_tensors(known_answer__map=np.zeros((3, 3), "f4")), "instead of [2, 2]"
    sides = "from 32 to 1024"
    yield "answer-to-no-pixels", with_tensors(known_answer__input=np.zeros((0, 0, 3), "u1")), sides
    yield "answer-to-a-strip", with_tensors(known_answer__input=np.zeros((64, 1, 3), "u1")), "[64, 1, 3] instead"
    yield "answer-to-a-large-input", with_tensors(known_answer__input=np.zeros((2048, 1, 3), "u1")), sides
    yield "answer-to-floats", with_tensors(known_answer__input=np.zeros((64, 64, 3), "f4")), "F32 instead of U8"

    int4 = lambda value, *shape: np.full(shape, value, "u1")
    yield "int4-unpacked", with_tensors(head__weight=int4(0, 1280, 320)), "instead of [1280, 160]"
    yield "int4-too-short", with_tensors(head__weight=int4(0, 1280, 159)), "instead of [1280, 160]"
    yield "int4-minus-eight", with_tensors(head__weight=int4(0x08, 1280, 160)), "no int4 weight has"
    # 27 weights per channel: the last four bits of each are no weight.
    yield "int4-unused-bits", with_tensors(stem__weight=int4(0x10, 32, 14)), "no int4 weight has"
    yield "int4-without-scale", with_tensors(stem__weight=int4(0, 32, 14), stem__weight_scale=None), "is missing"
    half = lambda value, shape=(32, 3, 3, 3): {"stem__weight": np.full(shape, value, "f2"), "stem__weight_scale": None}
    yield "half-too-short", with_tensors(**half(0, (31, 3, 3, 3))), "instead of [32, 3, 3, 3]"
    yield "half-nan", with_tensors(**half(nan)), '"stem.weight" holds NaN'
    yield "half-infinite", with_tensors(**half(infinity)), '"stem.weight" holds inf'
    float_weights = np.zeros((32, 3, 3, 3), "f4")
    yield "float-with-a-scale", with_tensors(stem__weight=float_weights), '"stem.weight_scale" is not part'
    float_weights[31, 2, 2, 2] = nan
    yield "float-nan", with_tensors(stem__weight=float_weights, stem__weight_scale=None), "NaN at index 863"


def write(name, content):
    """Whole networks are compressed; the name tells."""
    name += ".safetensors"
    if len(content) > 10_000:
        name += ".gz"
        content = gzip.compress(content, 9, mtime=0)
    (MODELS / name).write_bytes(content)
    return name


def main():
    MODELS.mkdir(exist_ok=True)
    for old in [*MODELS.glob("*.safetensors"), *MODELS.glob("*.safetensors.gz")]:
        old.unlink()
    bad = [*bad_containers(), *bad_cards(), *bad_networks()]
    manifest = {
        "good": write("base", file(tensors())),
        # Nothing in the file tells; only running the network does.
        "wrong_answer": write("wrong-answer", with_value("known_answer.map", 3, 2.1)),
        "bad": [{"file": write(name, content), "says": says} for name, content, says in bad],
    }
    (MODELS / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


main()
