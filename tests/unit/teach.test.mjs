/** Classes of the visitor's own: the book, and the course that learns it; the worker is made up here. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_CLASSES, MOST_PICTURES, asked, bookKey, emptyBook, obstacle, picturesOf, renamed, unseen, withBurst, withClass, withPicture, withSeen, withoutClass, withoutPicture } from "../../web/tools/teach/book.js";
import { warningText } from "../../web/tools/teach/result.js";
import { fetchTools } from "../../web/text/index.js";

await fetchTools();
const empty = () => emptyBook((number) => `Class ${number}`);
const file = new Blob(["x"]);
const features = (...values) => Float32Array.from(values);
const failure = { fault: "image", message: "No picture.", advice: "" };

/** With pictures of these classes, seen. */
function filled(...classes) {
    return classes.reduce((book, of, index) => {
        const next = withPicture(book, { of, name: `${index}.png`, file });
        return withSeen(next, next.lessons.at(-1).id, { features: features(index, of) });
    }, empty());
}

test("a book begins with two classes, and has at most eight, each with a number of its own", () => {
    let book = empty();
    assert.deepEqual(book.classes, [
        { id: 1, name: "Class 1" },
        { id: 2, name: "Class 2" },
    ]);
    for (let number = 3; number < 12; number++) {
        book = withClass(book, `Class ${number}`);
    }
    assert.equal(book.classes.length, MOST_CLASSES);
    assert.equal(new Set(book.classes.map(({ id }) => id)).size, MOST_CLASSES);
});

test("what stands in the way of learning is said, one thing at a time", () => {
    assert.deepEqual(obstacle(empty()), { kind: "empty", name: "Class 1" });
    assert.deepEqual(obstacle(filled(1)), { kind: "empty", name: "Class 2" });
    const both = filled(1, 2);
    assert.equal(obstacle(both), null);
    assert.deepEqual(obstacle(renamed(both, 1, "  ")), { kind: "unnamed" });
    assert.deepEqual(obstacle(renamed(both, 1, " class 2 ")), { kind: "twice", name: "Class 2" });
    assert.deepEqual(obstacle(withoutClass(both, 1)), { kind: "few-classes" });
    assert.deepEqual(obstacle(withPicture(both, { of: 1, name: "new", file })), { kind: "looking" });
});

test("a picture that cannot be used stays with its reason, and counts for nothing", () => {
    const book = filled(1, 2);
    const more = withPicture(book, { of: 2, name: "bad.png", file });
    const bad = withSeen(more, unseen(more).id, { failure });
    assert.equal(unseen(bad), null);
    assert.equal(obstacle(bad), null);
    assert.equal(picturesOf(bad, 2).length, 1);
    assert.equal(bad.lessons.at(-1).failure, failure);
    assert.equal(bookKey(bad), bookKey(book), "what was learnt holds");
    const one = withPicture(filled(1), { of: 2, name: "bad.png", file });
    const alone = withSeen(one, unseen(one).id, { failure });
    assert.deepEqual(obstacle(alone), { kind: "empty", name: "Class 2" });
});

test("what is asked has the pictures in order, classes by place, and frames of one go together", () => {
    let [book, burst] = withBurst(withClass(empty(), "third"));
    for (const of of [2, 2, 1]) {
        book = withPicture(book, { of, name: "frame", file, ...(of === 2 ? { burst } : {}) });
        book = withSeen(book, book.lessons.at(-1).id, { features: features(of, 10 * of) });
    }
    // The class in the middle goes, and with it its pictures; the others move up.
    const question = asked(withoutClass(withPicture(book, { of: 3, name: "x", file }), 1));
    assert.deepEqual(question.names, ["Class 2", "third"]);
    const whole = asked(book);
    assert.deepEqual([...whole.classes], [1, 1, 0]);
    assert.deepEqual([...whole.features], [2, 20, 2, 20, 1, 10]);
    assert.equal(whole.bursts[0], whole.bursts[1]);
    assert.notEqual(whole.bursts[1], whole.bursts[2]);
});

test("names, classes and pictures change what was learnt; taking one out and nothing else does, too", () => {
    const book = filled(1, 2, 2);
    const changes = [renamed(book, 1, "mug"), withClass(book, "third"), withoutPicture(book, book.lessons[0].id), withPicture(book, { of: 1, name: "new", file })];
    for (const changed of changes) {
        assert.notEqual(bookKey(changed), bookKey(book));
    }
    assert.equal(withoutPicture(book, 999).lessons.length, 3);
});

test("a class that is gone takes no pictures, and there is an end to them", () => {
    const book = withoutClass(filled(1, 2), 2);
    assert.equal(withPicture(book, { of: 2, name: "late frame", file }), book);
    let full = empty();
    for (let index = 0; index < MOST_PICTURES + 3; index++) {
        full = withPicture(full, { of: 1, name: "x", file });
    }
    assert.equal(full.lessons.length, MOST_PICTURES);
});

test("every warning of the engine has its sentence", () => {
    const say = (warning) => warningText(warning, ["mug", "hand"], (index) => `p${index}`);
    assert.match(say({ kind: "few", class: 0, count: 3 }), /“mug” has 3 pictures/);
    assert.match(say({ kind: "one-burst", class: 1 }), /“hand” are from one hold/);
    assert.match(say({ kind: "one-sided", most: 1, fewest: 0 }), /“hand” has more than three times the pictures of “mug”/);
    assert.match(say({ kind: "contradiction", first: 0, second: 4 }), /^p0 and p4/);
    assert.match(say({ kind: "alike", pictures: [2, 3] }), /2 pictures .*p2, p3/);
});
