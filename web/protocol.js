/**
 * What the page and its worker say to each other. Types only: both sides import them, neither runs anything here.
 *
 * @module
 */

/** @typedef {import("../pkg/softcam_web.js").ModelCard} ModelCard */
/** @typedef {import("../pkg/softcam_web.js").Placement} Placement */
/** @typedef {import("../pkg/softcam_web.js").FitRule} FitRule */
/** @typedef {import("../pkg/softcam_web.js").Novelty} Novelty */

/**
 * `auto` starts on the CPU, which is there sooner, and says what else there is.
 * @typedef {"auto" | "webgpu" | "cpu"} DevicePreference
 */

/**
 * A model that ships with the page: one entry of `models` in web/models/index.json.
 * @typedef {object} ShippedModel
 * @property {string} id In links: `?model=ID`.
 * @property {string} domain Identifier of what it looks at; models of one domain are variants of each other.
 * @property {string} variant For people, beside those of the same domain: "dense", "sparse".
 * @property {string} description One line for people.
 * @property {string} samples Name of its set in web/samples/index.json.
 * @property {string} file Name inside web/models/.
 * @property {number} bytes Size of the file as it is stored, so that progress has a total even behind gzip.
 * @property {string} sha256 Of the file, in hex.
 * @property {string} title For people; the same as in its card.
 */

/**
 * A model of the visitor's own: a file that this project wrote.
 * @typedef {object} OwnModel
 * @property {Blob} blob
 * @property {string} title For people.
 */

/** @typedef {ShippedModel | OwnModel} ModelSource */

/**
 * Where the files of the engine lie, as addresses that end in a slash.
 * @typedef {object} Assets
 * @property {string} wasm The folder of softcam_web.js and softcam_cpu.js.
 * @property {string} worker The folder of worker.js.
 * @property {string} models The folder of the models that ship with the page.
 */

/**
 * A failure, with whose fault it is and what to do about it.
 * @typedef {object} Failure
 * @property {"image" | "model" | "request" | "device" | "network"} fault
 * @property {string} message A sentence.
 * @property {string} advice Another one; may be empty.
 */

/**
 * The device that answers.
 * @typedef {object} DeviceReport
 * @property {"webgpu" | "cpu"} kind
 * @property {string} name Adapter name or "CPU".
 * @property {string} reason Why not WebGPU, as a sentence; empty where it is WebGPU or was asked for.
 * @property {number} deviation Result of the known-answer test, as a share of the answer's range.
 * @property {number} tolerance What would still pass.
 */

/**
 * A device that could be used.
 * @typedef {{kind: "webgpu", name: string, reason: ""} | {kind: "cpu", name: string, reason: string}} DeviceChoice
 */

/**
 * @typedef {object} Explained
 * @property {number} id Of the request that it answers; names the explanation in later requests.
 * @property {Float32Array} logits One per class.
 * @property {Float32Array} probabilities One per class.
 * @property {Float32Array} maps `[classes, rows, columns]`, in logit units.
 * @property {number} rows
 * @property {number} columns
 * @property {Placement} placement Where the maps lie on the photo.
 * @property {number} limit End of the colour scale that all classes of this photo share.
 * @property {number} differenceLimit The same for one class over another.
 * @property {Novelty | null} novelty How unlike the pictures that the model knows, where it can tell. Of what is
 *     `flagged`, maps and probabilities mean nothing, and nothing of them is to be shown unasked.
 * @property {{width: number, height: number, pixels: Uint8ClampedArray<ArrayBuffer>}} view The photo for showing, RGBA.
 * @property {string} format Of the photo's file.
 * @property {{decode: number, run: number}} milliseconds
 */

/**
 * What is drawn over the photo.
 * @typedef {object} OverlayRequest
 * @property {number} explanation Whose map: `id` of what is on show.
 * @property {number} shownClass
 * @property {number | null} against Class whose evidence is subtracted, if any.
 * @property {number} limit End of the colour scale.
 * @property {boolean} smooth Interpolate between cells.
 * @property {boolean} contours
 */

/**
 * @typedef {object} Painted
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray<ArrayBuffer>} pixels RGBA.
 */

/**
 * A model file that was opened, converted where it was a float checkpoint.
 * @typedef {object} Opened
 * @property {string} title
 * @property {ArrayBuffer} bytes Of a model file that `load` takes.
 * @property {string[]} notes What a person should know about a conversion, as sentences; empty where there was none.
 */

/**
 * @typedef {object} Loaded
 * @property {ModelCard} card
 * @property {DeviceReport} device
 */

/**
 * Page to worker. `prepare` asks for the code alone, before it is known which model is to be started with; it is for the
 * same device. `description` is JSON: a model card, or the settings of a conversion. `handOver` asks for the file of
 * the model in use, for another worker; only one that was started with device `auto` still has it.
 * @typedef {{type: "prepare", assets: Assets, device: DevicePreference}
 *   | {type: "start", assets: Assets, model: ModelSource, device: DevicePreference}
 *   | {type: "open", id: number, file: Blob, description: string | null}
 *   | {type: "load", id: number, model: ModelSource}
 *   | {type: "handOver", id: number}
 *   | {type: "explain", id: number, bytes: ArrayBuffer, size: number, fit: FitRule}
 *   | {type: "overlay", id: number, request: OverlayRequest}
 *   | {type: "cancel", id: number}} ToWorker
 */

/**
 * Worker to page. `fatal` means that this worker is done for and must be replaced. `outlook` says, of a worker that was
 * started with device `auto`, which device another one should use.
 * @typedef {{type: "loading", bytes: number, total: number}
 *   | {type: "preparing", what: string}
 *   | {type: "converting", layer: string, done: number, total: number}
 *   | {type: "opened", id: number, opened: Opened}
 *   | {type: "loaded", id: number, loaded: Loaded}
 *   | {type: "handedOver", id: number, weights: Blob}
 *   | {type: "outlook", outlook: DeviceChoice}
 *   | {type: "ready", card: ModelCard, device: DeviceReport, colourBar: Painted}
 *   | {type: "explained", id: number, explained: Explained}
 *   | {type: "painted", id: number, painted: Painted}
 *   | {type: "overtaken", id: number}
 *   | {type: "failed", id: number | null, failure: Failure, fatal: boolean}} FromWorker
 */

export {};
