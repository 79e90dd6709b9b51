/** What one case says: a row per figure and peer. */

import { median, quartiles } from "./statistics.mjs";

/**
 * @param {import("./measure/turns.mjs").Outcome} outcome
 * @param {Partial<Record<"peer" | "litert", string>>} names Of those beside ours, by side.
 * @param {number} budget Seconds.
 * @returns {any[]} Without host, device and network.
 */
export function rowsOf({ sides, agreements }, names, budget) {
    const ours = measured(sides.ours);
    const warm = { ours: median(ours.warm), ours_spread: quartiles(ours.warm), runs: ours.warm.length, budget_s: budget };
    const against = (other) => ({ ...warm, peer: median(other.warm), peer_spread: quartiles(other.warm) });
    const rows = Object.entries(names).flatMap(([who, peer_name]) => {
        const peer = measured(sides[who]);
        const common = { peer_name, agreement: agreements[who] };
        return [
            { metric: "warm run, median ms", ...against(peer), ...common },
            { metric: "first run, ms", ours: ours.first, peer: peer.first, ...common },
            { metric: "model load, ms", ours: ours.load, peer: peer.load, ...common },
            { metric: "wasm instantiate, ms", ours: ours.instantiate, peer: peer.instantiate, ...common },
            { metric: "start to first answer, ms", ours: whole(ours), peer: whole(peer), ...common },
        ];
    });
    if (ours.batches?.length) {
        const [together, apart] = ["together", "apart"].map((how) => ours.batches.map((batch) => batch[how]));
        const spreads = { ours_spread: quartiles(together), peer_spread: quartiles(apart), runs: together.length };
        rows.push({ metric: `an answer of ${ours.batches[0].count} asked at once against one by one, median ms`, ours: median(together), peer: median(apart), ...spreads, peer_name: "ours, one by one" });
    }
    if (sides.alone) {
        rows.push({ metric: "warm run against one thread, median ms", ...against(sides.alone), peer_name: "ours, one thread" });
    }
    return rows;
}

const whole = ({ instantiate, load, first }) => instantiate + load + first;

/** @param {import("./measure/turns.mjs").Measured | undefined} side */
function measured(side) {
    if (!side) {
        throw new Error("a side that was asked has not answered");
    }
    return side;
}
