/**
 * What the page and its worker say to each other. Types only: both sides import them, neither runs anything here.
 *
 * A question has a type and an identifier of its own; exactly one answer or failure comes back, and any number of reports
 * on the way. A further question is one line in {@link Questions} and one in the worker's table.
 *
 * @module
 */

/** @typedef {import("../../pkg/softcam_web.js").ModelCard} ModelCard */
/** @typedef {import("../../pkg/softcam_web.js").Placement} Placement */
/** @typedef {import("../../pkg/softcam_web.js").FitRule} FitRule */
/** @typedef {import("../../pkg/softcam_web.js").Novelty} Novelty */
/** @typedef {import("../../pkg/softcam_web.js").Rect} Rect */
/** @typedef {import("../../pkg/softcam_web.js").Note | {kind: "browser"}} Note What was done to a picture's values; `browser`: its own decoder opened it. */
/**
 * What is put onto a photo. Places are shares of its width and height, sizes of its shorter side; `turn` is clockwise, in
 * degrees; colours are as in #rrggbb.
 * @typedef {{kind: "sticker", shape: typeof import("./patches.js").SHAPES[number], colour: string, x: number, y: number, size: number, turn: number}
 *   | {kind: "stroke", colour: string, width: number, points: number[]}
 *   | {kind: "piece", photo: string, part: Rect, aspect: number, x: number, y: number, size: number, turn: number}} Patch A
 *     stroke's `points` are x and y in turn; a piece is the `part`, in shares, of another `photo`, and `aspect` times as wide
 *     as high.
 */
/** A change of the picture: by the engine, or of what lies on it. @typedef {import("../../pkg/softcam_web.js").Edit | Patch} Edit */
/** @typedef {import("../../pkg/softcam_web.js").OverlayStyle} OverlayStyle */
/** @typedef {import("../../pkg/softcam_web.js").TableSubject} TableSubject */
/** @typedef {import("../../pkg/softcam_web.js").TableRow} TableRow */

/**
 * `auto` starts on the CPU, which is there sooner, and says what else there is.
 * @typedef {"auto" | "webgpu" | "cpu"} DevicePreference
 */

/**
 * A model that ships with the page: one entry of `models` in its list.
 * @typedef {object} ShippedModel
 * @property {string} id In links: `model=ID`.
 * @property {string} domain Identifier of what it looks at; models of one domain are variants of each other.
 * @property {string} variant For people, beside those of the same domain: "dense", "sparse".
 * @property {string} description One line for people.
 * @property {string} samples Name of its set of samples.
 * @property {string} file Name inside the folder of models.
 * @property {number} bytes Size of the file as it is stored, so that progress has a total even behind gzip.
 * @property {string} sha256 Of the file, in hex.
 * @property {string} title For people; the same as in its card.
 */

/**
 * A model of the visitor's own: a file that this project wrote.
 * @typedef {object} OwnModel
 * @property {Blob} blob
 * @property {string} title For people.
 * @property {string} [name] Of the file that it came in, as long as that is known.
 */

/** @typedef {ShippedModel | OwnModel} ModelSource */

/**
 * Where the files of the engine lie, as addresses that end in a slash.
 * @typedef {object} Assets
 * @property {string} wasm The folder of softcam_web.js, softcam_cpu.js, softcam_threads.js and the others.
 * @property {string} worker The folder of worker.js.
 * @property {string} models The folder of the models that ship with the page.
 */

/**
 * A failure, with whose fault it is and what to do about it.
 * @typedef {object} Failure
 * @property {"image" | "model" | "request" | "device" | "network"} fault
 * @property {string} message A sentence.
 * @property {string} advice Another one; may be empty.
 * @property {string} [code] Names the sentences, for other languages.
 * @property {Record<string, string | number>} [values] For the places in them.
 */

/**
 * The device that answers.
 * @typedef {object} DeviceReport
 * @property {"webgpu" | "cpu"} kind
 * @property {string} name Adapter name or "CPU".
 * @property {string} reason Why not WebGPU, as a sentence; empty where it is WebGPU or was asked for.
 * @property {string} [code] Names that sentence, for other languages.
 * @property {Record<string, string | number>} [values]
 * @property {number} threads How many compute.
 * @property {number} deviation Result of the known-answer test, as a share of the answer's range.
 * @property {number} tolerance What would still pass.
 */

