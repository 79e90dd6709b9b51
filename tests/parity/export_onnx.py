"""Writes networks as ONNX, for comparing speed with onnxruntime-web.

    python export_onnx.py --out DIR MODEL...

Each MODEL is a file of this project with int8 weights; NETWORK is the architecture in its card.

`NETWORK-float.onnx` has the int8 weights turned back into float: the very numbers that this project computes with.
`NETWORK-int8.onnx` keeps them int8 behind a DequantizeLinear node per layer: the same network in as few bytes.
`NETWORK-int8-static.onnx` computes in int8: weights per channel and activations, calibrated on the page's samples, as
onnxruntime's own quantize_static writes it (QDQ). Only this one is another function than the others.
"""

import argparse
import json
import tempfile
from pathlib import Path

import lite0_onnx
import numpy as np
import onnx
import resnet_onnx
from make_fixtures import ROOT, centre_square
from onnx import helper, numpy_helper
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file


def with_int8_weights(model, tensors):
    """`model` with each float weight replaced by its int8 original and its scales."""
    graph = model.graph
    kept, added = [], []
    for constant in graph.initializer:
        quantized = tensors.get(constant.name)
        if quantized is None or quantized.dtype != np.int8:
            kept.append(constant)
            continue
        stored, scale = f"{constant.name}.int8", f"{constant.name}_scale"
        kept.append(numpy_helper.from_array(quantized, stored))
        kept.append(numpy_helper.from_array(tensors[scale], scale))
        added.append(helper.make_node("DequantizeLinear", [stored, scale], [constant.name], name=stored, axis=0))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = added + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


class Samples(quantization.CalibrationDataReader):
    """The page's everyday samples, one by one, as the network's input."""

    def __init__(self, card):
        size, mean, std = (card["input"][key] for key in ("size", "mean", "std"))
        photos = sorted(path for path in (ROOT / "web/samples").glob("*.jpg") if ".thumb" not in path.name)
        squares = (centre_square(Image.open(path).convert("RGB"), size) for path in photos)
        scaled = (((square - np.float32(mean)) / np.float32(std)).transpose(2, 0, 1)[None] for square in squares)
        self.images = ({"image": image.astype(np.float32)} for image in scaled)

    def get_next(self):
        return next(self.images, None)


def quantize_static(source, target, card):
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantization.quantize_static(
            prepared, target, Samples(card),
            quant_format=quantization.QuantFormat.QDQ, per_channel=True,
            activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
            nodes_to_exclude=["logits"],
        )


def build(tensors, name):
    if name.startswith("efficientnet-lite"):
        return lite0_onnx.from_model_file(tensors, int(name[-1]))
    return resnet_onnx.from_model_file(tensors, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    arguments = parser.parse_args()
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)

    for file in arguments.models:
        with safe_open(file, "numpy") as opened:
            card = json.loads(opened.metadata()["softcam"])
        name, tensors = card["architecture"], load_file(file)
        files = [out / f"{name}-{precision}.onnx" for precision in ("float", "int8", "int8-static")]
        if all(made.exists() and made.stat().st_mtime >= file.stat().st_mtime for made in files):
            continue
        print(name, flush=True)
        onnx.save(build(tensors, name), files[0])
        onnx.save(with_int8_weights(build(tensors, name), tensors), files[1])
        quantize_static(files[0], files[2], card)


if __name__ == "__main__":
    main()
