/**
 * What is said of a picture that is to be guessed about. Pure functions.
 *
 * @module
 */

/**
 * A sample without what tells its class: its name and label, what was done to it, where it was taken, and the name of its file.
 * @template {{title: string, label?: unknown, note?: unknown, attribution: string, source: string, licence: string}} T
 * @param {T} sample
 */
export function untold(sample) {
    const [attribution, source] = [sample.attribution.replace(/ \([^)]*\)$/, ""), sample.source.replace(/, [^,]+\.\w+$/, "")];
    return { ...sample, title: "", label: undefined, note: undefined, attribution, source, licence: sample.licence.split(";")[0] };
}
