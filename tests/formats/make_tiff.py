"""Makes the kinds of TIFF beside this file that Pillow does not write. Needs Pillow and numpy.

They show the scene of make_formats.py; grey ones its luma. Those that must be refused go to ../bad/images/.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from make_formats import BAD, HERE, scene

BYTE, SHORT, LONG, LONG8 = 1, 3, 4, 16
SIZES = {BYTE: 1, SHORT: 2, LONG: 4, LONG8: 8}
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE = 0, 1, 2, 3
PREMULTIPLIED, OPACITY = 1, 2
FAX4, DEFLATE, JPEG_2000, WEBP = 4, 8, 34712, 50001
LOWEST_FIRST = 2


def page(pixels, photometric, sample_format=UNSIGNED, palette=None, reduced=False, **other):
    """Tags of one uncompressed page, and its bytes; `other` are values of tags, such as t274=6."""
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
    tags |= {int(tag[1:]): (SHORT, [value]) for tag, value in other.items()}
    if reduced:
        tags[254] = (LONG, [1])
    if palette is not None:
        tags[320] = (SHORT, list(palette))
    return tags, pixels.tobytes()


def packed(pixels, photometric, palette=None):
    """A page of 4 bits per value; of a width that is even, or else the last half byte of a row says nothing."""
    tags, _ = page(pixels, photometric, palette=palette)
    wide = np.pad(pixels, ((0, 0), (0, pixels.shape[1] % 2)))
    data = wide[:, ::2] << 4 | wide[:, 1::2]
    return tags | {258: (SHORT, [4])}, data.astype(np.uint8).tobytes()


def planes(pixels):
    """All of red, then all of green, then all of blue."""
    tags, _ = page(pixels, RGB, t284=2)
    return tags, np.moveaxis(pixels, 2, 0)


def tiles(pixels, width, height):
    """The same in tiles, of which the last ones reach beyond the picture."""
    tags, _ = planes(pixels)
    across, down = -(-pixels.shape[1] // width), -(-pixels.shape[0] // height)
    beyond = ((0, down * height - pixels.shape[0]), (0, across * width - pixels.shape[1]), (0, 0))
    wide = np.pad(pixels, beyond, constant_values=77)
    parts = [
        zlib.compress(wide[y : y + height, x : x + width, colour].tobytes())
        for colour in range(3)
        for y in range(0, down * height, height)
        for x in range(0, across * width, width)
    ]
    del tags[278]
    return tags | {259: (SHORT, [DEFLATE]), 322: (SHORT, [width]), 323: (SHORT, [height])}, parts


def turned(page):
    """The same with the lowest bit of each byte first."""
    tags, data = page
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    return tags | {266: (SHORT, [LOWEST_FIRST])}, np.packbits(bits, bitorder="little").tobytes()


def fax(grey):
    """A page as Pillow compresses it."""
    file = Image.open(io.BytesIO(saved(Image.fromarray(grey >= 128), compression="group4")))
    tags, _ = page(grey, file.tag_v2[262], t259=FAX4)
    (start,), (length,) = file.tag_v2[273], file.tag_v2[279]
    file.fp.seek(start)
    return tags | {258: (SHORT, [1])}, file.fp.read(length)


def premultiplied(pixels):
    """What comes out as `pixels` over white, and is a little transparent everywhere."""
    opacity = 225
    rest = pixels.astype(int) - (255 - opacity)
    assert rest.min() >= 0
    return np.dstack([rest, np.full(pixels.shape[:2], opacity)]).astype(np.uint8)


def saved(picture, kind="TIFF", **options):
    """As Pillow writes it."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(pages, big=False):
    """A little-endian file of these pages."""
    offset_type, width, entry = (LONG8, 8, 20) if big else (LONG, 4, 12)
    kinds = {BYTE: "B", SHORT: "H", LONG: "I", LONG8: "Q"}
    pack = lambda kind, values: struct.pack(f"<{len(values)}{kinds[kind]}", *values)
    out = bytearray(b"II+\0\x08\0\0\0" + bytes(8) if big else b"II*\0" + bytes(4))
    link = 8 if big else 4
    for tags, data in pages:
        # A strip for each plane.
        strips = [data] if isinstance(data, bytes) else [part if isinstance(part, bytes) else part.tobytes() for part in data]
        starts = []
        for strip in strips:
            starts.append(len(out))
            out += strip
        place, length = (324, 325) if 322 in tags else (273, 279)
        tags = tags | {place: (offset_type, starts), length: (offset_type, [len(strip) for strip in strips])}
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
    # Colours of 16 bits with 4 to count them.
    few = np.zeros((16, 3), np.uint16)
    few[: len(used)] = used * 257
    files = {
        "float32.tif": tiff([page((grey / 255).astype("<f4"), BLACK_IS_ZERO, FLOAT)]),
        "float64-to-255.tif": tiff([page(grey.astype("<f8"), BLACK_IS_ZERO, FLOAT)]),
        "float32-white-is-zero.tif": tiff([page((1 - grey / 255).astype("<f4"), WHITE_IS_ZERO, FLOAT)]),
        "int16.tif": tiff([page((grey.astype("<i2") - 128) * 100, BLACK_IS_ZERO, SIGNED)]),
        "palette.tif": tiff([page(np.asarray(indexed), PALETTE, palette=palette.T.ravel())]),
        "bigtiff.tif": tiff([page(colours, RGB)], big=True),
        "thumbnail-first.tif": tiff([page(half, RGB, reduced=True), page(colours, RGB)]),
        "thumbnail-first-big.tif": tiff([page(half, RGB, reduced=True), page(colours, RGB)], big=True),
        "pages.tif": tiff([page(half, RGB, reduced=True), page(colours, RGB), page(255 - colours, RGB), page(half, RGB)]),
        "pages-grey16.tif": tiff([page(grey.astype("<u2") * 16, BLACK_IS_ZERO)] * 2),
        "palette-4bit.tif": tiff([packed(np.asarray(indexed), PALETTE, palette=few.T.ravel())]),
        "grey-4bit.tif": tiff([packed(np.round(grey / 17).astype(np.uint8), BLACK_IS_ZERO)]),
        "grey-4bit-odd.tif": tiff([packed(np.round(grey[:, :47] / 17).astype(np.uint8), BLACK_IS_ZERO)]),
        "grey-opacity.tif": tiff([page(np.dstack([grey, np.where(grey == 255, 0, 255)]).astype(np.uint8), BLACK_IS_ZERO, t338=OPACITY)]),
        "grey-and-other.tif": tiff([page(np.dstack([grey, grey // 2]), BLACK_IS_ZERO, t338=0)]),
        "planes.tif": tiff([planes(colours)]),
        "rgb-float-to-255.tif": tiff([page(colours.astype("<f4"), RGB, FLOAT)]),
        "palette-turned.tif": tiff([page(np.rot90(np.asarray(indexed)), PALETTE, palette=palette.T.ravel(), t274=6)]),
        "jpeg.tif": saved(picture, compression="jpeg", quality=95),
        "jpeg-ycbcr.tif": saved(picture.convert("YCbCr"), compression="jpeg", quality=95),
        "webp.tif": tiff([(page(colours, RGB, t259=WEBP)[0], saved(picture, "WEBP", lossless=True))]),
        "fax4.tif": saved(Image.fromarray(grey >= 128), compression="group4"),
        "premultiplied.tif": tiff([page(premultiplied(colours), RGB, t338=PREMULTIPLIED)]),
        "grey-premultiplied.tif": tiff([page(premultiplied(grey), BLACK_IS_ZERO, t338=PREMULTIPLIED)]),
        "lowest-bit-first.tif": tiff([turned(page(colours, RGB))]),
        "fax4-lowest-bit-first.tif": tiff([turned(fax(grey))]),
        "tiles-in-planes.tif": tiff([tiles(colours, 32, 48)]),
        "one-endless-strip.tif": tiff([(page(colours, RGB)[0] | {278: (LONG, [2**32 - 1])}, colours.tobytes())]),
    }
    # libtiff, through Pillow, must see the same in what is unusual.
    over_white = Image.new("RGBA", picture.size, "white")
    for name, tolerance in (("premultiplied.tif", 1), ("lowest-bit-first.tif", 0), ("tiles-in-planes.tif", 0), ("one-endless-strip.tif", 0)):
        theirs = Image.alpha_composite(over_white, Image.open(io.BytesIO(files[name])).convert("RGBA")).convert("RGB")
        assert np.abs(np.asarray(theirs).astype(int) - colours).max() <= tolerance, name
    theirs = Image.open(io.BytesIO(files["fax4-lowest-bit-first.tif"]))
    assert (np.asarray(theirs) == (grey >= 128)).all()
    nothing = np.full((8, 8), np.nan, "<f4")
    bad = {
        "zstd.tif": saved(picture, compression="zstd"),
        "jpeg2000.tif": tiff([page(colours, RGB, t259=JPEG_2000)]),
        "lab.tif": tiff([page(colours, 8)]),
        "float-without-numbers.tif": tiff([page(nothing, BLACK_IS_ZERO, FLOAT)]),
        "rgb-float-without-numbers.tif": tiff([page(np.dstack([nothing] * 3), RGB, FLOAT)]),
    }
    for folder, named in ((HERE, files), (BAD, bad)):
        for name, data in named.items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