/**
 * A device that could be used.
 * @typedef {{kind: "webgpu" | "cpu", name: string, reason: string, code?: string, values?: Record<string, string | number>}} DeviceChoice
 */

/**
 * Which network is asked: a model, as it is or with the weights of its last layers shuffled.
 * @typedef {object} Asked
 * @property {string} model Identifier; the worker knows it, or says that it does not.
 * @property {number} shuffled How many of its last layers have shuffled weights.
 */

/**
 * A picture as the network is to see it.
 * @typedef {object} Seen
 * @property {string} photo Identifier; the worker knows it, or gets its bytes along.
 * @property {ArrayBuffer | null} bytes Of the photo's file, where the worker does not have it yet.
 * @property {number} size Side of the network's input in pixels.
 * @property {FitRule} fit How the picture becomes a square.
 * @property {Edit[]} edits What is changed about the picture.
 * @property {{photo: string, bytes: ArrayBuffer | null}[]} [others] Photos that pieces are taken from.
 * @property {boolean} [passing] One of many frames, of which only the newest are kept.
 */

/**
 * One decision with its evidence.
 * @typedef {object} Explained
 * @property {Float32Array} logits One per class.
 * @property {Float32Array} probabilities One per class.
 * @property {Float32Array} maps `[classes, rows, columns]`, in logit units; empty where only the logits were asked for.
 * @property {number} rows
 * @property {number} columns
 * @property {Placement} placement Where the maps lie on the photo.
 * @property {number} limit End of the colour scale that all classes of this photo share.
 * @property {number} differenceLimit The same for one class over another.
 * @property {Novelty | null} novelty How unlike the pictures that the model knows, where it can tell. Of what is
 *     `flagged`, maps and probabilities mean nothing, and nothing of them is to be shown unasked.
 * @property {boolean} dark Whether the picture calls for lighter colours.
 * @property {boolean} grey Whether the picture has no colour, as X-rays have none.
 * @property {string} format Of the photo's file.
 * @property {Note[]} notes What was done to the values of the photo's file.
 * @property {{decode: number, run: number}} milliseconds
 * @property {"webgpu" | "cpu"} [on] The device that took these, for whoever keeps an answer beyond that device.
 */

/**
 * Values on a grid over the photo, and what they claim to add up to: a SoftCAM's evidence, or another method's map.
 * @typedef {object} EvidenceMap
 * @property {Float32Array} values `[rows, columns]`.
 * @property {number} rows
 * @property {number} columns
 * @property {Placement} placement
 * @property {number | null} total What the mean of the values claims to be; nothing where it claims nothing.
 * @property {number} limit End of its symmetric colour scale.
 * @property {Made} [made] How it was made, where it took more than the answer.
 * @property {boolean} [likeEvidence] Whether each value is on the scale of what a cell of the evidence adds, its evidence over
 *     the number of cells: then both are drawn alike.
 * @property {Reading} [reading] What its colours mean; `signed` where nothing is said.
 */

/**
 * What the colours of a map mean: for and against; more and less important; or a control, which knows nothing of the network.
 * @typedef {"signed" | "important" | "random" | "edges"} Reading
 */

/**
 * What a method's map has cost, and what it promises.
 * @typedef {object} Made
 * @property {number} forward Runs of the network.
 * @property {number} backward Runs from a score back.
 * @property {number} milliseconds
 * @property {number | null} claim What the sum of its values claims to be; nothing where it claims nothing.
 * @property {number} blocks Of the network, behind each of which a method can look; 0 where that is not known.
 */

/**
 * A part of the photo and the evidence over it.
 * @typedef {object} DrawRequest
 * @property {Seen | null} seen The picture, where that is to be drawn.
 * @property {Pick<EvidenceMap, "values" | "rows" | "columns" | "placement"> | null} map What is drawn over it, if anything.
 * @property {OverlayStyle} style
 * @property {Rect} part In pixels of the photo.
 * @property {number} width Of the result, in pixels.
 * @property {number} height
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
 * @property {boolean} asksActivation Whether nobody said if its classes exclude each other, where that matters.
 */

