"""Makes the kinds of TIFF beside this file that Pillow does not write. Needs Pillow and numpy.

They show the scene of make_formats.py; grey ones its luma.
"""

import struct

import numpy as np

from make_formats import HERE, scene

BYTE, SHORT, LONG, LONG8 = 1, 3, 4, 16
SIZES = {BYTE: 1, SHORT: 2, LONG: 4, LONG8: 8}
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE = 0, 1, 2, 3


def page(pixels, photometric, sample_format=UNSIGNED, palette=None, reduced=False):
    """Tags of one uncompressed page, and its bytes."""
    height, width = pixels.shape[:2]
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    tags = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [8 * pixels.itemsize] * samples),
        259: (SHORT, [1]),
        262: (SHORT, [photometric]),
        277: (SHORT, [samples]),
        278: (LONG, [height]),
        339: (SHORT, [sample_format] * samples),
    }
    if reduced:
        tags[254] = (LONG, [1])
    if palette is not None:
        tags[320] = (SHORT, list(palette))
    return tags, pixels.tobytes()


def tiff(pages, big=False):
    """A little-endian file of these pages."""
    offset_type, width, entry = (LONG8, 8, 20) if big else (LONG, 4, 12)
    kinds = {BYTE: "B", SHORT: "H", LONG: "I", LONG8: "Q"}
    pack = lambda kind, values: struct.pack(f"<{len(values)}{kinds[kind]}", *values)
    out = bytearray(b"II+\0\x08\0\0\0" + bytes(8) if big else b"II*\0" + bytes(4))
    link = 8 if big else 4
    for tags, data in pages:
        strip = len(out)
        out += data
        tags = tags | {273: (offset_type, [strip]), 279: (offset_type, [len(data)])}
        places = {}
        for tag, (kind, values) in tags.items():
            packed = pack(kind, values)
            if len(packed) > width:
                places[tag] = len(out)
                out += packed
        out[link : link + width] = len(out).to_bytes(width, "little")
        out += len(tags).to_bytes(8 if big else 2, "little")
        for tag in sorted(tags):
            kind, values = tags[tag]
            value = places[tag].to_bytes(width, "little") if tag in places else pack(kind, values).ljust(width, b"\0")
            out += struct.pack("<HHQ" if big else "<HHI", tag, kind, len(values)) + value
        link = len(out)
        out += bytes(width)
    return bytes(out)


def main():
    picture = scene()
    colours = np.asarray(picture)
    grey = np.asarray(picture.convert("L"))
    indexed = picture.quantize(8)
    palette = np.zeros((256, 3), np.uint16)
    used = np.array(indexed.getpalette()[:24]).reshape(-1, 3)
    palette[: len(used)] = used * 257
    half = colours[::2, ::2]
    files = {
        "float32.tif": tiff([page((grey / 255).astype("<f4"), BLACK_IS_ZERO, FLOAT)]),
        "float64-to-255.tif": tiff([page(grey.astype("<f8"), BLACK_IS_ZERO, FLOAT)]),
        "float32-white-is-zero.tif": tiff([page((1 - grey / 255).astype("<f4"), WHITE_IS_ZERO, FLOAT)]),
        "int16.tif": tiff([page((grey.astype("<i2") - 128) * 100, BLACK_IS_ZERO, SIGNED)]),
        "palette.tif": tiff([page(np.asarray(indexed), PALETTE, palette=palette.T.ravel())]),
        "bigtiff.tif": tiff([page(colours, RGB)], big=True),
        "thumbnail-first.tif": tiff([page(half, RGB, reduced=True), page(colours, RGB)]),
        "thumbnail-first-big.tif": tiff([page(half, RGB, reduced=True), page(colours, RGB)], big=True),
    }
    for name, data in files.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
