"""Makes the DICOM files beside this one, those in ../bad/films/ that must be refused, and expected.json: what pydicom and
numpy make of each, which is what ours must be. Needs pydicom, numpy, Pillow, and imagecodecs with pylibjpeg's plugins for
what is compressed.

Every file is small and shows a slope with a bright block in one corner, so that a swap or a shift is seen.
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing, convert_color_space
from pydicom.sequence import Sequence

HERE = Path(__file__).resolve().parent
BAD = HERE.parent / "bad/films"
W, H = 24, 16
EXPLICIT, IMPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
CLASS = "1.2.840.10008.5.1.4.1.1.1.1"
expected = {}


def slope(bits, seed=0):
    """Values that use all of `bits`."""
    y, x = np.mgrid[:H, :W]
    values = (x / (W - 1) * 0.7 + y / (H - 1) * 0.3) * (2**bits - 1)
    values = values + np.random.default_rng(seed).integers(-3, 4, (H, W)) * (bits > 8)
    values[1:4, 1:5] = 2**bits - 1
    return np.clip(np.round(values), 0, 2**bits - 1).astype(np.uint16)


def colours():
    y, x = np.mgrid[:H, :W]
    picture = np.stack([x * 255 // (W - 1), y * 255 // (H - 1), np.full((H, W), 90)], -1).astype(np.uint8)
    picture[1:4, 1:5] = (250, 20, 30)
    return picture


def film(pixels, bits=8, photometric="MONOCHROME2", signed=False, frames=None, syntax=EXPLICIT, **fields):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = CLASS, "1.2.3.4", syntax
    ds = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    ds.SOPClassUID, ds.SOPInstanceUID, ds.Modality = CLASS, "1.2.3.4", "DX"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate = "Secret^Person", "SECRET-ID-77", "19500101"
    ds.InstitutionName, ds.Manufacturer = "Secret Hospital", "Slopes"
    shape = np.shape(pixels)[1:] if frames else np.shape(pixels)
    ds.Rows, ds.Columns = shape[0], shape[1]
    ds.SamplesPerPixel = 3 if len(shape) == 3 else 1
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    if frames:
        ds.NumberOfFrames = frames
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 8 if bits <= 8 else 16
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
    dtype = np.dtype("u1" if bits <= 8 else ">u2" if syntax == BIG else "<u2")
    raw = np.asarray(pixels)
    ds.PixelData = (raw.astype(np.int64) & 0xFFFF).astype(dtype).tobytes()
    if len(ds.PixelData) % 2:
        ds.PixelData += b"\0"
    ds["PixelData"].VR = "OB" if bits <= 8 else "OW"
    for name, value in fields.items():
        setattr(ds, name, value)
    return ds


def written(ds):
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def bare(ds, implicit):
    """Without anything before the data set."""
    ds.file_meta, ds.preamble = FileMetaDataset(), None
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=False, implicit_vr=implicit, little_endian=True)
    return buffer.getvalue()


def ends(ds):
    """What pydicom's windows make black and white."""
    bits, signed = ds.BitsStored, ds.PixelRepresentation == 1
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    if "ModalityLUTSequence" in ds:
        return 0, 2 ** ds.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def levels(values, low, high):
    return np.floor((values - low) / (high - low) * 255 + 0.5).clip(0, 255).astype(np.uint8)


def keep(name, pixels, frame=1, tone=None, notes=()):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, 2)
    case = {"frame": frame, "tone": tone, "width": pixels.shape[1], "height": pixels.shape[0], "notes": list(notes)}
    expected.setdefault(name, []).append({**case, "rgb": base64.b64encode(pixels.astype(np.uint8).tobytes()).decode()})


def window(centre, width, curve="linear"):
    return {"kind": "window", "centre": centre, "width": width, "curve": curve}


