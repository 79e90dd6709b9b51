/** Rows of results, shown as they come. */

import { lineOf, withFigure } from "./figures.mjs";

const shown = (value) => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));

/**
 * @typedef {object} Row
 * @property {string} metric
 * @property {string} host `chromium`, `node`, or `any` where it does not matter.
 * @property {string} adapter What WebGPU runs on; empty where it is not used.
 * @property {string} device `webgpu (software)` is no GPU.
 * @property {string} network With the size of its input, such as `resnet18@224`.
 * @property {string} precision Of the peer's network: `int8` has int8 weights and float arithmetic, `int8-static` int8
 *     arithmetic. Ours has the same int8 weights for both.
 * @property {number} ours
 * @property {number} peer
 * @property {string} peer_name
 * @property {number} ratio Ours / peer: below 1, we are ahead.
 * @property {number[]} [ours_spread] Quartiles.
 * @property {number[]} [peer_spread]
 * @property {number} [runs]
 * @property {string} [note] What to know before quoting it.
 * @property {string} [variant]
 * @property {number} [size]
 * @property {number} [parameters]
 * @property {number} [budget_s] Seconds after which no further run began.
 * @property {string} [date] When it was measured.
 */

/** @typedef {{machine: any, rows: Row[], figures?: import("./figures.mjs").Figure[]}} Document */

const KEY = ["metric", "host", "adapter", "device", "network", "precision", "variant"];
/** A peer's name without its version: a newer one takes the older one's place. */
const titleOfPeer = ({ peer_name }) => peer_name.replace(/ [\d.]+$/, "");
/** What no two rows have in common. */
const keyOf = (row) => JSON.stringify([...KEY.map((key) => row[key]), titleOfPeer(row)]);

export class Results {
    /** @type {Row[]} */
    #rows = [];

    /** @type {import("./figures.mjs").Figure[]} */
    #figures = [];

    /** How many of both are of this run. */
    fresh = 0;

    /**
     * @param {string} peer
     * @param {any} machine
     */
    constructor(peer, machine) {
        this.peer = peer;
        this.machine = machine;
    }

    /**
     * Keeps what an earlier run found out, as far as this one does not measure it anew.
     * @param {Document | null} earlier
     */
    goOnFrom(earlier) {
        if (!earlier) {
            return;
        }
        const { cpu, cores, hosts } = earlier.machine;
        if (cpu !== this.machine.cpu || cores !== this.machine.cores) {
            throw new Error(`these are the results of another machine (${cpu}, ${cores} cores); choose another --name`);
        }
        this.machine = { ...this.machine, hosts: { ...hosts, ...this.machine.hosts } };
        this.#rows = [...earlier.rows];
        this.#figures = earlier.figures ?? [];
    }

    /** @param {any} row All but `ratio`, and `peer_name` where it is the peer of all others. */
    record(row) {
        const { metric, host, adapter, device, network, precision, ours, peer, ...rest } = row;
        const ratio = ours / peer;
        const date = new Date().toISOString();
        const found = { metric, host, adapter, device, network, precision, ours, peer, peer_name: this.peer, ratio, ...rest, date };
        const before = this.#rows.findIndex((row) => keyOf(row) === keyOf(found));
        this.#rows.splice(before < 0 ? this.#rows.length : before, before < 0 ? 0 : 1, found);
        this.fresh += 1;
        const where = `${host.padEnd(8)} ${device.padEnd(17)} ${network.padEnd(22)} ${precision.padEnd(11)}`;
        console.log(
            `${where} ${[metric, rest.variant].filter(Boolean).join(", ").padEnd(38)} ours ${shown(ours).padStart(9)}   ` +
                `${titleOfPeer(found).padStart(16)} ${shown(peer).padStart(9)}   ratio ${ratio.toFixed(2)}`,
        );
    }

    /** @param {import("./figures.mjs").Figure} figure */
    state(figure) {
        this.#figures = withFigure(this.#figures, { ...figure, date: new Date().toISOString() });
        this.fresh += 1;
        console.log(lineOf(figure));
    }

    /** @returns {Document} */
    document() {
        return { machine: this.machine, rows: this.#rows, figures: this.#figures };
    }
}
