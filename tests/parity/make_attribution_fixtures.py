"""Makes attribution.safetensors: what captum, pytorch-grad-cam and torchcam say of PyTorch's own networks.

    pip install -r tests/parity/requirements-attribution.txt
    python tests/parity/make_attribution_fixtures.py

Networks and weights are those of make_torch_fixtures.py, in float64. A tensor's name is what was asked, in parts that a bar
separates: network, method, class or class-against, and the input's number and side with options, such as

    resnet18|grad-cam|2|input=3,size=75,layer=9
    resnet18|integrated-gradients|2-0|input=1,size=32,baseline=blur,steps=20

Inputs of methods that follow gradients are such that no activation on the way is near its kink (kinks.py), so that float32 has
the same gradient; for this, methods that take the gradient of many pictures have smaller ones.

Maps of a layer are whole, F32 [rows, columns]. Of maps at the size of the input, every STEP-th row and column is stored, and
the largest absolute value of the whole map last, so that deviations can be told as shares of it: F32 [n * n + 1]. Where masks
or noise are given, they are `pattern`s that the Rust test computes too. Where they are random (names that begin with
"random|"), mean and standard error of the stored pixels over many are kept, F32 [2, n * n].
"""

import contextlib
import copy
import sys
from pathlib import Path

import numpy as np
import pytorch_grad_cam
import pytorch_grad_cam.base_cam
import torch
import torch.nn.functional as F
import torchcam.methods
import torchvision.models as tv
import torchvision.transforms.functional as TF
from captum.attr import GuidedBackprop, IntegratedGradients, LayerGradCam, NoiseTunnel, Occlusion, Saliency
from captum.attr._core import noise_tunnel
from safetensors.numpy import load_file, save_file
from scipy import ndimage
from torch import nn

import kinks
import make_torch_fixtures as torch_fixtures
from make_torch_fixtures import CLASSES, fill, layers
from pattern import pattern

HERE = Path(__file__).resolve().parent
SIZE = 75
STEP = 4
# Side of the input where gradients of several pictures, or of very many, are added up.
PATH = 32
LONG_PATH = 24
# Side of the input where the network runs thousands of times.
SMALL = 64
# So many masks and noisy pictures.
MASKS = 1000
NOISES = 250

IMAGENET = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
TENSORFLOW = ([127.0] * 3, [128.0] * 3)


# Layers whose features may be negative. There, some quotients of Grad-CAM++ have denominators near 0, where float32 and float64
# give different maps; `signed_plus_plus` holds it against its reference behind a layer of few cells.
SIGNED = {("densenet121", 7), ("timm-tf_efficientnet_lite0", 3)}


class Relu6(nn.ReLU):
    """A ReLU6 that Captum guides: it takes modules of the type ReLU and no other."""

    def forward(self, x):
        return x.clamp(0, 6)


def plain(module):
    """The same network without arithmetic in place, which hooks do not survive, and with ReLU6 of the type above."""
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU6):
            setattr(module, name, Relu6())
        elif isinstance(child, nn.ReLU):
            setattr(module, name, nn.ReLU())
        else:
            plain(child)
    return module


class Classifier(nn.Module):
    """Features, a last ReLU where torchvision calls it as a function, average pooling and a linear layer."""

    def __init__(self, features, classifier, last=None):
        super().__init__()
        self.features, self.last, self.classifier = features, last or nn.Identity(), classifier

    def forward(self, x):
        return self.classifier(self.last(self.features(x)).mean((2, 3)))


