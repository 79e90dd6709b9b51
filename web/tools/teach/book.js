/**
 * Classes of the visitor's own with their pictures. Pure functions: each gives a new book.
 *
 * @module
 */

/** @typedef {import("../../engine/protocol.js").Failure} Failure */
/** @typedef {import("../../engine/protocol.js").Painted} Painted */

/** As many classes as the engine takes. */
export const MOST_CLASSES = 8;
/** As few. */
export const FEWEST_CLASSES = 2;
/** As many pictures as it takes, all classes together. */
export const MOST_PICTURES = 1000;

/**
 * @typedef {object} Lesson
 * @property {number} id
 * @property {number} of Identifier of its class.
 * @property {number} burst Frames that were taken in one go have the same.
 * @property {string} name
 * @property {Blob} file
 * @property {Float32Array | null} features What the network sees in it, once it has looked.
 * @property {Painted | null} thumbnail The picture small, likewise.
 * @property {Failure | null} failure Why it cannot be used.
 */

/**
 * @typedef {object} Book
 * @property {{id: number, name: string}[]} classes
 * @property {Lesson[]} lessons In the order in which they came.
 * @property {number} next Identifiers from here on are free.
 */

/**
 * Two classes without pictures.
 * @param {(number: number) => string} nameOf What a class is called until the visitor names it.
 * @returns {Book}
 */
export function emptyBook(nameOf) {
    return { classes: [1, 2].map((id) => ({ id, name: nameOf(id) })), lessons: [], next: 3 };
}

/** @param {Book} book @param {string} name @returns {Book} */
export function withClass(book, name) {
    return book.classes.length >= MOST_CLASSES ? book : { ...book, classes: [...book.classes, { id: book.next, name }], next: book.next + 1 };
}

/** @param {Book} book @param {number} id @param {string} name @returns {Book} */
export function renamed(book, id, name) {
    return { ...book, classes: book.classes.map((each) => (each.id === id ? { ...each, name } : each)) };
}

/** Its pictures go with it. @param {Book} book @param {number} id @returns {Book} */
export function withoutClass(book, id) {
    return { ...book, classes: book.classes.filter((each) => each.id !== id), lessons: book.lessons.filter(({ of }) => of !== id) };
}

/** A number for frames that are taken in one go. @param {Book} book @returns {[Book, number]} */
export function withBurst(book) {
    return [{ ...book, next: book.next + 1 }, book.next];
}

/**
 * @param {Book} book
 * @param {{of: number, name: string, file: Blob, burst?: number}} picture A picture without a burst is one of its own.
 * @returns {Book} The same where its class is gone, or there are too many.
 */
export function withPicture(book, { of, name, file, burst = book.next }) {
    if (book.lessons.length >= MOST_PICTURES || !book.classes.some(({ id }) => id === of)) {
        return book;
    }
    const lesson = { id: book.next, of, burst, name, file, features: null, thumbnail: null, failure: null };
    return { ...book, lessons: [...book.lessons, lesson], next: book.next + 1 };
}

/**
 * The network has looked at it, or could not.
 * @param {Book} book
 * @param {number} id
 * @param {Partial<Pick<Lesson, "features" | "thumbnail" | "failure">>} seen
 * @returns {Book}
 */
export function withSeen(book, id, seen) {
    return { ...book, lessons: book.lessons.map((lesson) => (lesson.id === id ? { ...lesson, ...seen } : lesson)) };
}

/** @param {Book} book @param {number} id @returns {Book} */
export function withoutPicture(book, id) {
    return { ...book, lessons: book.lessons.filter((lesson) => lesson.id !== id) };
}

/**
 * A class that was removed comes back with its pictures, behind the others.
 * @param {Book} book
 * @param {Removed} removed
 * @returns {Book}
 */
export function withBack(book, { each, lessons }) {
    const room = book.classes.length < MOST_CLASSES && book.lessons.length + lessons.length <= MOST_PICTURES;
    return room ? { ...book, classes: [...book.classes, each], lessons: [...book.lessons, ...lessons] } : book;
}

/**
 * What goes with a class that is removed.
 * @typedef {{each: {id: number, name: string}, lessons: Lesson[]}} Removed
 * @param {Book} book
 * @param {number} id
 * @returns {Removed | null} Nothing where it has no pictures: then nothing is lost.
 */
export function removedWith({ classes, lessons }, id) {
    const each = classes.find((other) => other.id === id);
    const own = lessons.filter(({ of }) => of === id);
    return each && own.length > 0 ? { each, lessons: own } : null;
}

/** Pictures of a class that can be learnt from, or will be. @param {Book} book @param {number} id */
export function picturesOf({ lessons }, id) {
    return lessons.filter(({ of, failure }) => of === id && failure === null);
}

/** The first picture that the network has not looked at. @param {Book} book */
export function unseen({ lessons }) {
    return lessons.find(({ features, failure }) => features === null && failure === null) ?? null;
}

/**
 * Why nothing can be learnt yet.
 * @typedef {{kind: "unnamed" | "looking" | "few-classes"} | {kind: "twice" | "empty", name: string}} Obstacle
 */

/**
 * The first thing that stands in the way of learning; nothing where nothing does.
 * @param {Book} book
 * @returns {Obstacle | null}
 */
export function obstacle(book) {
    const { classes } = book;
    if (classes.length < FEWEST_CLASSES) {
        return { kind: "few-classes" };
    }
    const names = classes.map(({ name }) => name.trim());
    if (names.includes("")) {
        return { kind: "unnamed" };
    }
    const same = names.map((name) => name.toLowerCase());
    const twice = names.find((_, index) => same.indexOf(same[index]) !== index);
    if (twice !== undefined) {
        return { kind: "twice", name: twice };
    }
    const empty = classes.find(({ id }) => picturesOf(book, id).length === 0);
    if (empty) {
        return { kind: "empty", name: empty.name.trim() };
    }
    return unseen(book) ? { kind: "looking" } : null;
}

/**
 * What the engine is to learn.
 * @param {Book} book Without an obstacle.
 */
export function asked({ classes, lessons }) {
    const usable = lessons.filter(({ failure }) => failure === null);
    const width = usable[0]?.features?.length ?? 0;
    const features = new Float32Array(width * usable.length);
    usable.forEach((lesson, index) => features.set(lesson.features ?? [], width * index));
    const places = new Map(classes.map(({ id }, index) => [id, index]));
    return {
        names: classes.map(({ name }) => name.trim()),
        features,
        classes: Uint32Array.from(usable, ({ of }) => places.get(of) ?? 0),
        bursts: Uint32Array.from(usable, ({ burst }) => burst),
        /** Whose they are, in the same order. */
        lessons: usable.map(({ id }) => id),
    };
}

/** What a layer depends on, as a key: a book with the same key gives the same layer. @param {Book} book */
export function bookKey({ classes, lessons }) {
    return JSON.stringify([classes, lessons.filter(({ failure }) => failure === null).map(({ id }) => id)]);
}
