"""Makes gradients.safetensors: gradients of PyTorch's own networks by their input, and guided backpropagation.

    pip install -r tests/parity/requirements-torch.txt
    python tests/parity/make_gradient_fixtures.py

Networks and weights are those of make_torch_fixtures.py. What is followed back is the sum of all logits, each times its value
of pattern("factors"). Stored per network N, input size S and rule R (plain or guided):

    N.S.input          F32   [2] the number K of its input, which is pattern("input.K") times 2, and its margin: the first on
                             which no activation is so near its kink that float32 might cross it (kinks.py)
    N.S.R.sample       F32   every 89th value of the gradient [3, S, S]
    N.S.R.projections  F32   [8] its products with pattern("projection.0") to 7, in which every value has a part
    N.S.R.largest      F32   [1] its largest value without sign
    N.S.R.float32      F32   [1] how far PyTorch's own float32 is from it, as a share of that
"""

import numpy as np
import torch
from safetensors.numpy import save_file

import kinks
from make_torch_fixtures import CLASSES, HERE, fill, layers, networks
from pattern import pattern

# No stride divides the first.
SIZES = (43, 64)
STEP = 89
PROJECTIONS = 8


class Guided(torch.autograd.Function):
    """A clamp that lets gradients through where it let values through unchanged and the gradient is positive."""

    @staticmethod
    def forward(context, values, low, high):
        context.save_for_backward((values > low) & (values < high))
        return values.clamp(low, high)

    @staticmethod
    def backward(context, gradient):
        (opened,) = context.saved_tensors
        return gradient.clamp(min=0) * opened, None, None


class GuidedActivations:
    """Every ReLU and ReLU6, however it is called."""

    def __enter__(self):
        functional = torch.nn.functional
        self.kept = (functional.relu, functional.relu6, functional.hardtanh, torch.relu)
        relu = lambda values, inplace=False: Guided.apply(values, 0.0, float("inf"))
        functional.relu = torch.relu = relu
        functional.relu6 = lambda values, inplace=False: Guided.apply(values, 0.0, 6.0)
        functional.hardtanh = lambda values, low, high, inplace=False: Guided.apply(values, low, high)

    def __exit__(self, *_):
        functional = torch.nn.functional
        functional.relu, functional.relu6, functional.hardtanh, torch.relu = self.kept


def gradient(network, image):
    image = image.clone().requires_grad_()
    logits, _ = network(image)
    factors = torch.from_numpy(pattern("factors", CLASSES)).to(image.dtype)
    (value,) = torch.autograd.grad((logits[0] * factors).sum(), image)
    return value.numpy().ravel()


def both(network, image):
    plain = gradient(network, image)
    with GuidedActivations():
        return plain, gradient(network, image)


def main():
    fixture = {}
    for name, build in networks():
        saved, network = build()
        network.eval()
        for layer, module in layers(saved):
            fill(layer, module)
        network.double()
        for size in SIZES:
            seed, margin = kinks.choose(network, size)
            image = kinks.image(seed, size)
            exact = both(network, image)
            assert np.abs(exact[0] - exact[1]).max() > 0, "the activations were not replaced"
            rounded = both(network.float(), image.float())
            network.double()
            fixture[f"{name}.{size}.input"] = np.array([seed, margin], np.float32)
            for rule, values, float32 in zip(("plain", "guided"), exact, rounded):
                projections = [values @ pattern(f"projection.{k}", values.size).astype(np.float64) for k in range(PROJECTIONS)]
                largest = np.abs(values).max()
                apart = np.abs(values - float32).max() / largest
                parts = {
                    "sample": values[::STEP],
                    "projections": np.array(projections),
                    "largest": np.array([largest]),
                    "float32": np.array([apart]),
                }
                fixture |= {f"{name}.{size}.{rule}.{part}": value.astype(np.float32) for part, value in parts.items()}
                print(f"{name:<28} {size:>3} px  input {seed:>2}, margin {margin:4.1f}  {rule:<6} float32 {apart:.1e}", flush=True)
    save_file(fixture, HERE / "gradients.safetensors")


if __name__ == "__main__":
    main()
