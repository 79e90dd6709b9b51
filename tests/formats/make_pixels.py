"""Makes pixels.json: every pixel of the lossless pictures here as Pillow reads them, as the FNV-1a hash (64 bits) of their RGB bytes.

    pip install pillow==13.0.0
    python tests/formats/make_pixels.py

Upright (by EXIF), over white where it is transparent. Left out are pictures that Pillow does not read, or
reads otherwise on purpose: several pages, of which the largest counts, 16 bits a value (Pillow takes the upper 8, this project the ones in use), colour profiles and gamma
(colours.json has these), premultiplied opacity, and formats that lose something (their decoders may differ by 1).
"""

import json
from pathlib import Path

from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent

NAMES = """
animated-apart.png animated.gif animated.png bigtiff.tif bilevel.pbm fax4-lowest-bit-first.tif fax4.tif grey-4bit-odd.tif
grey-4bit.tif grey.pgm grey.png lossless.webp lowest-bit-first.tif no-end.png one-endless-strip.tif palette-4bit.tif
palette.png palette.tif plain.png planes.tif rgb.bmp rgb.png rgb.ppm rgb.tif tiles-in-planes.tif
transparent.png grey-letters.pgm grey-opacity.tif grey-and-other.tif
""".split()


def rgb(name):
    with Image.open(HERE / name) as picture:
        picture.seek(0)
        upright = ImageOps.exif_transpose(picture)
        opaque = Image.new("RGBA", upright.size, "white")
        opaque.alpha_composite(upright.convert("RGBA"))
        return upright.size, opaque.convert("RGB").tobytes()


def fnv1a(values):
    digest = 0xCBF29CE484222325
    for value in values:
        digest = ((digest ^ value) * 0x100000001B3) % 2**64
    return f"{digest:016x}"


def main():
    made = {}
    for name in NAMES:
        (width, height), pixels = rgb(name)
        made[name] = {"width": width, "height": height, "fnv1a": fnv1a(pixels)}
    (HERE / "pixels.json").write_text(json.dumps(made, indent=4) + "\n")


if __name__ == "__main__":
    main()