class Logits(nn.Module):
    """The logits of the official SoftCAM wrapper, which gives maps too."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)[0]


class Over(nn.Module):
    """The logits, and behind them logit[first] - logit[second] as one more."""

    def __init__(self, network, first, second):
        super().__init__()
        self.network, self.first, self.second = network, first, second

    def forward(self, x):
        logits = self.network(x)
        return torch.cat([logits, logits[:, self.first, None] - logits[:, self.second, None]], 1)


def resnet18():
    saved, _ = torch_fixtures.resnet("resnet18")
    return saved, lambda: (saved, {1: saved.maxpool, 5: saved.layer2[1], 9: saved.layer4[1]})


def densenet121():
    saved, _ = torch_fixtures.densenet()

    def build():
        net = Classifier(saved.features, saved.classifier, nn.ReLU())
        return net, {1: saved.features.pool0, 7: saved.features.denseblock1, 63: net.last}

    return saved, build


def lite0():
    saved, _ = torch_fixtures.timm_network("tf_efficientnet_lite0")
    # Behind the first block of the second stage features are signed; the head's ReLU6 is part of its normalisation.
    return saved, lambda: (saved, {1: saved.bn1, 3: saved.blocks[1][0], 17: saved.blocks[6][0], 18: saved.bn2})


def mobilenet_v2():
    saved, _ = torch_fixtures.mobilenet()
    return saved, lambda: (saved, {1: saved.features[0], 19: saved.features[18]})


def vgg11_bn():
    saved, _ = torch_fixtures.official_vgg("vgg11_bn")
    # Behind the second pooling, and behind the second hidden layer.
    return saved, lambda: (Logits(saved), {2: saved.backbone[0][7], 7: saved.backbone[1][4]})


def without_scaling(cam, target_size=None):
    """pytorch-grad-cam stretches every map to 0 to 1; here it is kept as it is."""
    return np.float64(cam)


@contextlib.contextmanager
def given_noise(noise):
    """Captum's NoiseTunnel draws its noise by torch.normal; this hands it ours."""
    kept = noise_tunnel.torch.normal
    noise_tunnel.torch.normal = lambda mean, std, **_: noise.clone()
    try:
        yield
    finally:
        noise_tunnel.torch.normal = kept


