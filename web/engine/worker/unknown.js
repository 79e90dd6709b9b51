/**
 * What a worker is asked for and does not have.
 *
 * @module
 */

/** The page asks again, and brings it along. */
export class UnknownError extends Error {
    /** @param {"model" | "photo"} what */
    constructor(what) {
        super(what);
        this.what = what;
    }
}