def seen(name, data, values=None, notes=("window",), frame=1, index=0, tone=None):
    """Writes a file with a window of its own, and what pydicom shows through it."""
    (HERE / name).write_bytes(data)
    ds = pydicom.dcmread(io.BytesIO(data), force=True)
    if "TransferSyntaxUID" not in ds.file_meta:
        ds.file_meta.TransferSyntaxUID = IMPLICIT if ds.original_encoding[0] else EXPLICIT
    stored = ds.pixel_array if values is None else values
    values = apply_modality_lut(stored, ds)
    if tone is not None:
        again = pydicom.dataset.Dataset()
        again.update(ds)
        ds.WindowCenter, ds.WindowWidth = tone["centre"], tone["width"]
        ds.VOILUTFunction = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}[tone["curve"]]
    shown = levels(apply_windowing(values, ds, index=index).astype(np.float64), *ends(ds))
    if ds.PhotometricInterpretation == "MONOCHROME1":
        shown = 255 - shown
    keep(name, shown, frame, tone, notes)


def content(name, data, values, notes):
    """The same of a file that names no window."""
    (HERE / name).write_bytes(data)
    values = values.astype(np.float64)
    keep(name, levels(values, values.min(), values.max()), notes=notes)


def greys():
    two = dict(WindowCenter=["1000.5", "2048"], WindowWidth=["900", "4096"], WindowCenterWidthExplanation=["BONE", "WHOLE"])
    twelve = slope(12)
    data = written(film(twelve, 12, **two))
    seen("explicit-12bit.dcm", data)
    seen("explicit-12bit.dcm", data, tone=window(2000, 1234))
    seen("explicit-12bit.dcm", data, tone=window(2000.25, 1234.5, "linear-exact"))
    seen("explicit-12bit.dcm", data, tone=window(1800, 1000, "sigmoid"))
    seen("implicit-12bit.dcm", written(film(twelve, 12, syntax=IMPLICIT, **two)))
    seen("big-endian.dcm", written(film(twelve, 12, syntax=BIG, **two)))
    seen("deflated.dcm", written(film(twelve, 12, syntax=DEFLATED, **two)))
    seen("bare-implicit.dcm", bare(film(twelve, 12, **two), True))
    seen("bare-explicit.dcm", bare(film(twelve, 12, **two), False))
    seen("monochrome1.dcm", written(film(twelve, 12, "MONOCHROME1", **two)), notes=("window", "inverted"))
    content("monochrome2-8bit.dcm", written(film(slope(8), 8)), slope(8), ("content",))

    ct = slope(12).astype(np.int32) - 1024
    ct[-2:, :] = -2000
    hounsfield = dict(RescaleSlope="1", RescaleIntercept="-24", RescaleType="HU")
    seen("signed.dcm", written(film(ct, 16, signed=True, WindowCenter="40", WindowWidth="400", PixelPaddingValue=-2000, **hounsfield)))
    padded = film(ct, 16, signed=True, **hounsfield)
    padded.add_new(0x00280120, "SS", -2000)
    data = written(padded)
    (HERE / "padded.dcm").write_bytes(data)
    values, inside = ct - 24.0, ct[:-2] - 24.0
    keep("padded.dcm", levels(values, inside.min(), inside.max()), notes=("content", "padding"))
    seen("slope.dcm", written(film(slope(10), 10, RescaleSlope="0.37", RescaleIntercept="12.5", WindowCenter="190", WindowWidth="301", VOILUTFunction="LINEAR_EXACT")))
    seen("sigmoid.dcm", written(film(twelve, 12, WindowCenter="2000", WindowWidth="1500", VOILUTFunction="SIGMOID")))

    ten = slope(10)
    shifted = film(twelve, 12)
    shifted.BitsStored, shifted.HighBit = 10, 13
    shifted.PixelData = ((ten << 4) | 0xC005).astype("<u2").tobytes()
    content("high-bit.dcm", written(shifted), ten, ("content",))

    rows = np.round(slope(12) / 4095 * 255).astype(np.uint16)
    table = Dataset()
    table.add_new(0x00283002, "US", [4096, 0, 12])
    table.LUTExplanation = "CURVED"
    table.add_new(0x00283006, "OW", np.round((np.arange(4096) / 4095) ** 2 * 4095).astype("<u2").tobytes())
    ds = film(twelve, 12, VOILUTSequence=Sequence([table]))
    data = written(ds)
    (HERE / "voi-table.dcm").write_bytes(data)
    keep("voi-table.dcm", levels(apply_voi(twelve, ds).astype(np.float64), 0, 4095), notes=("table",))
    modality = Dataset()
    modality.add_new(0x00283002, "US", [256, 100, 16])
    modality.ModalityLUTType = "OD"
    modality.add_new(0x00283006, "OW", (np.arange(256) ** 2).astype("<u2").tobytes())
    ds = film(rows, 8, ModalityLUTSequence=Sequence([modality]), WindowCenter="12000", WindowWidth="23000")
    seen("modality-table.dcm", written(ds))

    square = film(twelve, 12, PixelAspectRatio=["2", "1"], WindowCenter="2048", WindowWidth="4096")
    (HERE / "aspect.dcm").write_bytes(written(square))
    grey = Image.fromarray(levels(twelve.astype(np.float64), 0, 4095)).resize((W, 2 * H), Image.Resampling.BICUBIC)
    keep("aspect.dcm", np.asarray(grey), notes=("window", "square"))


