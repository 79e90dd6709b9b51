"""Makes torch.safetensors, torch-modules.json and tiny*.p[t][h]: what PyTorch's own networks compute.

    pip install -r tests/parity/requirements-torch.txt
    python tests/parity/make_torch_fixtures.py

Weights and inputs are not stored. They come from `pattern`, a hash of a tensor's name and index that the Rust test
computes too, bit for bit: integers modulo 2^32, then float32 operations that IEEE 754 rounds exactly (multiply, divide,
square root). What is stored per network N and input size S:

    N.S.logits   F32 [5]
    N.S.maps     F32 [5, h, w]

torch-modules.json lists every convolution, linear layer and batch normalisation of each network by its PyTorch name, so
that the test need not take this project's word for them.
"""

import json
import math
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision.models as tv
from safetensors.numpy import save_file
from torch import nn

from pattern import pattern

HERE = Path(__file__).resolve().parent
CLASSES = 5
# Small enough for a test without optimisation; the second is divided by no stride.
SIZES = (64, 107)


def fill(name, module):
    """He-like weights for a convolution or linear layer; a normalisation near the identity.

    On average neither makes its input larger or smaller, so that a hundred layers do not magnify rounding.
    """

    def values(part, like):
        return torch.from_numpy(pattern(f"{name}.{part}", like.numel()).reshape(like.shape))

    with torch.no_grad():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.copy_(1 + values("weight", module.weight) * 0.25)
            module.bias.copy_(values("bias", module.bias) * 0.25)
            module.running_mean.copy_(values("running_mean", module.running_mean) * 0.25)
            module.running_var.copy_(1.125 + values("running_var", module.running_var) * 0.5)
        else:
            fan_in = module.weight[0].numel()
            bound = float(np.sqrt(np.float32(6.0) / np.float32(fan_in)))
            module.weight.copy_(values("weight", module.weight) * bound)
            if module.bias is not None:
                module.bias.copy_(values("bias", module.bias) * 0.125)


def layers(network):
    for name, module in network.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
            yield name, module


def listing(network):
    """`name: weight shape`, `name: weight shape + bias` or `name: norm channels` for each layer."""
    lines = {}
    for name, module in layers(network):
        if isinstance(module, nn.BatchNorm2d):
            lines[name] = f"norm {module.num_features}"
        else:
            lines[name] = "x".join(map(str, module.weight.shape)) + (" + bias" if module.bias is not None else "")
    return lines


class Pooled(nn.Module):
    """A classifier that ends in pooling and one linear layer, with that layer applied to every cell instead."""

    def __init__(self, network, features, classifier):
        super().__init__()
        self.network = network
        self.features = features
        self.classifier = classifier

    def forward(self, x):
        z = self.features(x)
        maps = torch.einsum("cf,nfhw->nchw", self.classifier.weight, z) + self.classifier.bias[:, None, None]
        # The logits are the original's, by its own forward: that the maps add up to them is part of the claim.
        return self.network(x), maps


class SoftCam(nn.Module):
    """The official wrapper (kdjoumessi/SoftCAM, modules/models.py): `backbone`, then the class-evidence layer."""

    def __init__(self, backbone, features):
        super().__init__()
        self.backbone = backbone
        self.classifier = nn.Conv2d(features, CLASSES, 1)

    def forward(self, x):
        maps = self.classifier(self.backbone(x))
        return maps.mean((2, 3)), maps


def resnet(name, **options):
    net = getattr(tv, name)(num_classes=CLASSES, **options)
    body = nn.Sequential(*list(net.children())[:-2])
    return net, Pooled(net, body, net.fc)


def densenet():
    net = tv.densenet121(num_classes=CLASSES)
    return net, Pooled(net, lambda x: torch.relu(net.features(x)), net.classifier)


def mobilenet():
    net = tv.mobilenet_v2(num_classes=CLASSES)
    return net, Pooled(net, net.features, net.classifier[1])


def timm_network(name):
    net = timm.create_model(name, num_classes=CLASSES)
    return net, Pooled(net, net.forward_features, net.classifier)


def official_resnet():
    net = SoftCam(nn.Sequential(*list(tv.resnet18().children())[:-2]), 512)
    return net, net