/**
 * @typedef {object} Loaded
 * @property {ModelCard} card
 * @property {DeviceReport} device
 * @property {string[]} layers Names of its layers with weights, the last first.
 */

/** What is said of a picture, without its evidence. @typedef {Pick<Explained, "logits" | "novelty">} Answered */

/** @typedef {{layer: string, done: number, total: number}} ConversionStep */

/**
 * Every question: what is asked, and what is answered.
 * @typedef {object} Questions
 * @property {{ask: {model: string, source: ModelSource}, answer: Loaded}} load Makes a model known.
 * @property {{ask: {model: string}, answer: Blob}} handOver The file of a model, for another worker.
 * @property {{ask: {of: Asked, seen: Seen, lean: boolean}, answer: Explained}} explain `lean` leaves the maps out.
 * @property {{ask: {of: Asked, seen: Seen, masks: Edit[]}, answer: Answered[]}} answers What is said of the picture with each of
 *     `masks` on it by itself: of the first, and of as many more as the device computes at once.
 * @property {{ask: DrawRequest, answer: {photo: Painted | null, evidence: Painted | null}}} draw
 * @property {{ask: {fade: boolean, dark: boolean}, answer: Painted}} colourBar
 * @property {{ask: {a: Float32Array, b: Float32Array}, answer: {cosine: number, rank: number}}} similarity Of two maps.
 * @property {{ask: {of: Asked, subject: TableSubject, rows: TableRow[]}, answer: {bytes: Uint8Array<ArrayBuffer>, stems: string[]}}} table
 *     Answers as CSV, and how the names of each row's files begin.
 * @property {{ask: {values: Float32Array, classes: number, rows: number, columns: number}, answer: Uint8Array<ArrayBuffer>}} npy Maps,
 *     `[classes, rows, columns]`, as a file.
 */

/**
 * What another method is to explain: the logit of a class, or what it is above another's.
 * @typedef {import("../../pkg/softcam_methods.js").Target} Target
 */

/**
 * How a method is to do it, where that is not as its paper has it. Occlusion: side of the covered square, and pixels from one
 * to the next.
 * @typedef {import("../../pkg/softcam_methods.js").MethodOptions & {patch?: number, stride?: number}} MethodOptions
 */

/**
 * A network and a picture, for a worker that explains by other methods. `file` is the model's, where the worker does not have
 * it yet.
 * @typedef {{of: Asked, file: Blob | null, seen: Seen}} Subject
 */

/**
 * @typedef {object} Attributed
 * @property {Float32Array} values `[rows, columns]`; positive speaks for the target.
 * @property {number} rows
 * @property {number} columns
 * @property {Placement} placement
 * @property {Float32Array} logits As this worker computes them, so that it can be held against the one that explained.
 * @property {Made} made
 */

/** How a probability answers to ever more of the picture. @typedef {{share: number, probability: number}} CurvePoint */

/**
 * What the worker for other methods answers.
 * @typedef {object} MethodQuestions
 * @property {{ask: Subject & {method: string, options: MethodOptions, target: Target}, answer: Attributed}} attribute Reports
 *     `{done, total}` passes.
 * @property {{ask: Subject & {target: Target, methods: {method: string, options: MethodOptions}[]}, answer: {passes: (number | null)[]}}} plan
 *     How many passes each would make, as far as it can be made.
 * @property {{ask: Subject & {kind: "deletion" | "insertion", map: Pick<EvidenceMap, "values" | "rows" | "columns">, class: number},
 *     answer: {points: CurvePoint[], area: number}}} curve Takes pixels away, or puts them in, in the order of a map. Reports
 *     `{done, total, points}` as they come.
 */

/** What a taught layer is worth. @typedef {import("../../pkg/softcam_methods.js").TeachingReport} TeachingReport */