def several():
    stack = np.stack([slope(8, 1), 255 - slope(8, 2), np.roll(slope(8, 3), 5, 1)])
    data = written(film(stack, 8, frames=3))
    for frame in range(3):
        (HERE / "frames.dcm").write_bytes(data)
        values = stack[frame].astype(np.float64)
        keep("frames.dcm", levels(values, values.min(), values.max()), frame + 1, notes=("frame", "content"))
    # 5 x 5 pixels of one bit: only the first frame begins at a byte.
    bits = np.random.default_rng(4).integers(0, 2, (3, 5, 5))
    ds = film(bits, 8, frames=3)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 1, 0
    ds.PixelData = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    (HERE / "one-bit.dcm").write_bytes(written(ds))
    for frame in range(3):
        keep("one-bit.dcm", bits[frame] * 255, frame + 1, notes=("frame", "content"))
    # Enhanced: each frame has its own scale and window, and the spacing is shared.
    enhanced = film(np.stack([slope(12), slope(12, 5)]), 12, frames=2)
    groups = []
    for centre, width, intercept in ((1000, 700, -10), (2500, 901, 300)):
        group, voi, scale = Dataset(), Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = str(centre), str(width)
        scale.RescaleIntercept, scale.RescaleSlope, scale.RescaleType = str(intercept), "2", "US"
        group.FrameVOILUTSequence, group.PixelValueTransformationSequence = Sequence([voi]), Sequence([scale])
        groups.append(group)
    enhanced.PerFrameFunctionalGroupsSequence = Sequence(groups)
    shared, measures = Dataset(), Dataset()
    measures.PixelSpacing = ["0.5", "0.5"]
    shared.PixelMeasuresSequence = Sequence([measures])
    enhanced.SharedFunctionalGroupsSequence = Sequence([shared])
    (HERE / "enhanced.dcm").write_bytes(written(enhanced))
    for frame, (seed, centre, width, intercept) in enumerate(((0, 1000, 700, -10), (5, 2500, 901, 300))):
        values = slope(12, seed) * 2.0 + intercept
        one = film(slope(12), 12, WindowCenter=str(centre), WindowWidth=str(width), RescaleSlope="2", RescaleIntercept=str(intercept))
        shown = levels(apply_windowing(values, one).astype(np.float64), *ends(one))
        keep("enhanced.dcm", shown, frame + 1, notes=("frame", "window"))


