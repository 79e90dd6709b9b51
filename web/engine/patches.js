/**
 * What can be put onto a photo: stickers, strokes, pieces of other photos. Drawn by rules of its own instead of a canvas, so
 * that every browser puts the very same pixels there, and so that what is covered can be told without drawing. Pure functions.
 *
 * Places are shares of the photo's width and height, sizes of its shorter side.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Patch} Patch */
/** @typedef {Extract<Patch, {kind: "sticker"}>} Sticker */
/** @typedef {Extract<Patch, {kind: "stroke"}>} Stroke */
/** @typedef {Extract<Patch, {kind: "piece"}>} Piece */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{pixels: ArrayLike<number>, width: number, height: number}} Raster RGBA. */

export const SHAPES = /** @type {const} */ (["star", "heart", "disc", "face", "rings", "stripes", "checks", "bar", "marker"]);

/** Most of them on one photo, and most points of a stroke. */
export const MOST = 12;
export const POINTS = 120;
/** Least and largest size, as a share of the photo's shorter side. */
export const SIZES = /** @type {const} */ ({ least: 0.04, most: 1 });
/** Samples per pixel and axis, so that edges are smooth. */
const FINE = 2;
/** Samples per cell and axis, to tell how much of it is covered. */
const SAMPLES = 8;
/** How many times as wide as it is high. */
const BAR = 4;

const [NOTHING, MAIN, LIGHT, DARK] = [0, 1, 2, 3];
const COLOURS = /** @type {const} */ ({ [LIGHT]: [250, 250, 250], [DARK]: [24, 24, 28] });

/**
 * What there is of a shape at a point of its square, which goes from -1 to 1 both ways.
 * @type {Record<typeof SHAPES[number], (u: number, v: number) => number>}
 */
const INSIDE = {
    star(u, v) {
        const fifth = (2 * Math.PI) / 5;
        const angle = Math.atan2(u, -v);
        const turned = ((angle % fifth) + fifth) % fifth;
        // Every tenth of a star is the same triangle.
        const folded = Math.min(turned, fifth - turned);
        const [x, y] = [Math.hypot(u, v) * Math.cos(folded), Math.hypot(u, v) * Math.sin(folded)];
        const [inX, inY] = [0.45 * Math.cos(fifth / 2), 0.45 * Math.sin(fifth / 2)];
        return (inX - 1) * y - inY * (x - 1) >= 0 ? MAIN : NOTHING;
    },
    heart(u, v) {
        const [x, y] = [1.15 * u, 0.1 - 1.15 * v];
        return (x * x + y * y - 1) ** 3 - x * x * y ** 3 <= 0 ? MAIN : NOTHING;
    },
    disc: (u, v) => (u * u + v * v <= 1 ? MAIN : NOTHING),
    face(u, v) {
        const radius = Math.hypot(u, v);
        if (radius > 1) {
            return NOTHING;
        }
        const eye = Math.hypot(Math.abs(u) - 0.35, v + 0.25) < 0.14;
        const mouth = v > 0.2 && radius > 0.5 && radius < 0.65;
        return eye || mouth ? DARK : MAIN;
    },
    rings(u, v) {
        const radius = Math.hypot(u, v);
        return radius > 1 ? NOTHING : Math.floor(radius * 4.999) % 2 === 0 ? MAIN : LIGHT;
    },
    stripes: (u, v) => (inSquare(u, v) ? (Math.floor((u + 1) * 3.999) % 2 === 0 ? MAIN : LIGHT) : NOTHING),
    checks: (u, v) => (inSquare(u, v) ? ((Math.floor((u + 1) * 2.999) + Math.floor((v + 1) * 2.999)) % 2 === 0 ? MAIN : LIGHT) : NOTHING),
    bar: (u, v) => (inSquare(u, v) ? MAIN : NOTHING),
    // The letter that softcam::edit::marker_box places, by the same proportions.
    marker: (u, v) => (Math.abs(u) <= 0.7 && Math.abs(v) <= 1 && (u < -0.2 || v >= 0.5) ? MAIN : NOTHING),
};

/** @param {number} u @param {number} v */
function inSquare(u, v) {
    return Math.abs(u) <= 1 && Math.abs(v) <= 1;
}

/**
 * Whether a change of the picture is one of these, with nothing in it that could not be drawn: links are written by anybody.
 * @param {any} edit
 * @returns {edit is Patch}
 */
