"""ResNet with a class-evidence layer as an ONNX graph, written from torchvision's definition; batch normalisation folded."""

from lite0_onnx import Graph, layer

# blocks per stage, convolutions per block: kernel and whether it has the stride
BASIC = ((3, True), (3, False))
BOTTLENECK = ((1, False), (3, True), (1, False))
NETWORKS = {
    "resnet18": ((2, 2, 2, 2), BASIC),
    "resnet34": ((3, 4, 6, 3), BASIC),
    "resnet50": ((3, 4, 6, 3), BOTTLENECK),
    "resnet101": ((3, 4, 23, 3), BOTTLENECK),
}


def from_model_file(tensors, name):
    """The network of one of this project's files, its int8 weights turned back into float."""
    depths, convolutions = NETWORKS[name]
    graph = Graph()

    def unit(at, x, kernel, stride):
        weight, bias = layer(tensors, at)
        inputs = [x, graph.constant(f"{at}.weight", weight), graph.constant(f"{at}.bias", bias)]
        return graph.node(
            "Conv", inputs, f"{at}.convolved",
            kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[kernel // 2] * 4,
        )

    def relu(x):
        return graph.node("Relu", [x], f"{x}.relu")

    x = relu(unit("stem", "image", 7, 2))
    x = graph.node("MaxPool", [x], "stem.pooled", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    index = 0
    for stage, depth in enumerate(depths):
        for repeat in range(depth):
            at = f"blocks.{index}"
            stride = 2 if stage > 0 and repeat == 0 else 1
            kept = unit(f"{at}.shortcut", x, 1, stride) if f"{at}.shortcut.weight" in tensors else x
            for number, (kernel, strided) in enumerate(convolutions, start=1):
                x = unit(f"{at}.conv{number}", x, kernel, stride if strided else 1)
                x = relu(x) if number < len(convolutions) else x
            x = relu(graph.node("Add", [x, kept], f"{at}.sum"))
            index += 1
    return graph.model(x, layer(tensors, "evidence"), name)
