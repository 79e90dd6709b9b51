/**
 * What a map's likeness to the true one says, and a memory of it. Pure but for the memory.
 *
 * @module
 */

/** @typedef {{cosine: number, rank: number}} Likeness */

/** Below this mean correlation, little is left of a map. */
const PASSES = 0.6;
/** Likenesses that stay. */
const KEPT = 2000;

/** How alike maps are to the true one, by what was asked. */
export class Likenesses {
    /** @type {Map<string, Likeness>} */
    #known = new Map();

    /** @param {string} series @param {number} count Of shuffled layers. */
    find(series, count) {
        return count === 0 ? { cosine: 1, rank: 1 } : (this.#known.get(`${series} ${count}`) ?? null);
    }

    /** @param {string} series @param {number} count @param {Likeness} likeness */
    keep(series, count, likeness) {
        this.#known.set(`${series} ${count}`, likeness);
        const [oldest] = this.#known.keys();
        if (this.#known.size > KEPT) {
            this.#known.delete(oldest);
        }
    }

    /**
     * @param {string} series
     * @param {number} layers How many there are.
     * @returns {(Likeness | null)[]} For no layer, one, two, ... all.
     */
    along(series, layers) {
        return Array.from({ length: layers + 1 }, (_, count) => this.find(series, count));
    }
}

/**
 * What the whole curve says: whether the map went with the weights.
 * @param {readonly (Likeness | null)[]} along
 * @returns {{passes: boolean, rank: number} | null} `rank`: the mean of the correlation's size where half of the layers are
 *     shuffled or more. Nothing until every number of layers has been tried.
 */
export function verdict(along) {
    const shuffled = along.slice(1);
    if (shuffled.length === 0 || shuffled.some((likeness) => likeness === null)) {
        return null;
    }
    // Single numbers scatter where there are few cells.
    const later = shuffled.slice(shuffled.length >> 1);
    const rank = later.reduce((sum, likeness) => sum + Math.abs(likeness?.rank ?? 0), 0) / later.length;
    return { passes: rank < PASSES, rank };
}