export function isPatch(edit) {
    const within = (/** @type {any} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
        typeof value === "number" && value >= least && value <= most;
    const placed = within(edit?.x, -1, 2) && within(edit?.y, -1, 2) && within(edit?.size, SIZES.least, SIZES.most) && within(edit?.turn, -360, 360);
    const coloured = typeof edit?.colour === "string" && /^#[0-9a-f]{6}$/.test(edit.colour);
    switch (edit?.kind) {
        case "sticker":
            return placed && coloured && SHAPES.includes(edit.shape);
        case "stroke": {
            const { points, width } = edit;
            const even = Array.isArray(points) && points.length >= 2 && points.length % 2 === 0 && points.length <= 2 * POINTS;
            return coloured && even && points.every((/** @type {any} */ value) => within(value, -2, 3)) && within(width, 0.002, 0.5);
        }
        case "piece": {
            const { photo, part, aspect } = edit;
            const inside = within(part?.x, 0, 1) && within(part?.y, 0, 1) && within(part?.width, 0.01, 1) && within(part?.height, 0.01, 1);
            return placed && typeof photo === "string" && inside && part.x + part.width <= 1.0001 && part.y + part.height <= 1.0001 && within(aspect, 0.01, 100);
        }
        default:
            return false;
    }
}

/**
 * Where something that has a place lies, in pixels of the photo.
 * @param {Sticker | Piece} patch
 * @param {Size} photo
 */
function frameOf(patch, { width, height }) {
    const aspect = patch.kind === "piece" ? patch.aspect : patch.shape === "bar" ? BAR : 1;
    const half = (patch.size * Math.min(width, height)) / 2;
    const angle = (patch.turn * Math.PI) / 180;
    return {
        x: patch.x * width,
        y: patch.y * height,
        halfWidth: half * Math.min(1, aspect),
        halfHeight: half * Math.min(1, 1 / aspect),
        cos: Math.cos(angle),
        sin: Math.sin(angle),
    };
}

/**
 * A point of the photo in the patch's own square, which goes from -1 to 1.
 * @param {ReturnType<typeof frameOf>} frame
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
function within({ x: middleX, y: middleY, halfWidth, halfHeight, cos, sin }, x, y) {
    const [right, down] = [x - middleX, y - middleY];
    return [(right * cos + down * sin) / halfWidth, (down * cos - right * sin) / halfHeight];
}

/**
 * The rectangle around a patch, in pixels of the photo: its middle, its size before it was turned, and by how much it was.
 * @param {Patch} patch
 * @param {Size} photo
 */
export function outlineOf(patch, photo) {
    if (patch.kind === "stroke") {
        const { left, top, right, bottom } = boundsOf(patch, photo);
        return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top, turn: 0 };
    }
    const { x, y, halfWidth, halfHeight } = frameOf(patch, photo);
    return { x, y, width: 2 * halfWidth, height: 2 * halfHeight, turn: patch.turn };
}

/** @param {readonly number[]} points x and y in turn. */
function pairs(points) {
    return Array.from({ length: points.length / 2 }, (_, at) => ({ x: points[2 * at], y: points[2 * at + 1] }));
}

/**
 * @param {Stroke} stroke
 * @param {Size} photo
 */
function lineOf({ points, width }, photo) {
    const line = pairs(points).map(({ x, y }) => ({ x: x * photo.width, y: y * photo.height }));
    return { line, radius: (width * Math.min(photo.width, photo.height)) / 2 };
}

/**
 * @param {Stroke} stroke
 * @param {Size} photo
 */
function boundsOf(stroke, photo) {
    const { line, radius } = lineOf(stroke, photo);
    const [xs, ys] = [line.map(({ x }) => x), line.map(({ y }) => y)];
    return { left: Math.min(...xs) - radius, right: Math.max(...xs) + radius, top: Math.min(...ys) - radius, bottom: Math.max(...ys) + radius };
}

/**
 * How far a point is from the line between two others.
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 * @param {number} x
 * @param {number} y
 */
function distance(a, b, x, y) {
    const [right, down] = [b.x - a.x, b.y - a.y];
    const length = right * right + down * down;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a.x) * right + (y - a.y) * down) / length));
    return Math.hypot(x - a.x - along * right, y - a.y - along * down);
}

/**
 * Whether a patch covers a point of the photo.
 * @param {Patch} patch
 * @param {Size} photo
 * @returns {(x: number, y: number) => boolean} In pixels of the photo.
 */
export function covers(patch, photo) {
    if (patch.kind === "stroke") {
        const { line, radius } = lineOf(patch, photo);
        return (x, y) => line.some((point, at) => distance(line[Math.max(0, at - 1)], point, x, y) <= radius);
    }
    const frame = frameOf(patch, photo);
    const inside = patch.kind === "piece" ? (/** @type {number} */ u, /** @type {number} */ v) => Number(inSquare(u, v)) : INSIDE[patch.shape];
    return (x, y) => {
        const [u, v] = within(frame, x, y);
        return inSquare(u, v) && inside(u, v) !== NOTHING;
    };
}

