"""Makes the fixtures beside this file with onnxruntime, independently of this project's Rust.

    python make_fixtures.py --checkpoint efficientnet-lite0-imagenet.safetensors

Each fixture is a safetensors file for one photo at one size:

    pixels       U8  [size, size, 3]             the photo's centre square, resized by Pillow (BICUBIC)
    float.logits F32 [1000]                      the original float network, batch normalisation apart
    float.maps   F32 [1000, h, w]
    int8.logits  F32 [1000]                      the weights of web/models/, turned back into float
    int8.maps    F32 [1000, h, w]

`resize.safetensors` holds a noisy picture (`source`) and what Pillow makes of its centre square at 64 and 120 pixels.
"""

import argparse
from pathlib import Path

import lite0_onnx
import numpy as np
import onnxruntime
from PIL import Image
from safetensors.numpy import load_file, save_file

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODEL = ROOT / "web/models/efficientnet-lite0.safetensors"
# One size as trained, one that no stride divides.
CASES = [("chelsea", 224), ("coffee", 97)]


def centre_square(photo, size):
    side = min(photo.size)
    left, top = ((length - side) / 2 for length in photo.size)
    box = (left, top, left + side, top + side)
    return np.asarray(photo.resize((size, size), Image.Resampling.BICUBIC, box=box))


def run(model, pixels):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    image = ((pixels.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
    logits, maps = session.run(["logits", "maps"], {"image": image})
    return logits[0], maps[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, help="the original float weights as safetensors")
    arguments = parser.parse_args()

    networks = {
        "float": lite0_onnx.from_checkpoint(load_file(arguments.checkpoint)),
        "int8": lite0_onnx.from_model_file(load_file(MODEL)),
    }
    for name, size in CASES:
        pixels = centre_square(Image.open(ROOT / f"web/samples/{name}.jpg").convert("RGB"), size)
        fixture = {"pixels": pixels}
        for kind, network in networks.items():
            logits, maps = run(network, pixels)
            fixture |= {f"{kind}.logits": logits, f"{kind}.maps": maps}
            print(f"{name} {size} {kind}: top {logits.argmax()}, maps {maps.shape}, largest {np.abs(maps).max():.3f}")
        save_file(fixture, HERE / f"{name}-{size}.safetensors")

    # Away from black and white: which axis goes first shows where the overshoot of the first is cut off.
    rows, columns = np.mgrid[:90, :131]
    waves = 128 + 60 * np.sin(rows / 7)[..., None] * np.cos(columns[..., None] / np.array([5, 9, 14]))
    noise = np.random.default_rng(0).normal(0, 12, waves.shape)
    source = np.clip(waves + noise, 0, 255).astype(np.uint8)
    resized = {f"at_{size}": centre_square(Image.fromarray(source), size) for size in (64, 120)}
    save_file({"source": source, **resized}, HERE / "resize.safetensors")


if __name__ == "__main__":
    main()