class Cases:
    def __init__(self, name, saved, build, normalisation):
        for layer, module in layers(saved):
            fill(layer, module)
        plain(saved)
        network, self.layers = build()
        self.name, self.network = name, network.double().eval()
        self.normalisation = normalisation
        self.input = self.chosen(SIZE)
        self.image = kinks.image(self.input, SIZE)
        with torch.no_grad():
            logits = self.network(self.image)[0]
        order = logits.argsort()
        self.top, self.bottom = int(order[-1]), int(order[0])
        self.fixture = {}
        # Every target: its name, the network that has it as an output, and that output's number.
        over = Over(self.network, self.top, self.bottom)
        self.alone = (str(self.top), self.network, self.top)
        self.lowest = (str(self.bottom), self.network, self.bottom)
        self.over = (f"{self.top}-{self.bottom}", over, CLASSES)

    def chosen(self, size, points=lambda image: image):
        """The number of an input on which float32 has the same gradients at all `points`."""
        number, margin = kinks.choose(self.network, size, points)
        print(f"{self.name}: input {number} of {size} px with margin {margin:.1f}", flush=True)
        return number

    def baselines(self, image):
        size = image.shape[-1]
        radius = int(np.ceil(3 * size / 16))
        black = torch.tensor([-m / s for m, s in zip(*self.normalisation)]).double()
        return {
            "mean": torch.zeros_like(image),
            "black": black[:, None, None].expand_as(image),
            "blur": TF.gaussian_blur(image, 2 * radius + 1, size / 16),
        }

    def keep(self, method, target, options, values, on=None):
        number, size = on or (self.input, SIZE)
        options = ",".join([f"input={number},size={size}"] + [options] * bool(options))
        self.fixture["|".join([self.name, method, target, options])] = np.ascontiguousarray(values, np.float32)

    def keep_pixels(self, method, target, options, values, on=None):
        values = np.asarray(values)
        size = on[1] if on else SIZE
        assert values.shape == (size, size), values.shape
        self.keep(method, target, options, np.append(values[::STEP, ::STEP].ravel(), np.abs(values).max()), on)

    def cams(self, layer, ablation=True):
        """Class activation maps behind one layer."""
        module, options = self.layers[layer], f"layer={layer}"
        for name, network, output in (self.alone, self.lowest, self.over):
            signed = LayerGradCam(network, module).attribute(self.image, output)[0, 0].detach().numpy()
            self.keep("grad-cam", name, options, signed)
            target = [lambda out, output=output: out[output]]
            for method, kind in (
                ("grad-cam-clipped", pytorch_grad_cam.GradCAM),
                ("grad-cam-plus-plus", pytorch_grad_cam.GradCAMPlusPlus),
                ("layer-cam", pytorch_grad_cam.LayerCAM),
            ):
                if method == "grad-cam-plus-plus" and (self.name, layer) in SIGNED:
                    continue
                with kind(network, [module]) as cam:
                    self.keep(method, name, options, cam(self.image, target)[0])
            with pytorch_grad_cam.HiResCAM(network, [module]) as cam:
                cam(self.image, target)
                hooks = cam.activations_and_grads
                activations, gradients = hooks.activations[0].numpy(), hooks.gradients[0].numpy()
                self.keep("hires-cam", name, options, cam.get_cam_image(self.image, module, target, activations, gradients, False)[0])
            if ablation and name == self.over[0]:
                maps = []
                for kind in (torch.float64, torch.float32):
                    # It replaces modules, so it gets a network of its own.
                    memo = {}
                    own = copy.deepcopy(network, memo).to(kind)
                    with pytorch_grad_cam.AblationCAM(own, [memo[id(module)]]) as cam:
                        maps.append(cam(self.image.to(kind), target)[0])
                # Small differences of logits, added up over all channels with either sign: rounding shows.
                apart = np.abs(maps[0] - maps[1]).max() / np.abs(maps[0]).max()
                self.keep("ablation-cam", name, f"{options},float32={apart:.1e}", maps[0])

    def score_cam(self, layer):
        for name, network, output in (self.alone, self.over):
            with torchcam.methods.ScoreCAM(network, self.layers[layer]) as cam, torch.no_grad():
                network(self.image)
                (values,) = cam(output, normalized=False)
            self.keep("score-cam", name, f"layer={layer}", values[0].numpy())

    def guided(self):
        for name, network, output in (self.alone, self.over):
            values = GuidedBackprop(network).attribute(self.image.clone(), output)
            self.keep_pixels("guided-backprop", name, "", values[0].sum(0).detach().numpy())

    def signed_plus_plus(self, layer):
        """Grad-CAM++ behind signed features; how far PyTorch's own float32 is from it stands in the name."""
        for name, network, output in (self.alone, self.over):
            target = [lambda out, output=output: out[output]]
            maps = []
            for kind in (torch.float64, torch.float32):
                with pytorch_grad_cam.GradCAMPlusPlus(network.to(kind), [self.layers[layer]]) as cam:
                    maps.append(cam(self.image.to(kind), target)[0])
            network.double()
            apart = np.abs(maps[0] - maps[1]).max() / np.abs(maps[0]).max()
            # Where a denominator is so near 0 that this is more, the map is a matter of rounding.
            if apart < 1e-5:
                self.keep("grad-cam-plus-plus", name, f"layer={layer},float32={apart:.1e}", maps[0])

    def integrated(self, baselines, steps, targets, size=PATH):
        places = (1 + np.polynomial.legendre.leggauss(steps)[0]) / 2
        for baseline in baselines:

            def path(image, baseline=baseline):
                start = self.baselines(image)[baseline]
                return torch.cat([start + place * (image - start) for place in places])

            number = self.chosen(size, path)
            image = kinks.image(number, size)
            start = self.baselines(image)[baseline]
            for name, network, output in targets:
                method = IntegratedGradients(network)
                values = method.attribute(image, start, output, n_steps=steps, internal_batch_size=10)
                options = f"baseline={baseline},steps={steps}"
                pixels = values[0].sum(0).detach().numpy()
                self.keep_pixels("integrated-gradients", name, options, pixels, (number, size))

    def occlusion(self, cases):
        images = self.baselines(self.image)
        for baseline, patch, stride in cases:
            for name, network, output in (self.alone, self.over):
                with torch.no_grad():
                    values = Occlusion(network).attribute(
                        self.image, (3, patch, patch), (3, stride, stride), images[baseline], output, perturbations_per_eval=16
                    )
                options = f"baseline={baseline},patch={patch},stride={stride}"
                self.keep_pixels("occlusion", name, options, values[0, 0].numpy())

    def smooth_grad(self, samples):
        noise = np.stack([pattern(f"noise.{i}", 3 * PATH * PATH).reshape(3, PATH, PATH) for i in range(samples)])
        noise = torch.from_numpy(noise).double()
        number = self.chosen(PATH, lambda image: image + noise)
        image = kinks.image(number, PATH)
        for name, network, output in (self.alone, self.over):
            with given_noise(noise):
                values = NoiseTunnel(Saliency(network)).attribute(image, nt_samples=samples, stdevs=1.0, target=output, abs=False)
            pixels = values[0].sum(0).detach().numpy()
            self.keep_pixels("smooth-grad", name, f"samples={samples}", pixels, (number, PATH))

    def rise(self, masks, cells, share):
        """The official code's steps on given grids and shifts, with torch's way of enlarging."""
        side = -(-SIZE // cells)
        drawn = []
        for i in range(masks):
            values = pattern(f"mask.{i}", cells * cells + 2)
            grid = (values[: cells * cells] < 2 * share - 1).astype(np.float64).reshape(1, 1, cells, cells)
            shift = [int((value + 1) / 2 * side) for value in values[cells * cells :]]
            drawn.append(enlarged(torch.from_numpy(grid), cells, side, shift, SIZE))
        drawn = torch.stack(drawn)
        with torch.no_grad():
            logits = torch.cat([self.network(self.image * mask) for mask in drawn])
        weights = {
            str(self.top): logits.softmax(1)[:, self.top],
            f"{self.top}-{self.bottom}": logits[:, self.top] - logits[:, self.bottom],
        }
        for name, weight in weights.items():
            values = torch.einsum("n,nhw->hw", weight, drawn) / masks / share
            self.keep_pixels("rise", name, f"masks={masks},cells={cells},share={share}", values.numpy())


def enlarged(grid, cells, side, shift, size):
    up = F.interpolate(grid, size=((cells + 1) * side,) * 2, mode="bilinear", align_corners=False)[0, 0]
    return up[shift[0] : shift[0] + size, shift[1] : shift[1] + size]


def random_statistics(network, top):
    """Mean and standard error, per stored pixel, of what one mask or one noisy picture adds."""
    image = torch.from_numpy(pattern("input", 3 * SMALL * SMALL).reshape(1, 3, SMALL, SMALL) * np.float32(2)).double()
    generator = np.random.default_rng(11)
    side = -(-SMALL // 7)
    masks, weights = [], []
    with torch.no_grad():
        for _ in range(MASKS):
            grid = torch.from_numpy((generator.random((1, 1, 7, 7)) < 0.5).astype(np.float64))
            mask = enlarged(grid, 7, side, generator.integers(0, side, 2), SMALL)
            masks.append(mask[::STEP, ::STEP].flatten())
            weights.append(network(image * mask).softmax(1)[0, top])
    added = torch.stack(masks) * torch.stack(weights)[:, None] / 0.5
    deviation = 0.15 * (image.max() - image.min())
    gradients = []
    for _ in range(NOISES):
        noisy = (image + deviation * torch.from_numpy(generator.standard_normal(image.shape))).requires_grad_()
        (gradient,) = torch.autograd.grad(network(noisy)[0, top], noisy)
        gradients.append(gradient[0].sum(0)[::STEP, ::STEP].flatten())
    for name, values in (("rise", added), ("smooth-grad", torch.stack(gradients))):
        error = values.std(0) / len(values) ** 0.5
        yield f"random|{name}|{top}|", torch.stack([values.mean(0), error]).numpy().astype(np.float32)


def edges(image, normalisation):
    """Sobel's filter as scipy has it, of the luminance."""
    mean, std = (np.array(values)[:, None, None] for values in normalisation)
    grey = np.einsum("c,chw->hw", [0.299, 0.587, 0.114], image * std + mean) / 255
    across, down = (ndimage.sobel(grey, axis, mode="nearest") for axis in (1, 0))
    return np.hypot(across, down)


def resnet_cases():
    cases = Cases("resnet18", *resnet18(), IMAGENET)
    for layer in (9, 5):
        cases.cams(layer, ablation=layer == 5)
    for layer in (5, 1):
        cases.score_cam(layer)
    cases.guided()
    cases.integrated(("mean",), 50, (cases.alone,), LONG_PATH)
    cases.integrated(("mean", "black", "blur"), 9, (cases.over,))
    cases.occlusion((("mean", 20, 13), ("blur", 16, 16), ("black", 31, 29)))
    cases.smooth_grad(6)
    cases.rise(12, 7, 0.5)
    cases.rise(6, 5, 0.25)
    cases.keep_pixels("edges", str(cases.top), "", edges(cases.image[0].numpy(), IMAGENET))
    return cases.fixture


def random_cases():
    """Of the first network, whose input is here the one of make_torch_fixtures.py."""
    network, _ = torch_fixtures.resnet("resnet18")
    for layer, module in layers(network):
        fill(layer, module)
    network = network.double().eval()
    image = torch.from_numpy(pattern("input", 3 * SIZE * SIZE).reshape(1, 3, SIZE, SIZE) * np.float32(2)).double()
    with torch.no_grad():
        top = int(network(image)[0].argmax())
    return dict(random_statistics(network, top))


def other_cases(name, build, normalisation, cams, score_cam, signed=None):
    cases = Cases(name, *build(), normalisation)
    for layer, ablation in cams.items():
        cases.cams(layer, ablation)
    if score_cam:
        cases.score_cam(score_cam)
    if signed:
        cases.signed_plus_plus(signed)
    cases.guided()
    cases.integrated(("black",), 6, (cases.alone, cases.over))
    cases.occlusion((("mean", 45, 32),))
    cases.smooth_grad(2)
    return cases.fixture


# What is asked of each network but the first: its module, normalisation, layers with whether channels are ablated there,
# the layer for Score-CAM, and one for Grad-CAM++ where features are signed. Behind signed features, pytorch-grad-cam ablates in a way of its own.
OTHERS = (
    ("densenet121", densenet121, IMAGENET, {63: False, 7: False, 1: True}, 1),
    ("timm-tf_efficientnet_lite0", lite0, TENSORFLOW, {18: False, 3: False, 1: True}, 3, 17),
    ("mobilenet_v2", mobilenet_v2, IMAGENET, {19: False, 1: True}, 1),
    ("softcam-vgg11_bn", vgg11_bn, IMAGENET, {7: False, 2: False}, None),
)


def main():
    """Of the networks named on the command line, or of all."""
    pytorch_grad_cam.base_cam.scale_cam_image = without_scaling
    wanted = sys.argv[1:]
    file = HERE / "attribution.safetensors"
    for name, make in [("random", random_cases), ("resnet18", resnet_cases)] + [(case[0], lambda case=case: other_cases(*case)) for case in OTHERS]:
        if wanted and name not in wanted:
            continue
        made = make()
        # What the file has of other networks stays.
        kept = load_file(file) if file.exists() else {}
        kept = {key: value for key, value in kept.items() if not key.startswith(name + "|")}
        save_file(kept | made, file)
        print(f"{name}: {len(made)} maps; {file.stat().st_size} bytes in all", flush=True)


if __name__ == "__main__":
    main()