def coloured():
    picture = colours()
    (HERE / "rgb.dcm").write_bytes(written(film(picture, 8, "RGB")))
    keep("rgb.dcm", picture)
    planar = film(picture, 8, "RGB")
    planar.PlanarConfiguration, planar.PixelData = 1, np.moveaxis(picture, 2, 0).tobytes()
    (HERE / "rgb-planar.dcm").write_bytes(written(planar))
    keep("rgb-planar.dcm", picture)
    ybr = convert_color_space(picture, "RGB", "YBR_FULL")
    (HERE / "ybr-full.dcm").write_bytes(written(film(ybr, 8, "YBR_FULL")))
    keep("ybr-full.dcm", convert_color_space(ybr, "YBR_FULL", "RGB"))
    halved = ybr.copy()
    halved[:, 1::2, 1:] = halved[:, ::2, 1:]
    packed = np.stack([halved[:, ::2, 0], halved[:, 1::2, 0], halved[:, ::2, 1], halved[:, ::2, 2]], -1)
    ds = film(ybr, 8, "YBR_FULL_422")
    ds.PixelData = packed.tobytes()
    (HERE / "ybr-422.dcm").write_bytes(written(ds))
    keep("ybr-422.dcm", convert_color_space(halved, "YBR_FULL", "RGB"))
    indices = (slope(8) // 16).astype(np.uint8)
    ds = film(indices, 8, "PALETTE COLOR")
    for channel, name in enumerate(("Red", "Green", "Blue")):
        entries = ((np.arange(16) * (17 - 4 * channel)) % 256).astype("<u2") << 8
        ds.add_new(0x00281101 + channel, "US", [16, 0, 16])
        ds.add_new(0x00281201 + channel, "OW", entries.astype("<u2").tobytes())
    (HERE / "palette.dcm").write_bytes(written(ds))
    keep("palette.dcm", apply_color_lut(indices, ds) >> 8)


def compressed():
    two = dict(WindowCenter="2048", WindowWidth="4096")
    twelve, picture = slope(12), colours()
    whole = levels(twelve.astype(np.float64), 0, 4095)

    def packed(name, ds, uid, frames, shown, notes=("window",), fragments=1, **more):
        ds.file_meta.TransferSyntaxUID = uid
        ds.PixelData = encapsulate(frames, fragments_per_frame=fragments, **more)
        ds["PixelData"].is_undefined_length = True
        ds["PixelData"].VR = "OB"
        (HERE / name).write_bytes(written(ds))
        for frame, pixels in enumerate(shown):
            keep(name, pixels, frame + 1, notes=(("frame",) if len(shown) > 1 else ()) + tuple(notes))

    def rle(name, ds, shown, notes):
        ds.compress("1.2.840.10008.1.2.5", encoding_plugin="pydicom", generate_instance_uid=False)
        (HERE / name).write_bytes(written(ds))
        keep(name, shown, notes=notes)

    rle("rle-12bit.dcm", film(twelve, 12, **two), whole, ("window",))
    rle("rle-rgb.dcm", film(picture, 8, "RGB"), picture, ())
    jpeg = "1.2.840.10008.1.2.4."
    packed("lossless-12bit.dcm", film(twelve, 12, **two), jpeg + "70", [imagecodecs.ljpeg_encode(twelve, bitspersample=12)], [whole])
    packed("lossless-57.dcm", film(twelve, 12, **two), jpeg + "57", [imagecodecs.ljpeg_encode(twelve, bitspersample=16)], [whole])
    packed("jpegls.dcm", film(twelve, 12, **two), jpeg + "80", [imagecodecs.jpegls_encode(twelve)], [whole])
    near = imagecodecs.jpegls_encode(twelve, level=3)
    packed("jpegls-near.dcm", film(twelve, 12, **two), jpeg + "81", [near], [levels(imagecodecs.jpegls_decode(near).astype(np.float64), 0, 4095)])
    eight = slope(8, 7).astype(np.uint8)
    packed("jpegls-8bit.dcm", film(eight, 8), jpeg + "80", [imagecodecs.jpegls_encode(eight)], [levels(eight.astype(np.float64), eight.min(), eight.max())], ("content",))
    packed("jpeg2000-12bit.dcm", film(twelve, 12, **two), jpeg + "90", [j2k(twelve, 12)], [whole])
    signed = twelve.astype(np.int16) - 2048
    packed("jpeg2000-signed.dcm", film(signed, 12, signed=True, WindowCenter="0", WindowWidth="4096"), jpeg + "90", [j2k(signed, 12)], [whole])
    packed("jpeg2000-rgb.dcm", film(picture, 8, "YBR_RCT"), jpeg + "90", [j2k(picture, 8, True)], [picture], ())
    stack = [slope(8, seed).astype(np.uint8) for seed in (1, 2)]
    shown = [levels(one.astype(np.float64), one.min(), one.max()) for one in stack]
    ds = film(np.stack(stack), 8, frames=2)
    packed("fragments.dcm", ds, jpeg + "80", [imagecodecs.jpegls_encode(one) for one in stack], shown, ("content",), fragments=2)

    def lossy(name, ds, uid, data, decoded, notes):
        packed(name, ds, uid, [data], [decoded], notes)
        expected[name][-1]["tolerance"] = 4

    smooth = np.asarray(Image.fromarray(eight).resize((W, H)))
    data = saved(Image.fromarray(smooth), quality=95)
    lossy("baseline.dcm", film(smooth, 8, WindowCenter="128", WindowWidth="256"), jpeg + "50", data, np.asarray(Image.open(io.BytesIO(data))), ("window",))
    data = saved(Image.fromarray(picture), quality=95, subsampling=0)
    lossy("baseline-ybr.dcm", film(picture, 8, "YBR_FULL"), jpeg + "50", data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), ())
    # Whatever is said of its colours, the JPEG itself knows what they are.
    data = saved(Image.fromarray(picture), quality=95, subsampling=0, keep_rgb=True)
    assert b"Adobe" in data and np.abs(np.asarray(Image.open(io.BytesIO(data))).astype(int) - picture).max() < 40
    for name, photometric in (("baseline-rgb.dcm", "RGB"), ("baseline-rgb-said-ybr.dcm", "YBR_FULL_422")):
        lossy(name, film(picture, 8, photometric), jpeg + "50", data, np.asarray(Image.open(io.BytesIO(data))), ())
    even = np.stack(np.broadcast_arrays(np.linspace(20, 230, W), np.linspace(200, 40, H)[:, None], 90), -1).astype(np.uint8)
    for name, options in (("baseline-ybr-said-rgb.dcm", {"subsampling": 0}), ("baseline-420-said-rgb.dcm", {"subsampling": 2}), ("progressive-said-rgb.dcm", {"subsampling": 1, "progressive": True})):
        data = saved(Image.fromarray(even), quality=95, **options)
        lossy(name, film(even, 8, "RGB"), jpeg + "50", data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), ())
    # pydicom, by Pillow, sees all of them so.
    for name in ("baseline-rgb.dcm", "baseline-rgb-said-ybr.dcm", "baseline-ybr-said-rgb.dcm", "baseline-420-said-rgb.dcm"):
        theirs = pydicom.pixels.pixel_array(HERE / name, decoding_plugin="pillow")
        assert (theirs.tobytes() == base64.b64decode(expected[name][-1]["rgb"])), name
    # Without their two lowest bits, which the JPEG says are lacking.
    coarse = bytearray(imagecodecs.ljpeg_encode(twelve >> 2, bitspersample=10))
    frame, scan = coarse.index(b"\xff\xc3"), coarse.index(b"\xff\xda")
    coarse[frame + 4], coarse[scan + 1 + coarse[scan + 3]] = 12, 2
    packed("lossless-coarse.dcm", film(twelve, 12, **two), jpeg + "70", [bytes(coarse)], [levels((twelve >> 2 << 2).astype(np.float64), 0, 4095)])
    # Refused, by name.
    refused("twelve-bit-jpeg.dcm", film(twelve, 12, **two), jpeg + "51", imagecodecs.jpeg8_encode(twelve, level=95, bitspersample=12))
    refused("jpeg-xl.dcm", film(eight, 8), jpeg + "110", b"\xff\x0a" + bytes(8))
    refused("mpeg.dcm", film(eight, 8), jpeg + "102", bytes(16))
    refused("private.dcm", film(eight, 8), "1.2.840.113619.5.2", bytes(16))


