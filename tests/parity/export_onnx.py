"""Writes the shipped network as ONNX, for comparing speed with onnxruntime-web.

    python export_onnx.py --out DIR

`lite0-float.onnx` has the int8 weights turned back into float: the very numbers that this project computes with.
`lite0-int8.onnx` keeps them int8 behind a DequantizeLinear node per layer: the same network in as few bytes.
"""

import argparse
from pathlib import Path

import lite0_onnx
import numpy as np
import onnx
from make_fixtures import MODEL
from onnx import helper, numpy_helper
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    tensors = load_file(MODEL)
    onnx.save(lite0_onnx.from_model_file(tensors), out / "lite0-float.onnx")
    onnx.save(with_int8_weights(lite0_onnx.from_model_file(tensors), tensors), out / "lite0-int8.onnx")


if __name__ == "__main__":
    main()
