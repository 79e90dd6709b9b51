"""Makes the pictures beside this file that are not in sRGB, or grey with 10 to 14 of 16 bits, and colours.json: what
Pillow's ImageCms (Little CMS, relative colorimetric) makes of the coloured ones. Needs Pillow and numpy.

Profiles are written here from their primaries, so that no file of a third party is needed.
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

HERE = Path(__file__).resolve().parent
W, H = 48, 32
D65 = (0.3127, 0.3290)
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
D50 = np.array([0.9642, 1.0, 0.8249])


def xyz(x, y):
    return np.array([x / y, 1, (1 - x - y) / y])


def primaries(red, green, blue, white=D65):
    """X, Y, Z of each under D50, as columns."""
    columns = np.stack([xyz(*red), xyz(*green), xyz(*blue)], 1)
    seen = columns * np.linalg.solve(columns, xyz(*white))
    ratio = (BRADFORD @ D50) / (BRADFORD @ xyz(*white))
    return np.linalg.inv(BRADFORD) @ np.diag(ratio) @ BRADFORD @ seen


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz_tag(values):
    return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)


def power(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def srgb_curve():
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(fixed(v) for v in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))


def table(count=256):
    """A curve of samples that is neither a power nor sRGB's."""
    x = np.linspace(0, 1, count)
    return b"curv\0\0\0\0" + struct.pack(">I", count) + np.round((0.7 * x**2 + 0.3 * x) * 65535).astype(">u2").tobytes()


def profile(name, space, tags):
    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(12 + 67)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0no rights\0", b"wtpt": xyz_tag(D50), **tags}
    offset = 128 + 4 + 12 * len(tags)
    entries, data = b"", b""
    for kind, value in tags.items():
        entries += kind + struct.pack(">II", offset + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    size = offset + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"mntr", space, b"XYZ ") + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header += b"acsp" + bytes(28) + b"".join(fixed(v) for v in D50) + bytes(48)
    assert len(header) == 128
    return header + struct.pack(">I", len(tags)) + entries + data


def rgb(name, matrix, curve):
    columns = {kind: xyz_tag(matrix[:, at]) for at, kind in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    return profile(name, b"RGB ", {**columns, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


P3 = rgb("Display P3", primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), srgb_curve())
ADOBE = rgb("Adobe RGB (1998)", primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), power(563 / 256))
SRGB = rgb("sRGB by its numbers", primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), srgb_curve())
SAMPLES = rgb("A curve of samples", primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), table())
GREY18 = profile("Grey of gamma 1.8", b"GRAY", {b"kTRC": power(1.8)})


def picture():
    """Smooth, so that a lossy format keeps it, and moderate, so that little lies outside sRGB."""
    y, x = np.mgrid[:H, :W]
    u, v = x / (W - 1), y / (H - 1)
    return Image.fromarray(np.stack([40 + 180 * u, 60 + 150 * v, 200 - 140 * u * v], -1).round().astype(np.uint8))


expected = {}


def save(name, image, icc, **options):
    path = HERE / name
    image.save(path, icc_profile=icc, **options)
    stored = Image.open(path)
    to = ImageCms.createProfile("sRGB")
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    shown = ImageCms.profileToProfile(stored, source, to, renderingIntent=1, outputMode="RGB")
    expected[name] = base64.b64encode(np.asarray(shown).tobytes()).decode()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(name, image, *chunks):
    """Before the pixels, which begin after the first 33 bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    whole = buffer.getvalue()
    (HERE / name).write_bytes(whole[:33] + b"".join(chunk(kind, data) for kind, data in chunks) + whole[33:])


def colours():
    image = picture()
    save("p3.png", image, P3)
    save("p3.jpg", image, P3, quality=97, subsampling=0)
    save("p3.webp", image, P3, lossless=True)
    save("p3.tif", image, P3)
    save("adobe-rgb.png", image, ADOBE)
    save("adobe-rgb.jpg", image, ADOBE, quality=97, subsampling=0)
    save("curve-of-samples.png", image, SAMPLES)
    save("grey-gamma.png", image.convert("L"), GREY18)
    # What is sRGB already, and what is of no use.
    image.save(HERE / "plain.png")
    image.save(HERE / "srgb-by-numbers.png", icc_profile=SRGB)
    image.save(HERE / "srgb-of-lcms.png", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    image.save(HERE / "profile-broken.png", icc_profile=P3[:180])
    image.save(HERE / "profile-of-grey.png", icc_profile=GREY18)
    tagged = bytearray(P3)
    for kind in (b"rTRC", b"gTRC", b"bTRC"):
        at = tagged.index(kind)
        tagged[at : at + 4] = b"A2B0" if kind == b"rTRC" else b"xxxx"
    image.save(HERE / "profile-of-tables.png", icc_profile=bytes(tagged))
    # For the browser's own decoder.
    image.save(HERE / "picture.avif", quality=90)
    # By a PNG's own numbers: linear light, with the primaries of Adobe RGB; and what says no more than sRGB.
    numbers = [round(100000 * v) for v in (*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)]
    linear = rgb("linear", primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), power(1.0))
    with_chunks("gamma.png", image, (b"gAMA", struct.pack(">I", 100000)), (b"cHRM", struct.pack(">8I", *numbers)))
    shown = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(linear)), ImageCms.createProfile("sRGB"), renderingIntent=1)
    expected["gamma.png"] = base64.b64encode(np.asarray(shown).tobytes()).decode()
    with_chunks("gamma-of-srgb.png", image, (b"gAMA", struct.pack(">I", 45455)))
    with_chunks("srgb-and-gamma.png", image, (b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100000)))


def greys():
    """The scene of make_formats.py in grey, in the lower bits of 16."""
    eight = np.asarray(Image.open(HERE / "grey.png")).astype(np.uint32)
    for bits in (10, 12, 14):
        Image.fromarray((eight * (2**bits - 1) // 255).astype(np.uint16)).save(HERE / f"grey-{bits}in16.png")
    Image.fromarray((eight * 4095 // 255).astype(np.uint16)).save(HERE / "grey-12in16.tif")
    dark = Image.fromarray((eight * 1000 // 255).astype(np.uint16))
    with_chunks("grey-12in16-sbit.png", dark, (b"sBIT", b"\x0c"))
    # As the standard asks for: scaled up to all bits.
    with_chunks("grey-scaled-sbit.png", Image.fromarray((eight * 257).astype(np.uint16)), (b"sBIT", b"\x08"))


if __name__ == "__main__":
    colours()
    greys()
    (HERE / "colours.json").write_text(json.dumps(expected, indent=1) + "\n")
