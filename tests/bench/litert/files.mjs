/** What LiteRT.js needs beyond what the benchmark has: its npm package, and a file per network and size. */

import { execFile } from "node:child_process";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "../../browser/harness.mjs";

const HERE = "tests/bench/litert";
/** With what requirements.txt names: crates/xtask/src/python.rs. */
const PYTHON = "target/python-litert/bin/python";
const BY_HAND = `LiteRT.js has to be installed first. cargo xtask bench -- --peers litert does it, or by hand:

    npm ci --prefix ${HERE}
    python3 -m venv target/python-litert && ${PYTHON} -m pip install --requirement ${HERE}/requirements.txt
`;

/**
 * Makes those that are missing, or older than the network that they are made from.
 * @param {string} folder
 * @param {import("../plan.mjs").Topic[]} topics
 */
export async function prepare(folder, topics) {
    await at(path.join(HERE, "node_modules/@litertjs/core"));
    const age = async (file) => (await stat(path.join(folder, file)).catch(() => undefined))?.mtimeMs ?? -Infinity;
    const wanted = [];
    for (const { network, size } of topics) {
        const word = `${network}@${size}`;
        const made = await age(`${network}-float-${size}.tflite`);
        if ((made === -Infinity || made < (await age(`${network}-float.onnx`))) && !wanted.includes(word)) {
            wanted.push(word);
        }
    }
    if (wanted.length) {
        const python = await at(PYTHON);
        console.log(`${wanted.join(", ")} as TensorFlow Lite files to target/bench/`);
        // Its remarks about the machine belong to nothing here.
        const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" };
        const script = path.join(root, HERE, "make.py");
        await promisify(execFile)(python, [script, folder, ...wanted], { env: environment });
    }
}

async function at(file) {
    const whole = path.join(root, file);
    await access(whole).catch(() => {
        throw new Error(BY_HAND);
    });
    return whole;
}
