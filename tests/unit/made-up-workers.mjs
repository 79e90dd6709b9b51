/** Workers that are made up: what is posted to them is kept, and they say what a test tells them to. */

export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Puts them in place of the real ones. @returns {any[]} Those that were started, from now on. */
export function madeUpWorkers() {
    const workers = [];
    globalThis.Worker = class {
        posted = [];
        ended = false;
        constructor() {
            workers.push(this);
        }
        addEventListener(type, listener) {
            if (type === "message") {
                this.say = (data) => listener({ data });
            } else {
                this.fail = (message) => listener({ message, preventDefault() {} });
            }
        }
        postMessage(message) {
            this.posted.push(message);
        }
        terminate() {
            this.ended = true;
        }
        get asked() {
            return this.posted.filter(({ type }) => type === "ask");
        }
    };
    return workers;
}
