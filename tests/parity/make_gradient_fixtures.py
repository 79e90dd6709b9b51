"""Makes gradients.safetensors: gradients of PyTorch's own networks by their input, and guided backpropagation.

    pip install -r tests/parity/requirements-torch.txt
    python tests/parity/make_gradient_fixtures.py

Networks, weights and inputs are those of make_torch_fixtures.py. What is followed back is the sum of all logits, each times
its value of pattern("factors"). Stored per network N, input size S and rule R (plain or guided):

    N.S.R.sample       F32   every 89th value of the gradient [3, S, S]
    N.S.R.projections  F32   [8] its products with pattern("projection.0") to 7, in which every value has a part
    N.S.R.largest      F32   [1] its largest value without sign
    N.S.R.jump         F32   [1] what noise does to it, as a share of that: the largest change of any value in NOISES draws of
                             noise as strong as float32's rounding. The gradient is constant but for jumps where an activation
                             opens or closes, so that this is how far another way of rounding may lead away from it.
"""

import numpy as np
import torch
from safetensors.numpy import save_file

from make_torch_fixtures import CLASSES, HERE, SIZES, fill, layers, networks, pattern

STEP = 89
PROJECTIONS = 8
NOISES = 4
NOISE = 3e-6


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
    factors = torch.from_numpy(pattern("factors", CLASSES)).double()
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
            image = torch.from_numpy(pattern("input", 3 * size * size).reshape(1, 3, size, size) * np.float32(2)).double()
            plain, guided = both(network, image)
            assert np.abs(plain - guided).max() > 0, "the activations were not replaced"
            generator = torch.Generator().manual_seed(0)
            noises = [NOISE * torch.randn(image.shape, generator=generator, dtype=torch.float64) for _ in range(NOISES)]
            noisy = [both(network, image + noise) for noise in noises]
            for index, (rule, values) in enumerate((("plain", plain), ("guided", guided))):
                projections = [values @ pattern(f"projection.{k}", values.size).astype(np.float64) for k in range(PROJECTIONS)]
                largest = np.abs(values).max()
                jump = max(np.abs(other[index] - values).max() for other in noisy) / largest
                parts = {"jump": np.array([jump]), "sample": values[::STEP], "projections": np.array(projections), "largest": np.array([largest])}
                fixture |= {f"{name}.{size}.{rule}.{part}": value.astype(np.float32) for part, value in parts.items()}
                print(f"{name:<28} {size:>3} px  {rule:<6} largest {largest:.4g}, jumps by {jump:.1e}", flush=True)
    save_file(fixture, HERE / "gradients.safetensors")


if __name__ == "__main__":
    main()
