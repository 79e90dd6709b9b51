"""Makes metrics.json: what other people's code says of how good a map is.

    pip install -r tests/parity/requirements-metrics.txt
    python tests/parity/make_metric_fixtures.py

Pictures, maps and the toy network are not stored: they come from `pattern` (pattern.py), which the Rust test
computes too. What is compared with what:

    gini                    quantus.Sparseness
    mass, pointing          quantus.RelevanceMassAccuracy, quantus.PointingGame
    deletion, insertion     torchcam.metrics.DeletionInsertionMetric; deletion_curve: quantus.PixelFlipping
    average_drop, increase  torchcam.metrics.ClassificationMetric
    imputed                 pytorch_grad_cam's NoisyLinearImputer without noise
    road_*                  pytorch_grad_cam's ROAD without noise, percentiles 10 to 90
    sensitivity_*           captum.metrics.sensitivity_max; quantus.MaxSensitivity and AvgSensitivity
    spearman                quantus' correlation_spearman (scipy)
    blurred                 scipy.ndimage.gaussian_filter
    patches, rows           extract_patch of the official SoftCAM code, with its OpenCV
    topk                    topK_patches and get_topk_precision of the same
"""

import contextlib
import json
from functools import partial
from pathlib import Path

import captum.metrics
import cv2
import numpy as np
import quantus
import scipy.ndimage
import torch
import torchcam.metrics
from pytorch_grad_cam.metrics.road import NoisyLinearImputer, RemoveLeastRelevantFirst, RemoveMostRelevantFirst
from pytorch_grad_cam.utils.model_targets import ClassifierOutputSoftmaxTarget
from pytorch_grad_cam.metrics.perturbation_confidence import PerturbationConfidenceMetric
from quantus.functions.similarity_func import correlation_spearman
from torch import nn

from pattern import pattern

HERE = Path(__file__).resolve().parent
SIDE = 24
CLASSES = 3
CLASS = 1