/**
 * The topmost patch that can be taken hold of at a point: a sticker by its whole square.
 * @param {readonly Patch[]} patches
 * @param {Size} photo
 * @param {{x: number, y: number}} point In pixels of the photo.
 * @returns {number} Its index; -1 where there is none.
 */
export function patchAt(patches, photo, { x, y }) {
    return patches.findLastIndex((patch) => (patch.kind === "stroke" ? covers(patch, photo)(x, y) : inSquare(...within(frameOf(patch, photo), x, y))));
}

/**
 * How much of each cell is covered.
 * @param {readonly Patch[]} patches
 * @param {{rows: number, columns: number, placement: {photo: Size, region: {x: number, y: number, width: number, height: number}}}} grid
 * @returns {Float32Array} Shares, row by row.
 */
export function coverage(patches, { rows, columns, placement: { photo, region } }) {
    const all = patches.map((patch) => covers(patch, photo));
    const shares = new Float32Array(rows * columns);
    const [across, down] = [columns * SAMPLES, rows * SAMPLES];
    for (let row = 0; row < down; row++) {
        const y = region.y + ((row + 0.5) / down) * region.height;
        for (let column = 0; column < across; column++) {
            const x = region.x + ((column + 0.5) / across) * region.width;
            // What lies beside the photo cannot be covered.
            if (x >= 0 && y >= 0 && x < photo.width && y < photo.height && all.some((covered) => covered(x, y))) {
                shares[Math.floor(row / SAMPLES) * columns + Math.floor(column / SAMPLES)] += 1 / (SAMPLES * SAMPLES);
            }
        }
    }
    return shares;
}

/** @param {string} colour As #rrggbb. */
function rgbOf(colour) {
    return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/** How large a piece is drawn, in pixels. @param {Piece} piece @param {Size} photo */
export function pieceSize(piece, photo) {
    const { halfWidth, halfHeight } = frameOf(piece, photo);
    return { width: Math.max(1, Math.round(2 * halfWidth)), height: Math.max(1, Math.round(2 * halfHeight)) };
}

/**
 * Puts patches onto a photo, one after the other.
 * @param {Uint8ClampedArray} pixels RGBA; changed.
 * @param {Size} photo
 * @param {readonly Patch[]} patches
 * @param {(piece: Piece) => Raster} rasterOf What a piece shows, about as large as it is drawn.
 */
export function paintPatches(pixels, photo, patches, rasterOf) {
    for (const patch of patches) {
        if (patch.kind === "stroke") {
            paintStroke(pixels, photo, patch);
        } else {
            paintPlaced(pixels, photo, patch, patch.kind === "piece" ? pieceColours(rasterOf(patch)) : stickerColours(patch));
        }
    }
}

/** @typedef {(u: number, v: number) => ArrayLike<number> | null} Colours Of a point of the patch's square. */

/** @param {Sticker} sticker @returns {Colours} */
function stickerColours({ shape, colour }) {
    const palette = [null, rgbOf(colour), COLOURS[LIGHT], COLOURS[DARK]];
    return (u, v) => palette[INSIDE[shape](u, v)];
}

/** @param {Raster} raster @returns {Colours} */
function pieceColours({ pixels, width, height }) {
    const colour = [0, 0, 0];
    return (u, v) => {
        const column = Math.min(width - 1, Math.floor(((u + 1) / 2) * width));
        const row = Math.min(height - 1, Math.floor(((v + 1) / 2) * height));
        const at = 4 * (row * width + column);
        [colour[0], colour[1], colour[2]] = [pixels[at], pixels[at + 1], pixels[at + 2]];
        return colour;
    };
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Size} photo
 * @param {Sticker | Piece} patch
 * @param {Colours} colours
 */
function paintPlaced(pixels, photo, patch, colours) {
    const frame = frameOf(patch, photo);
    const [cos, sin] = [Math.abs(frame.cos), Math.abs(frame.sin)];
    const across = frame.halfWidth * cos + frame.halfHeight * sin;
    const down = frame.halfWidth * sin + frame.halfHeight * cos;
    const [left, right] = [Math.max(0, Math.floor(frame.x - across)), Math.min(photo.width, Math.ceil(frame.x + across))];
    const [top, bottom] = [Math.max(0, Math.floor(frame.y - down)), Math.min(photo.height, Math.ceil(frame.y + down))];
    for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
            let [hits, red, green, blue] = [0, 0, 0, 0];
            for (let sample = 0; sample < FINE * FINE; sample++) {
                const [u, v] = within(frame, x + ((sample % FINE) + 0.5) / FINE, y + (Math.floor(sample / FINE) + 0.5) / FINE);
                const colour = inSquare(u, v) ? colours(u, v) : null;
                if (colour) {
                    hits += 1;
                    red += colour[0];
                    green += colour[1];
                    blue += colour[2];
                }
            }
            if (hits > 0) {
                blend(pixels, 4 * (y * photo.width + x), hits / (FINE * FINE), red / hits, green / hits, blue / hits);
            }
        }
    }
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Size} photo
 * @param {Stroke} stroke
 */
