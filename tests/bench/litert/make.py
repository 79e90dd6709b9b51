"""Writes networks as TensorFlow Lite files, for comparing speed with LiteRT.js.

    python make.py FOLDER NETWORK@SIZE...

From FOLDER/NETWORK-float.onnx (tests/parity/export_onnx.py) comes FOLDER/NETWORK-float-SIZE.tflite: each ONNX node as the
TensorFlow operation of the same meaning, then TensorFlow's own converter. LiteRT plans its memory for one size of the
input, so each size has a file.

Input `image` [1, SIZE, SIZE, 3], outputs `logits` [1, classes] and `maps` [1, rows, columns, classes].
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import tensorflow as tf
from onnx import helper, numpy_helper


def padded(x, attributes):
    """Padding of a window, in TensorFlow's words. Explicit padding with a stride is not what it calls SAME."""
    if attributes.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
        return x, "SAME"
    top, left, bottom, right = attributes.get("pads", [0] * 4)
    if not any((top, left, bottom, right)):
        return x, "VALID"
    if attributes["strides"] == [1, 1] and all(2 * top + 1 == side for side in attributes["kernel_shape"]):
        return x, "SAME"
    return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), "VALID"


def convolution(attributes, x, weight, bias):
    strides = attributes.get("strides", [1, 1])
    x, padding = padded(x, attributes)
    if attributes.get("group", 1) > 1:
        if weight.shape[1] != 1 or attributes["group"] != weight.shape[0]:
            raise ValueError("groups of more than one channel are not written yet")
        x = tf.nn.depthwise_conv2d(x, weight.transpose(2, 3, 0, 1), [1, *strides, 1], padding)
    else:
        x = tf.nn.conv2d(x, weight.transpose(2, 3, 1, 0), strides, padding)
    return tf.nn.bias_add(x, bias)


def largest(attributes, x):
    # tf.pad adds zeros, which are no larger than anything behind a ReLU: see `convert`.
    x, padding = padded(x, attributes)
    return tf.nn.max_pool2d(x, attributes["kernel_shape"], attributes["strides"], padding)


def clipped(_, x, low, high):
    if (low, high) != (0, 6):
        raise ValueError(f"clipping to {low}..{high} is not written yet")
    return tf.nn.relu6(x)


def mean(attributes, x, axes):
    if list(axes) != [2, 3] or attributes.get("keepdims", 1):
        raise ValueError("only the mean of planes is written yet")
    return tf.reduce_mean(x, [1, 2])


OPERATIONS = {
    "Add": lambda _, a, b: a + b,
    "Clip": clipped,
    "Conv": convolution,
    "MaxPool": largest,
    "ReduceMean": mean,
    "Relu": lambda _, x: tf.nn.relu(x),
}


def convert(graph, size):
    """`graph` as a TensorFlow Lite file for images of `size`."""
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    kinds = {name: node.op_type for node in graph.node for name in node.output}
    for node in graph.node:
        if node.op_type == "MaxPool" and kinds.get(node.input[0]) != "Relu":
            raise ValueError("a maximum over padding is only right behind a ReLU")

    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([1, size, size, 3], tf.float32, "image")])
    def run(image):
        values = {**constants, "image": image}
        for node in graph.node:
            attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
            inputs = [values[name] for name in node.input]
            values[node.output[0]] = OPERATIONS[node.op_type](attributes, *inputs)
        return {name: values[name] for name in ("logits", "maps")}

    module.run = run
    return tf.lite.TFLiteConverter.from_concrete_functions([run.get_concrete_function()], module).convert()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("wanted", nargs="+", metavar="NETWORK@SIZE")
    arguments = parser.parse_args()

    for wanted in arguments.wanted:
        network, size = wanted.rsplit("@", 1)
        source = arguments.folder / f"{network}-float.onnx"
        target = arguments.folder / f"{network}-float-{size}.tflite"
        print(wanted, flush=True)
        # Whole or not at all: a file that is there counts as finished.
        part = target.with_suffix(".part")
        part.write_bytes(convert(onnx.load(source).graph, int(size)))
        part.replace(target)


if __name__ == "__main__":
    main()
