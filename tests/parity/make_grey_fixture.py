"""Makes grey.json: what a ResNet-18 for grey pictures computes, by NumPy alone.

    pip install numpy
    python tests/parity/make_grey_fixture.py

Its first convolution reads one channel, and its last layer has no bias. Weights and inputs come from `pattern`, as in
make_torch_fixtures.py; the grey value of a colour is that of ITU-R BT.601. Everything is computed in float64.
"""

import json
from pathlib import Path

import numpy as np

from pattern import pattern

HERE = Path(__file__).resolve().parent
CLASSES = 5
LUMA = (0.299, 0.587, 0.114)


def weight(name, shape):
    bound = np.sqrt(np.float32(6.0) / np.float32(np.prod(shape[1:])))
    return (pattern(f"{name}.weight", int(np.prod(shape))) * bound).reshape(shape).astype(np.float64)


def convolution(x, name, out, kernel, stride):
    """A convolution without bias, padded by half its kernel. `x` is [channels, height, width]."""
    w = weight(name, (out, x.shape[0], kernel, kernel))
    half = kernel // 2
    padded = np.pad(x, ((0, 0), (half, half), (half, half)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2))[:, ::stride, ::stride]
    return np.einsum("ochw,cyxhw->oyx", w, windows, optimize=True)


def normalised(x, name):
    def part(of):
        return pattern(f"{name}.{of}", x.shape[0]).astype(np.float64)[:, None, None]

    variance = 1.125 + part("running_var") * 0.5
    scaled = (x - part("running_mean") * 0.25) / np.sqrt(variance + 1e-5)
    return scaled * (1 + part("weight") * 0.25) + part("bias") * 0.25


def relu(x):
    return np.maximum(x, 0)


def largest_of_three(x):
    """Max pooling 3x3 with stride 2."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))[:, ::2, ::2].max((3, 4))


def resnet18(x):
    """The evidence maps [classes, h, w] of a normalised grey picture [1, height, width]."""
    x = largest_of_three(relu(normalised(convolution(x, "conv1", 64, 7, 2), "bn1")))
    for stage in range(4):
        width = 64 << stage
        for block in range(2):
            at = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = relu(normalised(convolution(x, f"{at}.conv1", width, 3, stride), f"{at}.bn1"))
            y = normalised(convolution(y, f"{at}.conv2", width, 3, 1), f"{at}.bn2")
            if stride == 2:
                x = normalised(convolution(x, f"{at}.downsample.0", width, 1, 2), f"{at}.downsample.1")
            x = relu(x + y)
    return np.einsum("cf,fyx->cyx", weight("fc", (CLASSES, 512)), x)


def main():
    answers = {}
    for size in (64, 107):
        colours = pattern("input", 3 * size * size).reshape(3, size, size).astype(np.float64) * 2
        grey = np.einsum("c,cyx->yx", LUMA, colours)[None]
        maps = resnet18(grey)
        answers[str(size)] = {"logits": maps.mean((1, 2)).tolist(), "maps": maps.ravel().tolist()}
        print(size, maps.shape, maps.mean((1, 2)))
    (HERE / "grey.json").write_text(json.dumps(answers) + "\n")


if __name__ == "__main__":
    main()