function paintStroke(pixels, photo, stroke) {
    const { line, radius } = lineOf(stroke, photo);
    const bounds = boundsOf(stroke, photo);
    const [left, top] = [Math.max(0, Math.floor(bounds.left - 1)), Math.max(0, Math.floor(bounds.top - 1))];
    const [right, bottom] = [Math.min(photo.width, Math.ceil(bounds.right + 1)), Math.min(photo.height, Math.ceil(bounds.bottom + 1))];
    if (right <= left || bottom <= top) {
        return;
    }
    const width = right - left;
    /** How far each pixel is covered: parts of a line that lie on each other do not add up. */
    const covered = new Float32Array(width * (bottom - top));
    line.forEach((point, at) => {
        const before = line[Math.max(0, at - 1)];
        const [fromX, toX] = [Math.min(before.x, point.x) - radius - 1, Math.max(before.x, point.x) + radius + 1];
        const [fromY, toY] = [Math.min(before.y, point.y) - radius - 1, Math.max(before.y, point.y) + radius + 1];
        for (let y = Math.max(top, Math.floor(fromY)); y < Math.min(bottom, Math.ceil(toY)); y++) {
            for (let x = Math.max(left, Math.floor(fromX)); x < Math.min(right, Math.ceil(toX)); x++) {
                const share = Math.max(0, Math.min(1, radius + 0.5 - distance(before, point, x + 0.5, y + 0.5)));
                const index = (y - top) * width + x - left;
                covered[index] = Math.max(covered[index], share);
            }
        }
    });
    const [red, green, blue] = rgbOf(stroke.colour);
    covered.forEach((share, index) => {
        if (share > 0) {
            const [x, y] = [left + (index % width), top + Math.floor(index / width)];
            blend(pixels, 4 * (y * photo.width + x), share, red, green, blue);
        }
    });
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @param {number} share
 * @param {number} red
 * @param {number} green
 * @param {number} blue
 */
function blend(pixels, at, share, red, green, blue) {
    pixels[at] += (red - pixels[at]) * share;
    pixels[at + 1] += (green - pixels[at + 1]) * share;
    pixels[at + 2] += (blue - pixels[at + 2]) * share;
}

/**
 * A patch moved by shares of the photo.
 * @template {Patch} P
 * @param {P} patch
 * @param {number} right
 * @param {number} down
 * @returns {P} Its middle stays on the photo.
 */
export function moved(patch, right, down) {
    if (patch.kind === "stroke") {
        const middle = (/** @type {0 | 1} */ axis) => {
            const values = patch.points.filter((_, at) => at % 2 === axis);
            return (Math.min(...values) + Math.max(...values)) / 2;
        };
        const by = [0, 1].map((axis) => onPhoto(middle(/** @type {0 | 1} */ (axis)) + [right, down][axis]) - middle(/** @type {0 | 1} */ (axis)));
        return { ...patch, points: patch.points.map((value, at) => rounded(value + by[at % 2])) };
    }
    return { ...patch, x: rounded(onPhoto(patch.x + right)), y: rounded(onPhoto(patch.y + down)) };
}

/** @param {number} share */
function onPhoto(share) {
    return Math.max(0, Math.min(1, share));
}

/** As many digits as a pixel of a large photo needs: links are short. @param {number} value */
export function rounded(value) {
    return Math.round(value * 1e4) / 1e4;
}

/**
 * A stroke with as few points as leave it as it is.
 * @param {readonly number[]} points
 * @param {number} [tolerance] As a share of the photo.
 * @returns {number[]} At most as many as a stroke may have.
 */
export function simplified(points, tolerance = 0.002) {
    const line = pairs(points);
    const keep = new Set([0, line.length - 1]);
    const split = (/** @type {number} */ from, /** @type {number} */ to) => {
        let [most, at] = [0, -1];
        for (let i = from + 1; i < to; i++) {
            const off = distance(line[from], line[to], line[i].x, line[i].y);
            if (off > most) {
                [most, at] = [off, i];
            }
        }
        if (most > tolerance) {
            keep.add(at);
            split(from, at);
            split(at, to);
        }
    };
    split(0, line.length - 1);
    const left = [...keep].sort((a, b) => a - b).flatMap((at) => [rounded(line[at].x), rounded(line[at].y)]);
    return left.length <= 2 * POINTS ? left : simplified(points, 2 * tolerance);
}
