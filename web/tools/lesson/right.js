/**
 * Which of the answers to choose from is the right one while a teacher writes them: it is the answer that stays right, wherever
 * its line goes, and not the line. Pure function.
 *
 * @module
 */

/**
 * @param {readonly string[]} before The answers before the last change.
 * @param {readonly string[]} after
 * @param {number | null} right Which of those before was right; nothing where that had got lost.
 * @param {string} meant The right one as it was chosen.
 * @returns {number | null} Which of those after it is; nothing where it is not among them.
 */
export function followed(before, after, right, meant) {
    const text = right === null ? null : before[right];
    const same = text === null ? -1 : nearest(after, text, right ?? 0);
    if (same >= 0) {
        return same;
    }
    let [from, end] = [0, 0];
    while (from < Math.min(before.length, after.length) && before[from] === after[from]) {
        from += 1;
    }
    while (end < Math.min(before.length, after.length) - from && before.at(-1 - end) === after.at(-1 - end)) {
        end += 1;
    }
    const [left, come] = [before.length - from - end, after.length - from - end];
    if (left === 1 && come === 1) {
        // One line is being written in: the right one, or none that anybody has chosen.
        return right === from ? from : null;
    }
    // Cut out and put in elsewhere, or parted again from what was written before it.
    const again = nearest(after, meant, right ?? 0);
    return again >= 0 ? again : null;
}

/** Of equal answers the one that is nearest. @param {readonly string[]} all @param {string} text @param {number} to */
function nearest(all, text, to) {
    const places = all.flatMap((each, index) => (each === text ? [index] : []));
    return places.sort((a, b) => Math.abs(a - to) - Math.abs(b - to))[0] ?? -1;
}
