/**
 * Picture files without what a camera or a program writes beside the pixels: places, names, times. Pure functions.
 *
 * @module
 */

/** Segments of a JPEG that go: EXIF and XMP (APP1), what programs keep (APP3 to APP13, APP15), and comments. */
const LEFT_OUT = [0xe1, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xed, 0xef, 0xfe];
/** From here on a JPEG's coded data follow, in which nothing is written beside. */
const SCAN = 0xda;
/** Chunks of a PNG that say how its pixels are to be read. */
const CHUNKS = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT"];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The same pixels, read the same way: colour profile and orientation stay.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Uint8Array<ArrayBuffer> | null} Nothing where it is neither a JPEG nor a PNG that is whole.
 */
export function withoutMetadata(bytes) {
    if (PNG.every((value, index) => bytes[index] === value)) {
        return plainPng(bytes);
    }
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? plainJpeg(bytes) : null;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function plainJpeg(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const kept = [bytes.subarray(0, 2)];
    let at = 2;
    while (at + 4 <= bytes.length && bytes[at] === 0xff) {
        const marker = bytes[at + 1];
        const end = at + 2 + view.getUint16(at + 2);
        if (end > bytes.length) {
            return null;
        }
        if (marker === 0xe1) {
            const orientation = orientationOf(bytes.subarray(at + 4, end));
            kept.push(...(orientation > 1 ? [orientationSegment(orientation)] : []));
        } else if (marker === SCAN) {
            const last = endOf(bytes, end);
            return last === null ? null : joined([...kept, bytes.subarray(at, last)]);
        } else if (!LEFT_OUT.includes(marker)) {
            kept.push(bytes.subarray(at, end));
        }
        at = end;
    }
    return null;
}

/**
 * Behind the end marker: what phones append is no part of the picture. Further scans and their tables come before it.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} from Where the first scan's coded data begin.
 */
function endOf(bytes, from) {
    for (let at = from; at + 1 < bytes.length;) {
        const marker = bytes[at] === 0xff ? bytes[at + 1] : 0;
        if (marker === 0xd9) {
            return at + 2;
        }
        // Coded data, a marker among them, or one that is filled up; else a segment with its length.
        const coded = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
        at += coded ? 1 : 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    }
    return null;
}

/** Of EXIF data, 1 to 8 (TIFF 6.0, tag 274); 1 where they say nothing. @param {Uint8Array<ArrayBuffer>} data Behind the segment's length. */
function orientationOf(data) {
    const text = String.fromCharCode(...data.subarray(0, 8));
    if (!/^Exif\0\0(II|MM)$/.test(text)) {
        return 1;
    }
    const tiff = new DataView(data.buffer, data.byteOffset + 6, data.length - 6);
    const little = text.endsWith("II");
    const first = tiff.byteLength >= 8 ? tiff.getUint32(4, little) : tiff.byteLength;
    const count = first + 2 <= tiff.byteLength ? tiff.getUint16(first, little) : 0;
    for (let at = first + 2; at + 12 <= Math.min(tiff.byteLength, first + 2 + 12 * count); at += 12) {
        const value = tiff.getUint16(at + 8, little);
        if (tiff.getUint16(at, little) === 274 && value >= 1 && value <= 8) {
            return value;
        }
    }
    return 1;
}

/** EXIF data that say how the picture is turned, and nothing else. @param {number} orientation */
function orientationSegment(orientation) {
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    const data = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
    return Uint8Array.from([0xff, 0xe1, 0, data.length + 2, ...data]);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function plainPng(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const kept = [bytes.subarray(0, 8)];
    for (let at = 8; at + 12 <= bytes.length;) {
        const end = at + 12 + view.getUint32(at);
        const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
        if (end > bytes.length) {
            return null;
        }
        if (name === "eXIf") {
            // Its check sum would have to be made anew for the orientation alone.
            return null;
        }
        if (CHUNKS.includes(name)) {
            kept.push(bytes.subarray(at, end));
        }
        if (name === "IEND") {
            return joined(kept);
        }
        at = end;
    }
    return null;
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
        whole.set(part, at);
        at += part.length;
    }
    return whole;
}
