/**
 * JSON that knows on which line everything stands, so that a fault can be named by its line. Pure functions.
 *
 * @module
 */

/**
 * A value with its place.
 * @typedef {object} Node
 * @property {any} value As `JSON.parse` would give it.
 * @property {number} line From 1.
 * @property {Map<string, {line: number, node: Node}>} [members] Of an object.
 * @property {Node[]} [items] Of a list.
 */

/** What is wrong, by the key of a message and its values. @typedef {{line: number, what: string, values: Record<string, string | number>}} Fault */

/** A text that is no JSON. */
export class NotJson extends Error {
    /** @param {Fault} fault */
    constructor(fault) {
        super(`line ${fault.line}: ${fault.what}`);
        this.fault = fault;
    }
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** Deeper than any lesson. */
const DEEPEST = 40;

/**
 * @param {string} text
 * @returns {Node}
 * @throws {NotJson}
 */
export function parse(text) {
    const reader = new Reader(text);
    const node = reader.value(0);
    reader.skip();
    if (!reader.ended) {
        reader.fail("more");
    }
    return node;
}

class Reader {
    #text;
    #at = 0;
    #line = 1;
    /** Up to where lines are counted. */
    #counted = 0;

    /** @param {string} text */
    constructor(text) {
        this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
    }

    get ended() {
        return this.#at >= this.#text.length;
    }

    skip() {
        SPACE.lastIndex = this.#at;
        SPACE.test(this.#text);
        this.#at = SPACE.lastIndex;
    }

    /** Of where the reader is. */
    get line() {
        for (; this.#counted < this.#at; this.#counted++) {
            this.#line += this.#text[this.#counted] === "\n" ? 1 : 0;
        }
        return this.#line;
    }

    /** @param {string} what @param {Record<string, string | number>} [values] @returns {never} */
    fail(what, values = {}) {
        const found = this.#text.slice(this.#at, this.#at + 12).split("\n")[0];
        throw new NotJson(this.ended ? { line: this.line, what: "ends", values: {} } : { line: this.line, what, values: { found, ...values } });
    }

    /** @param {string} sign */
    #takes(sign) {
        this.skip();
        const taken = this.#text[this.#at] === sign;
        this.#at += taken ? 1 : 0;
        return taken;
    }

    /** @param {string} sign */
    #needs(sign) {
        if (!this.#takes(sign)) {
            this.fail("sign", { sign });
        }
    }

    /** @param {number} depth @returns {Node} */
    value(depth) {
        this.skip();
        const { line } = this;
        if (depth > DEEPEST) {
            this.fail("deep");
        }
        if (this.#takes("{")) {
            return this.#object(line, depth);
        }
        if (this.#takes("[")) {
            return this.#list(line, depth);
        }
        return { value: this.#word(), line };
    }

    #word() {
        if (this.#text[this.#at] === '"') {
            return this.#string();
        }
        WORD.lastIndex = this.#at;
        const [word] = WORD.exec(this.#text) ?? [];
        if (word === undefined) {
            this.fail("value");
        }
        this.#at += word.length;
        return JSON.parse(word);
    }

    /** A text may be a whole picture: it is looked through for its end, where a pattern would run out of memory. */
    #string() {
        let end = this.#text.indexOf('"', this.#at + 1);
        while (end > 0 && this.#escaped(end)) {
            end = this.#text.indexOf('"', end + 1);
        }
        const word = end > 0 ? this.#text.slice(this.#at, end + 1) : "";
        try {
            const text = JSON.parse(word);
            this.#at = end + 1;
            return text;
        } catch {
            return this.fail("value");
        }
    }

    /** Whether an odd number of backslashes stands before this place. @param {number} at */
    #escaped(at) {
        let before = at;
        while (this.#text[before - 1] === "\\") {
            before -= 1;
        }
        return (at - before) % 2 === 1;
    }

    /** @param {number} line @param {number} depth @returns {Node} */
    #object(line, depth) {
        /** @type {NonNullable<Node["members"]>} */
        const members = new Map();
        while (!(members.size === 0 && this.#takes("}"))) {
            this.skip();
            const at = this.line;
            if (this.#text[this.#at] !== '"') {
                this.fail("name");
            }
            const name = this.#word();
            if (members.has(name)) {
                throw new NotJson({ line: at, what: "twice", values: { name } });
            }
            this.#needs(":");
            members.set(name, { line: at, node: this.value(depth + 1) });
            if (!this.#takes(",")) {
                this.#needs("}");
                break;
            }
        }
        return { value: Object.fromEntries(Array.from(members, ([name, { node }]) => [name, node.value])), line, members };
    }

    /** @param {number} line @param {number} depth @returns {Node} */
    #list(line, depth) {
        /** @type {Node[]} */
        const items = [];
        while (!(items.length === 0 && this.#takes("]"))) {
            items.push(this.value(depth + 1));
            if (!this.#takes(",")) {
                this.#needs("]");
                break;
            }
        }
        return { value: items.map(({ value }) => value), line, items };
    }
}