class Toy(nn.Module):
    """One linear layer on all values."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3 * SIDE * SIDE, CLASSES)
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(pattern("weight", 3 * SIDE * SIDE * CLASSES).reshape(CLASSES, -1)) / 16)
            self.linear.bias.copy_(torch.tensor([0.0, 1.0, 0.5]))

    def forward(self, x):
        return self.linear(x.reshape(x.shape[0], -1))


class Extractor:
    """Gives the same map whatever is asked."""

    def __init__(self, model, cam):
        self.model = model
        self.cam = cam

    def __call__(self, class_idx=None, scores=None, normalized=True, targets=None):
        return [self.cam]

    def fuse_cams(self, cams):
        return cams[0]

    def _hooks_off(self):
        return contextlib.nullcontext()


def explain(x):
    """A map that changes with the picture: sum over channels of x · |x|."""
    return (x * abs(x)).sum(1, keepdims=True)


def official_patches(image, heat, ps=33):
    """extract_patch of kdjoumessi/SoftCAM (MIT, 2025 Kerol Djoumessi), on an image in memory."""
    src = cv2.GaussianBlur(image, (3, 3), 0)
    grey = cv2.cvtColor(src, cv2.COLOR_BGR2GRAY)
    _, bright = cv2.threshold(grey, 80, 255, cv2.THRESH_BINARY)
    indices = cv2.findNonZero(bright)
    height, width, _ = image.shape
    min_y = np.max(np.min(np.squeeze(indices), axis=0))
    max_y = np.max(np.max(np.squeeze(indices), axis=0))
    patches = []
    for i in range(min_y, max_y, ps):
        for j in range(0, width, ps):
            patches.append(((i, j), np.max(heat[i : i + ps, j : j + ps])))
    return sorted(patches, key=lambda x: x[1], reverse=True), int(min_y), int(max_y)


def official_topk(heat, mask, k, threshold, size=60, dx=-2, dy=2, p=4, s=8, ps=33):
    """topK_patches and the hits of get_topk_precision (the same code, MIT)."""
    values, order = torch.topk(torch.from_numpy(heat.flatten()), heat.size)
    values, order = values.tolist(), order.tolist()
    top, blocked, i = [], [], 0
    while len(top) < k and values[i] > threshold:
        index = order[i]
        if index not in blocked:
            top.append(index)
        row, col = index // size + dx, index % size + dy
        blocked += [(row + a) * size + col - b for a in range(p) for b in range(p)]
        i += 1
    places = [(index // size * s, index % size * s) for index in top]
    return [int(mask[y : y + ps, x : x + ps].max()) for y, x in places]


def main():
    torch.manual_seed(0)
    model = Toy().eval()
    count = SIDE * SIDE
    x = pattern("picture", 3 * count).reshape(1, 3, SIDE, SIDE)
    x_torch = torch.from_numpy(x)
    y = np.array([CLASS])
    a = pattern("map", count).reshape(1, 1, SIDE, SIDE)
    # So that the order says something of the network.
    weight = model.linear.weight.detach().numpy()[CLASS].reshape(3, SIDE, SIDE)
    a = a * np.float32(0.25) + (weight * x[0]).sum(0)[None, None] * np.float32(4)
    positive = np.maximum(a, 0)
    mask = np.zeros_like(a)
    mask[..., 5:17, 3:12] = 1
    call = dict(model=model, x_batch=x, y_batch=y, device="cpu", softmax=True)
    quiet = dict(disable_warnings=True, display_progressbar=False)
    out = {}

    out["gini"] = quantus.Sparseness(abs=True, normalise=False, **quiet)(**call, a_batch=a.copy())[0]
    out["mass"] = quantus.RelevanceMassAccuracy(abs=False, normalise=False, **quiet)(**call, a_batch=positive.copy(), s_batch=mask)[0]
    out["pointing"] = bool(quantus.PointingGame(abs=False, normalise=False, **quiet)(**call, a_batch=a.copy(), s_batch=mask)[0])

    flips = quantus.PixelFlipping(features_in_step=3 * 24, perturb_baseline=0.0, abs=False, normalise=False, **quiet)
    out["deletion_curve"] = np.array(flips(**call, a_batch=a.copy())[0]).tolist()
    extractor = Extractor(model, torch.from_numpy(a[0]))
    softmax = partial(torch.softmax, dim=-1)
    curves = torchcam.metrics.DeletionInsertionMetric(extractor, softmax, steps=24)
    curves.update(x_torch, CLASS)
    out |= {name: float(value) for name, value in zip(("deletion", "insertion"), (curves.deletion, curves.insertion))}

    # What the map shows makes the network surer, what its negative shows less so.
    for name, key, cam in (("increase", "conf_increase", a), ("average_drop", "avg_drop", -a)):
        scaled = (cam - cam.min()) / (cam.max() - cam.min())
        confidence = torchcam.metrics.ClassificationMetric(Extractor(model, torch.from_numpy(scaled[0])), softmax)
        confidence.update(x_torch, CLASS)
        out[name] = confidence.summary()[key]

    imputer = NoisyLinearImputer(noise=0.0)
    out["imputed"] = {}
    order = np.argsort(-a.flatten())
    for share in (0.3, 0.9):
        known = np.ones(count, dtype=np.float32)
        known[order[: round(share * count)]] = 0
        filled = imputer(x_torch[0], torch.from_numpy(known.reshape(SIDE, SIDE)))
        out["imputed"][str(share)] = [round(float(v), 6) for v in filled.flatten()]
    target = [ClassifierOutputSoftmaxTarget(CLASS)]
    for name, remove in (("morf", RemoveMostRelevantFirst), ("lerf", RemoveLeastRelevantFirst)):
        scores = [
            PerturbationConfidenceMetric(remove(percentile, imputer))(x_torch, a[:, 0], target, model, return_diff=False)[0]
            for percentile in range(10, 100, 10)
        ]
        out[f"road_{name}"] = float(np.mean(scores))

    # Five changed pictures, and the maps that `explain` has of them.
    samples = 5
    changed = np.stack([x[0] + np.float32(0.05) * pattern(f"noise-{i}", 3 * count).reshape(3, SIDE, SIDE) for i in range(samples)])
    out["sensitivity_captum"] = float(
        captum.metrics.sensitivity_max(
            lambda inputs: (explain(inputs[0]),), x_torch, perturb_func=lambda inputs: (torch.from_numpy(changed),), n_perturb_samples=samples
        )[0]
    )
    for name, metric in (("max", quantus.MaxSensitivity), ("mean", quantus.AvgSensitivity)):
        remaining = iter(changed)
        sensitivity = metric(
            nr_samples=samples, abs=False, normalise=False, perturb_func=lambda arr, indices, **_: next(remaining).reshape(1, -1), **quiet
        )
        explain_func = lambda model, inputs, targets, **_: explain(np.asarray(inputs))
        out[f"sensitivity_{name}"] = float(sensitivity(**call, a_batch=explain(x), explain_func=explain_func)[0])
    own = explain(x).flatten()
    out["spearman"] = float(np.mean([correlation_spearman(own, explain(each[None]).flatten()) for each in changed]))

    blur = partial(scipy.ndimage.gaussian_filter, sigma=5 / 224 * SIDE, mode="nearest", truncate=3)
    out["blurred"] = [round(float(v), 6) for channel in x[0] for v in blur(channel.astype(np.float64)).flatten()]

    # A dim picture with a bright rectangle, in whole grey levels, RGB.
    image = np.floor((pattern("photo", 3 * 512 * 512).reshape(3, 512, 512) + 1) * 24)
    image[:, 60:470, 30:490] += 150
    bgr = np.ascontiguousarray(image[::-1].transpose(1, 2, 0).astype(np.uint8))
    patches, top, bottom = official_patches(bgr, pattern("heat", 512 * 512).reshape(512, 512))
    out["patches"] = [[int(i), int(j)] for (i, j), _ in patches[:29]]
    out["rows"] = [top, bottom]

    # Nothing near the edge, where the official code's blocks run into the next row.
    heat = pattern("points", 3600).reshape(60, 60) * np.float32(2)
    heat[:3] = heat[-3:] = heat[:, :3] = heat[:, -3:] = -5
    marks = np.zeros((512, 512))
    marks[100:200, 300:420] = 1
    out["topk"] = official_topk(heat, marks, 29, 1.0)

    (HERE / "metrics.json").write_text(json.dumps(out, separators=(",", ":"), default=float) + "\n")


if __name__ == "__main__":
    main()
