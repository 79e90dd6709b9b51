/** Time that a host's own shortcomings cost a side; it is taken off again. None in a browser. */

let spent = 0;

/** @param {number} milliseconds */
export function addCopying(milliseconds) {
    spent += milliseconds;
}

/** Milliseconds since the last call. */
export function takeCopying() {
    const before = spent;
    spent = 0;
    return before;
}