def official_densenet():
    net = SoftCam(nn.Sequential(*list(tv.densenet121().children())[:-1]), 1024)
    return net, net


def official_vgg(name):
    head = nn.Sequential(
        nn.Conv2d(512, 4096, 1), nn.ReLU(inplace=True), nn.Dropout(0.5),
        nn.Conv2d(4096, 4096, 1), nn.ReLU(inplace=True), nn.Dropout(0.5),
    )
    net = SoftCam(nn.Sequential(getattr(tv, name)().features, head), 4096)
    return net, net


def networks():
    """Name of the fixture, then what builds (the module that is saved, the module that gives logits and maps)."""
    for depth in (18, 34, 50, 101):
        yield f"resnet{depth}", lambda depth=depth: resnet(f"resnet{depth}")
    for stride, replaced in ((16, [False, False, True]), (8, [False, True, True])):
        yield f"resnet50-stride{stride}", lambda r=replaced: resnet("resnet50", replace_stride_with_dilation=r)
    yield "softcam-resnet18", official_resnet
    for depth in (11, 13, 16, 19):
        for suffix in ("", "_bn"):
            yield f"softcam-vgg{depth}{suffix}", lambda n=f"vgg{depth}{suffix}": official_vgg(n)
    yield "densenet121", densenet
    yield "softcam-densenet121", official_densenet
    yield "mobilenet_v2", mobilenet
    yield "timm-mobilenetv2_100", lambda: timm_network("mobilenetv2_100")
    for index in range(5):
        yield f"timm-tf_efficientnet_lite{index}", lambda i=index: timm_network(f"tf_efficientnet_lite{i}")


@torch.inference_mode()
def main():
    fixture, modules = {}, {}
    for name, build in networks():
        saved, network = build()
        network.eval()
        # Computed in float64 from float32 weights, so that the answer is exact and only the tested side rounds.
        for layer, module in layers(saved):
            fill(layer, module)
        modules[name] = listing(saved)
        network.double()
        for size in SIZES:
            image = torch.from_numpy(pattern("input", 3 * size * size).reshape(1, 3, size, size) * np.float32(2))
            logits, maps = (value[0].numpy() for value in network(image.double()))
            worst = np.abs(maps.mean((1, 2)) - logits).max() / np.abs(maps).max()
            assert worst < 1e-12, (name, size, worst)
            assert math.isfinite(np.abs(maps).max()) and maps.std() > 1e-3 * np.abs(maps).max(), (name, size)
            fixture |= {f"{name}.{size}.logits": logits.astype(np.float32), f"{name}.{size}.maps": maps.astype(np.float32)}
            print(f"{name:<28} {size:>3} px  maps {maps.shape}, largest {np.abs(maps).max():.4g}", flush=True)
    save_file(fixture, HERE / "torch.safetensors")
    text = json.dumps(modules, indent=0, separators=(",", ":"))
    (HERE / "torch-modules.json").write_text(text + "\n")
    tiny_checkpoints()


def tiny_checkpoints():
    """The same few tensors in each container and element type that `torch.save` writes; values fit every type."""
    values = {
        "features.0.weight": torch.arange(-4, 4).reshape(2, 1, 2, 2) / 4,
        "features.1.running_var": torch.tensor([0.5, 2.0]),
        "fc.bias": torch.tensor([1.0, -3.0, 0.125]),
    }
    counter = {"features.1.num_batches_tracked": torch.tensor(7)}
    state = values | counter
    torch.save(state, HERE / "tiny-zip.pt")
    torch.save(state, HERE / "tiny-legacy.pth", _use_new_zipfile_serialization=False)
    for name, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16), ("float64", torch.float64)):
        torch.save({key: value.to(dtype) for key, value in values.items()} | counter, HERE / f"tiny-{name}.pt")
    nested = {"epoch": 3, "optimizer": {"momentum": torch.ones(2)}, "state_dict": {f"module.{k}": v for k, v in state.items()}}
    torch.save(nested, HERE / "tiny-nested.pt")
    torch.save(nn.Sequential(nn.Conv2d(1, 2, 1)), HERE / "tiny-module.pt")


if __name__ == "__main__":
    main()