/**
 * What the worker for teaching answers. `file` is that of the model whose backbone is used, where the worker does not have it
 * yet.
 * @typedef {object} TeachingQuestions
 * @property {{ask: {model: string, file: Blob | null, picture: Blob}, answer: {features: Float32Array, thumbnail: Painted}}} features
 *     What the network sees in a picture, one number per channel, and the picture small.
 * @property {{ask: {model: string, file: Blob | null, names: string[], features: Float32Array, classes: Uint32Array, bursts: Uint32Array},
 *     answer: {file: Blob, title: string, report: TeachingReport}}} teach `features` of all pictures, one after the other; a
 *     class and a burst per picture. Reports `{done, total}`.
 */

/**
 * A frame of a film as it is shown.
 * @typedef {object} Developed
 * @property {import("../../pkg/softcam_dicom.js").FilmAbout} about
 * @property {import("../../pkg/softcam_dicom.js").FilmGreys | null} greys What its greys could be shown as; nothing of colours.
 * @property {Note[]} notes
 * @property {ArrayBuffer} bitmap A file that the engine opens.
 * @property {ArrayBuffer} small The same, small.
 */

/**
 * What the worker for films answers. `bytes` are the file's, where the worker does not have it yet.
 * @typedef {object} FilmQuestions
 * @property {{ask: {film: string, bytes: ArrayBuffer | null, frame: number, tone: import("../../pkg/softcam_dicom.js").Tone | null}, answer: Developed}} develop
 *     Frames count from 1; without a tone, what the file offers first.
 * @property {{ask: {film: string, bytes: ArrayBuffer | null, people: boolean}, answer: import("../../pkg/softcam_dicom.js").FilmField[]}} header
 *     What may name `people` is there without its value, unless it is wanted.
 */

/**
 * What the worker for model files answers.
 * @typedef {object} OpeningQuestions
 * @property {{ask: {file: Blob, descriptions: string[]}, answer: Opened}} open Reads a model file, or converts a float
 *     checkpoint; `descriptions` are the texts of files beside it, such as the names of its classes. Reports its steps.
 */

/** @typedef {Questions & MethodQuestions & TeachingQuestions & FilmQuestions & OpeningQuestions} AllQuestions */
/** @typedef {keyof Questions} Type */

/**
 * Page to worker. `prepare` asks for the code alone, before it is known which model is to be started with; it is for the
 * same device. `alone` is for one thread, whatever the browser allows.
 * @typedef {{type: "prepare", assets: Assets, device: DevicePreference}
 *   | {type: "start", assets: Assets, model: string, source: ModelSource, device: DevicePreference, alone?: boolean}
 *   | {type: "threads-started", running: boolean}
 *   | {type: "ask", id: number, question: keyof AllQuestions, payload: any}
 *   | {type: "cancel", id: number}} ToWorker
 */

/** What a worker needs to be one of the engine's threads. @typedef {{glue: string, module: WebAssembly.Module, memory: WebAssembly.Memory}} Thread */

/** A request over the network. @typedef {Pick<PerformanceResourceTiming, "name" | "startTime" | "transferSize" | "encodedBodySize">} RequestEntry */

/** Requests of a page or worker, with the origin of its clock. @typedef {{origin: number, entries: RequestEntry[]}} Requests */

/**
 * Worker to page. `fatal` means that this worker is done for and must be replaced. `outlook` says, of a worker that was
 * started with device `auto`, which device another one should use. `unknown` names what a question needs and the worker
 * does not have (any more): it is asked once more with it. `threads` asks for workers that compute with this one.
 * @typedef {{type: "loading", bytes: number, total: number}
 *   | {type: "preparing", what: "device" | "device-test" | "model-test"}
 *   | {type: "outlook", outlook: DeviceChoice}
 *   | {type: "threads", count: number, thread: Thread}
 *   | {type: "requested", of: Requests}
 *   | {type: "ready", model: string, loaded: Loaded}
 *   | {type: "progress", id: number, progress: any}
 *   | {type: "answer", id: number, answer: any}
 *   | {type: "unknown", id: number, what: "model" | "photo"}
 *   | {type: "cancelled", id: number}
 *   | {type: "failed", id: number | null, failure: Failure, fatal: boolean}} FromWorker
 */

export {};
