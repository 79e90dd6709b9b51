"""Makes pictures beside this file whose files are odd: without their end, with several pictures in one, or of Netpbm's plain
formats; and those in ../bad/images/ that look like them and must be refused. Needs Pillow and numpy.

They show the scene of make_formats.py, or its luma.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from make_formats import BAD, HEIGHT, HERE, WIDTH, chunk, scene

# What phones of one maker append: blocks of data, a table of them, its length and a name.
TRAILER = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000SEFHk\0\0\0\x01\0\0\0\0\0\x01\x0a\x24\0\0\0\x24\0\0\0\x18\0\0\0SEFT"


def saved(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def noise():
    """What fills many bytes, so that a cut falls into them."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))


def jpegs():
    def without_end(picture, **options):
        whole = saved(picture, "JPEG", quality=95, **options)
        assert whole.endswith(b"\xff\xd9")
        return whole[:-2]

    plain = without_end(scene(), subsampling=0)
    good = {
        "trailer.jpg": plain + TRAILER,
        # Chroma of half the size, and a mark behind every few blocks.
        "trailer-restarts.jpg": without_end(scene(), subsampling=2, restart_marker_blocks=2) + TRAILER,
        "trailer-grey.jpg": without_end(scene().convert("L")) + TRAILER,
    }
    noisy = without_end(noise())
    whole = saved(scene(), "JPEG", quality=95, subsampling=0)
    # Where the header of the picture begins, and that of its scan.
    frame, scan = whole.index(b"\xff\xc0"), whole.index(b"\xff\xda")

    def with_bytes(*changes):
        changed = bytearray(whole)
        for at, value in changes:
            changed[at] = value
        return bytes(changed)

    third = (len(noisy) - scan) // 3
    bad = {
        "no-end.jpg": plain,
        "zeros-for-end.jpg": plain + bytes(64),
        "cut-filled-with-zeros.jpg": noisy[: len(noisy) * 2 // 3] + bytes(len(noisy)),
        "cut-with-trailer.jpg": noisy[: len(noisy) * 2 // 3] + TRAILER,
        # Nobody can say whether another scan would have followed.
        "progressive-with-trailer.jpg": without_end(scene(), progressive=True) + TRAILER,
        # Twice the rows that there are, and data without their middle, both with an end.
        "height-doubled.jpg": with_bytes((frame + 6, 2 * HEIGHT)),
        "lost-middle.jpg": noisy[: scan + third] + noisy[scan + 2 * third :] + b"\xff\xd9",
        # By their headers, of kinds that are shown falsely or taken for damaged.
        "colours-finer.jpg": with_bytes((frame + 14, 0x22)),
        "colours-in-thirds.jpg": with_bytes((frame + 11, 0x31)),
        "colours-apart.jpg": with_bytes((frame + 11, 0x22), (scan + 4, 1)),
        "two-values.jpg": with_bytes((frame + 9, 2)),
        "arithmetic.jpg": with_bytes((frame + 1, 0xC9)),
        "height-at-end.jpg": with_bytes((frame + 6, 0)),
    }
    return good, bad


def pngs():
    whole = saved(scene(), "PNG")
    end = chunk(b"IEND", b"")
    assert whole.endswith(end)
    good = {"no-end.png": whole[: -len(end)]}

    start = len(b"\x89PNG\r\n\x1a\n")
    checksum = whole.index(b"IEND") - 5
    apart = {
        "of-a-telephone.png": whole[:start] + chunk(b"CgBI", b"\x50\0\x20\x02") + whole[start:],
        "header-twice.png": whole[: start + 25] + whole[start:],
        "checksum.png": whole[:checksum] + bytes([whole[checksum] ^ 1]) + whole[checksum + 1 :],
    }
    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.asarray(noise())))
    half = chunk(b"IHDR", header) + chunk(b"IDAT", data[: len(data) // 2])
    return good, apart | {"cut-between-chunks.png": b"\x89PNG\r\n\x1a\n" + half}


def bmps():
    whole = saved(scene(), "BMP")
    size = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 8, 1, 0, 0, 0, 2, 0)
    # Runs of 255 pixels, and never an end of a row.
    data = size + b"\0\0\0\0\xff\xff\xff\0" + b"\xff\1" * 8 + b"\0\1"
    return {}, {
        "start-not-said.bmp": whole[:10] + bytes(4) + whole[14:],
        "run-beyond-row.bmp": b"BM" + struct.pack("<IHHI", 14 + len(data), 0, 0, 14 + 40 + 8) + data,
    }


def animations():
    picture = scene()
    black = Image.new("RGB", picture.size)
    more = {"save_all": True, "append_images": [black, picture]}
    return {
        "animated.webp": saved(picture, "WEBP", lossless=True, **more),
        "animated.png": saved(picture, "PNG", **more),
        # The picture for those who show no animation is not one of it.
        "animated-apart.png": saved(picture, "PNG", default_image=True, **more),
    }


def netpbm():
    colours = np.asarray(scene())
    grey = np.asarray(scene().convert("L"))
    size = f"{WIDTH} {HEIGHT}"

    def file(kind, white, values):
        white = f"{white}\n" if white else ""
        return f"{kind}\n# The scene.\n{size}\n{white}".encode() + values

    twelve = np.round(grey.astype(float) * 4095 / 255).astype(">u2")
    wide = (grey.astype(np.uint16) * 257).astype(">u2")
    letters = "\n".join(" ".join(str(value) for value in row) for row in grey).encode()
    whites = np.packbits(~(grey >= 128), axis=1).tobytes()
    pam = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n".encode()
    good = {
        "rgb.ppm": file("P6", 255, colours.tobytes()),
        "rgb16.ppm": file("P6", 65535, (colours.astype(np.uint16) * 257).astype(">u2").tobytes()),
        "rgb.pam": pam + colours.tobytes(),
        "grey.pgm": file("P5", 255, grey.tobytes()),
        "grey-letters.pgm": file("P2", 255, letters + b"\n"),
        "grey16.pgm": file("P5", 65535, wide.tobytes()),
        "grey-12in16.pgm": file("P5", 4095, twelve.tobytes()),
        # White is what it says, though most of 12 bits would fit.
        "grey-to-3000.pgm": file("P5", 3000, np.round(grey.astype(float) * 3000 / 255).astype(">u2").tobytes()),
        "bilevel.pbm": file("P4", None, whites),
    }
    bad = {
        "truncated.pgm": good["grey.pgm"][:800],
        "truncated-letters.pgm": good["grey-letters.pgm"][:800],
        "claims-2-billion.pgm": b"P5 2147483647 2147483647 65535\n",
        "text-like-a-picture.txt": b"P5 is the fifth paragraph of this text.\n",
    }
    return good, bad


def main():
    for good, bad in (jpegs(), pngs(), bmps(), (animations(), {}), netpbm()):
        for folder, files in ((HERE, good), (BAD, bad)):
            for name, data in files.items():
                (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
