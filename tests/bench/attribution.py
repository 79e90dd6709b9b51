"""Times methods of attribution natively: ours, captum's and torchcam's, in turns, with the same two threads.

    pip install -r tests/parity/requirements-attribution.txt
    python tests/bench/attribution.py --lite0 LITE0.safetensors --out tests/bench/results/attribution.json

Grad-CAM and Integrated Gradients (50 steps) are captum's, Score-CAM is torchcam's, all behind the last layer and of class 0, on
photographs of web/samples at 224 px. EfficientNet-Lite0 has ImageNet's weights, from the file given, ResNets have torchvision's
initial ones, since no others can be had without a network connection. Ours spreads pictures or passes over two threads,
torch each operation. Theirs runs with every batch size below and is counted by its fastest.

Rows are written one by one: a run that was stopped goes on after the last, and rows that are there are not taken again.
"""

import argparse
import json
import platform
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import captum
import numpy as np
import timm
import torch
import torchcam
import torchcam.methods
import torchvision.models as tv
from captum.attr import IntegratedGradients, LayerGradCam
from PIL import Image
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]
SIZE = 224
THREADS = 2
PHOTOS = ("coffee", "chelsea", "china", "flower")
IMAGENET = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
TENSORFLOW = ([127.0] * 3, [128.0] * 3)


def lite0(weights):
    """timm's network; a file with the names of efficientnet-lite-pytorch has the same tensors in the same order."""
    net = timm.create_model("tf_efficientnet_lite0")
    names = [name for name in net.state_dict() if not name.endswith("num_batches_tracked")]
    given = {name: value for name, value in load_file(weights).items() if not name.endswith("num_batches_tracked")}
    if set(given) != set(names):
        assert len(given) == len(names)
        given = dict(zip(names, given.values()))
    net.load_state_dict(given, strict=False)
    return net, net.bn2, TENSORFLOW


def resnet(name):
    torch.manual_seed(1)
    net = getattr(tv, name)()
    return net, net.layer4[-1], IMAGENET


def pictures(normalisation):
    mean, std = (np.array(values, np.float32)[:, None, None] for values in normalisation)
    for name in PHOTOS:
        photo = Image.open(ROOT / "web/samples" / f"{name}.jpg").convert("RGB")
        side = min(photo.size)
        left, top = (photo.width - side) // 2, (photo.height - side) // 2
        photo = photo.resize((SIZE, SIZE), Image.BICUBIC, (left, top, left + side, top + side))
        yield (np.asarray(photo, np.float32).transpose(2, 0, 1) - mean) / std


def grad_cam(net, layer, images, batch):
    method = LayerGradCam(net, layer)
    for part in images.split(batch):
        method.attribute(part, 0)


def integrated_gradients(net, layer, images, batch):
    method = IntegratedGradients(net)
    for image in images:
        method.attribute(image[None], target=0, n_steps=50, internal_batch_size=batch)


def score_cam(net, layer, images, batch):
    with torchcam.methods.ScoreCAM(net, layer, batch_size=batch) as cam, torch.no_grad():
        for image in images:
            net(image[None])
            cam(0, normalized=False)


# Method, what theirs is, its batch sizes, pictures per round, rounds.
METHODS = (
    ("grad-cam", grad_cam, (1, 4), 4, 9),
    ("integrated-gradients", integrated_gradients, (5, 10, 50), 2, 3),
    ("score-cam", score_cam, (8, 32), 1, 2),
)


class Ours:
    """The example `timing` of softcam-attribution, waiting for requests."""

    def __init__(self, program, net, images, folder):
        weights, values = folder / "weights.safetensors", folder / "pictures.f32"
        save_file({name: tensor.float().contiguous() for name, tensor in net.state_dict().items()}, weights)
        values.write_bytes(images.numpy().astype("<f4").tobytes())
        command = [program, weights, values, str(SIZE), str(THREADS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def run(self, method, count):
        self.process.stdin.write(f"{method} {count}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def theirs(function, net, layer, images, batch):
    start = time.perf_counter()
    function(net, layer, images, batch)
    return (time.perf_counter() - start) * 1000 / len(images)


def measure(ours, net, layer, images, there):
    for method, function, batches, count, rounds in METHODS:
        if method in there:
            continue
        part = images[:count]
        # Once each beforehand: memory is allocated, weights are packed, and of theirs the fastest batch size is found.
        ours.run(method, count)
        first = {batch: theirs(function, net, layer, part, batch) for batch in batches}
        batch = min(first, key=first.get)
        own, other = [], []
        for _ in range(rounds):
            answer = ours.run(method, count)
            own.append(answer["ms"])
            other.append(theirs(function, net, layer, part, batch))
        yield {
            "method": method,
            "pictures": count,
            "rounds": rounds,
            "ours_ms": statistics.median(own),
            "theirs_ms": statistics.median(other),
            "ratio": statistics.median(a / b for a, b in zip(own, other)),
            "ours_all_ms": own,
            "theirs_all_ms": other,
            "theirs_batch": batch,
            "ours_forward": answer["forward"],
            "ours_backward": answer["backward"],
        }


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lite0", required=True, help="ImageNet's state dict of EfficientNet-Lite0, safetensors")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--program", type=Path, help="the example where it is built already, such as without optimisation")
    parser.add_argument("--networks", nargs="*", default=["efficientnet-lite0", "resnet18", "resnet50"])
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    program = options.program
    if not program:
        build = ["cargo", "build", "--release", "-p", "softcam-attribution", "--example", "timing"]
        subprocess.run(build, cwd=ROOT, check=True)
        program = ROOT / "target/release/examples/timing"
    machine = {
        "processor": processor(),
        "threads": THREADS,
        "size": SIZE,
        "torch": torch.__version__,
        "captum": captum.__version__,
        "torchcam": torchcam.__version__,
    }
    results = []
    if options.out and options.out.exists():
        document = json.loads(options.out.read_text())
        results = document.pop("results")
        assert document == machine, f"{options.out} is of another machine or version: write to another file"
    for name in options.networks:
        there = {result["method"] for result in results if result["network"] == name}
        net, layer, normalisation = lite0(options.lite0) if "lite0" in name else resnet(name)
        net.eval()
        images = torch.from_numpy(np.stack(list(pictures(normalisation))))
        with tempfile.TemporaryDirectory() as folder:
            ours = Ours(program, net, images, Path(folder))
            for result in measure(ours, net, layer, images, there):
                results.append({"network": name} | result)
                print(f"{name:<20} {result['method']:<22} ours {result['ours_ms']:9.1f} ms  theirs {result['theirs_ms']:9.1f} ms"
                      f"  ratio {result['ratio']:.2f}  (batch {result['theirs_batch']})", flush=True)
                if options.out:
                    options.out.write_text(json.dumps(machine | {"results": results}, indent=1) + "\n")
            ours.close()


if __name__ == "__main__":
    main()
