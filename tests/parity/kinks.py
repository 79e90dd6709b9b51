"""How near a network's activations are to their kinks, so that inputs can be chosen on which float32 finds no other gradient.

A gradient is constant but for jumps where a ReLU opens or closes, a ReLU6 is full, or another pixel of a pooling window is the
largest. Float32 rounds every value before them; where that crosses such a place, all layers before it get another gradient,
whoever computes it. `margin` is the smallest distance of any such place as a multiple of the rounding there. On the networks of
make_torch_fixtures.py, PyTorch's own float32 gradients are within 2e-6 of float64's wherever it is above 2, and up to 4e-2 off
where it is not.
"""

import contextlib

import numpy as np
import torch
import torch.nn.functional as F

from pattern import pattern

# An input is good enough with this margin; of so many, the best is taken if none is.
ENOUGH = 3.0
TRIED = 40


def image(seed, size):
    """The input of that number, as the Rust tests compute it too."""
    values = pattern(f"input.{seed}", 3 * size * size).reshape(1, 3, size, size) * np.float32(2)
    return torch.from_numpy(values).double()


def choose(network, size, points=lambda image: image):
    """The number of the first input of which all `points` of a gradient have margin enough, and that margin."""
    best = (0.0, 0)
    for seed in range(TRIED):
        found = margin(network, points(image(seed, size)))
        best = max(best, (found, -seed))
        if found >= ENOUGH:
            break
    return -best[1], best[0]


@contextlib.contextmanager
def watched(see):
    """Calls `see(name, values, arguments)` before every activation and pooling, however it is called."""
    places = [(F, "relu"), (F, "relu6"), (F, "hardtanh"), (F, "max_pool2d"), (torch, "relu"), (torch.Tensor, "clamp")]
    kept = {place: getattr(*place) for place in places}

    def wrapped(name, original):
        def call(values, *arguments, **options):
            see(name, values.detach().clone(), (arguments, options))
            return original(values, *arguments, **options)

        return call

    for (place, name), original in kept.items():
        setattr(place, name, wrapped(name, original))
    try:
        yield
    finally:
        for (place, name), original in kept.items():
            setattr(place, name, original)


def record(network, images):
    found = []
    with torch.no_grad(), watched(lambda *what: found.append(what)):
        network(images)
    return found


def distances(name, values, arguments):
    """Of every value to the nearest kink."""
    if name == "max_pool2d":
        (size, *more), options = arguments
        stride = (more[0] if more else options.get("stride")) or size
        padding = more[1] if len(more) > 1 else options.get("padding", 0)
        padded = F.pad(values, [padding] * 4, value=float("-inf"))
        windows = padded.unfold(2, size, stride).unfold(3, size, stride).flatten(4)
        first, second = windows.topk(2, -1).values.unbind(-1)
        # Where all are closed, nothing comes through whichever is taken.
        return (first - second)[first > 0]
    if name == "relu":
        return values.abs()
    return torch.minimum(values.abs(), (values - 6).abs())


def margin(network, images):
    """`network` has weights of float32 in float64, and gets them back."""
    exact = record(network, images)
    rounded = record(network.float(), images.float())
    network.double()
    assert len(exact) == len(rounded) > 0
    least = float("inf")
    for (name, values, arguments), (_, approximate, _) in zip(exact, rounded):
        found = distances(name, values, arguments)
        if found.numel():
            rounding = (values - approximate.double()).pow(2).mean().sqrt()
            least = min(least, float(found.min() / rounding))
    return least
