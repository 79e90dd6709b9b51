"""Makes the pictures beside this file, and those in ../bad/images/ that must be refused. Needs Pillow and numpy.

All good pictures show the same scene, 48 x 32 pixels: the left half red above green, the right half blue above white,
so that a test can tell any mirroring, rotation or channel swap from the four corners.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
BAD = HERE.parent / "bad/images"
WIDTH, HEIGHT = 48, 32
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 60), (30, 60, 220), (255, 255, 255)
ORIENTATION_TAG = 0x0112


def scene():
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:16, :24], pixels[16:, :24] = RED, GREEN
    pixels[:16, 24:], pixels[16:, 24:] = BLUE, WHITE
    return Image.fromarray(pixels)


def stored_for(orientation, picture):
    """`picture` as a camera stores it, so that applying `orientation` shows it upright (EXIF 2.3, tag 274)."""
    transposes = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    return picture.transpose(transposes[orientation]) if orientation in transposes else picture


def good():
    picture = scene()
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = orientation
        stored = stored_for(orientation, picture)
        stored.save(HERE / f"orientation-{orientation}.jpg", quality=95, subsampling=0, exif=exif)
    picture.save(HERE / "rgb.png")
    picture.save(HERE / "rgb.bmp")
    picture.save(HERE / "rgb.tif")
    picture.save(HERE / "lossless.webp", lossless=True)
    picture.save(HERE / "lossy.webp", quality=95)
    picture.save(HERE / "progressive.jpg", quality=95, progressive=True, subsampling=0)
    picture.quantize(8).save(HERE / "palette.png")
    picture.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)
    picture.save(HERE / "animated.gif", save_all=True, append_images=[Image.new("RGB", picture.size)])
    picture.convert("L").save(HERE / "grey.png")
    picture.convert("L").save(HERE / "grey.jpg", quality=95)
    grey16 = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    Image.fromarray(grey16).save(HERE / "grey16.png")
    Image.fromarray(grey16).save(HERE / "grey16.tif")
    transparent = picture.convert("RGBA")
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[16:, 24:] = 0  # the white quarter, which must stay white
    transparent.putalpha(Image.fromarray(alpha))
    transparent.save(HERE / "transparent.png")
    rgb16(HERE / "rgb16.png", picture)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits, colour, data):
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def rgb16(path, picture):
    """Pillow writes no 16-bit colour."""
    values = (np.asarray(picture).astype(np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    path.write_bytes(png(WIDTH, HEIGHT, 16, 2, rows))


def bad():
    def truncated(kind, name, **options):
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(noise).save(buffer, kind, **options)
        whole = buffer.getvalue()
        (BAD / name).write_bytes(whole[: len(whole) // 2])

    truncated("PNG", "truncated.png")
    truncated("JPEG", "truncated.jpg", quality=60)
    truncated("GIF", "truncated.gif")
    truncated("WEBP", "truncated.webp", quality=60)
    truncated("BMP", "truncated.bmp")
    truncated("TIFF", "truncated.tif")
    files = {
        "empty.png": b"",
        "signature-only.png": b"\x89PNG\r\n\x1a\n",
        "zero-width.png": png(0, 16, 8, 2, b""),
        "zero-height.png": png(16, 0, 8, 2, b""),
        # 65 bytes or so that claim gigabytes.
        "claims-16384-square.png": png(16384, 16384, 8, 2, b""),
        "claims-2-billion.png": png(2**31 - 1, 2**31 - 1, 16, 6, b""),
        "claims-long-strip.png": png(20000, 1, 8, 0, b""),
        "zero-size.gif": b"GIF89a" + struct.pack("<HHBBB", 0, 0, 0, 0, 0) + b";",
        "claims-2-billion.bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 70, 0, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 24, 0, 0, 0, 0, 0, 0),
        "text.png": b"This is not a picture.\n",
        "noise.jpg": np.random.default_rng(1).integers(0, 256, 4096, dtype=np.uint8).tobytes(),
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>',
        "photo.heic": struct.pack(">I", 24) + b"ftypheic" + bytes(12),
        "picture.avif": struct.pack(">I", 24) + b"ftypavif" + bytes(12),
        "film.mp4": struct.pack(">I", 24) + b"ftypisom" + bytes(12),
        "scan.dcm": bytes(128) + b"DICM" + bytes(60),
        "paper.pdf": b"%PDF-1.7\n%",
        "archive.zip": b"PK\x03\x04" + bytes(26),
    }
    for name, data in files.items():
        (BAD / name).write_bytes(data)


if __name__ == "__main__":
    BAD.mkdir(parents=True, exist_ok=True)
    good()
    bad()