def j2k(values, bits, rgb=False):
    """A bare stream, as these files have it."""
    return imagecodecs.jpeg2k_encode(values, level=0, codecformat="j2k", reversible=True, resolutions=3, bitspersample=bits, mct=rgb)


def saved(picture, **options):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def refused(name, ds, uid, data):
    known = "1.2.840.10008.1.2.4.102"
    ds.file_meta.TransferSyntaxUID = known
    ds.PixelData = encapsulate([data])
    ds["PixelData"].is_undefined_length = True
    ds["PixelData"].VR = "OB"
    # pydicom does not write what it does not know.
    (BAD / name).write_bytes(written(ds).replace(known.encode(), uid.encode().ljust(len(known), b"\0")))


def bad():
    whole = written(film(slope(12), 12))
    for share in (0.2, 0.5, 0.99):
        (BAD / f"cut-{int(100 * share)}.dcm").write_bytes(whole[: int(len(whole) * share)])
    (BAD / "preamble-only.dcm").write_bytes(bytes(128) + b"DICM")

    def without(name, *tags, **fields):
        ds = film(slope(12), 12)
        for tag in tags:
            delattr(ds, tag)
        for field, value in fields.items():
            setattr(ds, field, value)
        (BAD / name).write_bytes(written(ds))

    without("no-rows.dcm", "Rows")
    without("no-bits.dcm", "BitsAllocated")
    without("no-photometric.dcm", "PhotometricInterpretation")
    without("report.dcm", "Rows", "Columns", "BitsAllocated", "PixelData", Modality="SR")
    without("no-pixels.dcm", "PixelData")
    without("empty-rows.dcm", Rows=0)
    without("absurd-size.dcm", Rows=65535, Columns=65535)
    without("absurd-frames.dcm", NumberOfFrames=99999)
    without("frames-in-words.dcm", NumberOfFrames=1)
    data = (BAD / "frames-in-words.dcm").read_bytes()
    (BAD / "frames-in-words.dcm").write_bytes(data.replace(b"IS\x02\x001 ", b"IS\x02\x00x "))
    without("bits-contradict.dcm", HighBit=3)
    without("bits-32.dcm", BitsAllocated=32)
    without("bits-0.dcm", BitsStored=0)
    without("four-colours.dcm", SamplesPerPixel=4, PhotometricInterpretation="CMYK")
    head = written(film(slope(8), 8))
    at = head.index(b"\xe0\x7f\x10\x00")
    (BAD / "length-of-4-gigabytes.dcm").write_bytes(head[:at] + b"\xe0\x7f\x10\x00OW\0\0\xfe\xff\xff\xff" + bytes(40))
    nested = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    (BAD / "nested-deeply.dcm").write_bytes(head[:at] + nested * 500)
    # Each of them is closed.
    ends = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    (BAD / "nested-and-closed.dcm").write_bytes(head[:at] + nested * 40 + ends * 40 + head[at:])
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    meta = written(film(slope(8), 8, syntax=DEFLATED))
    start = meta.index(DEFLATED.encode()) + len(DEFLATED) + len(DEFLATED) % 2
    # The group's end, which its length gives.
    length = struct.unpack("<I", meta[140:144])[0]
    start = 144 + length
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(60)) + bomb.flush()
    (BAD / "deflated-bomb.dcm").write_bytes(meta[:start] + packed)
    (BAD / "deflated-cut.dcm").write_bytes(meta[: start + 40])
    jls = (HERE / "jpegls.dcm").read_bytes()
    (BAD / "jpegls-damaged.dcm").write_bytes(jls[:-90] + bytes(80) + jls[-10:])


if __name__ == "__main__":
    BAD.mkdir(parents=True, exist_ok=True)
    greys()
    several()
    coloured()
    compressed()
    bad()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(cases)}" for name, cases in sorted(expected.items()))
    (HERE / "expected.json").write_text("{\n" + lines + "\n}\n")
