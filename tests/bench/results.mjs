/** Rows of results, shown as they come. */

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
 */

/** @typedef {{machine: any, rows: Row[]}} Document */

export class Results {
    /** @type {Row[]} */
    #rows = [];

    /**
     * @param {string} peer
     * @param {any} machine
     */
    constructor(peer, machine) {
        this.peer = peer;
        this.machine = machine;
    }

    /** @param {any} row All but `peer_name` and `ratio`. */
    record(row) {
        const { metric, host, adapter, device, network, precision, ours, peer, ...rest } = row;
        const ratio = ours / peer;
        this.#rows.push({ metric, host, adapter, device, network, precision, ours, peer, peer_name: this.peer, ratio, ...rest });
        const where = `${host.padEnd(8)} ${device.padEnd(17)} ${network.padEnd(22)} ${precision.padEnd(11)}`;
        console.log(
            `${where} ${[metric, rest.variant].filter(Boolean).join(", ").padEnd(38)} ours ${shown(ours).padStart(9)}   ` +
                `peer ${shown(peer).padStart(9)}   ratio ${ratio.toFixed(2)}`,
        );
    }

    /** @returns {Document} */
    document() {
        return { machine: this.machine, rows: this.#rows };
    }
}
