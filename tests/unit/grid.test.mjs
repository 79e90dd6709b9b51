import assert from "node:assert/strict";
import { test } from "node:test";
import { between, box, cellAt, cellOnPhoto, step, whereabouts } from "../../web/evidence/grid.js";

const placement = {
    photo: { width: 300, height: 200 },
    input: 224,
    region: { x: 50, y: 0, width: 200, height: 200 },
};

function assertClose(actual, expected) {
    Object.entries(expected).forEach(([key, value]) => assert.ok(Math.abs(actual[key] - value) < 1e-9, `${key} ${actual[key]}`));
}

test("points of the photo find their cell, and only where the network looked", () => {
    const grid = { placement, rows: 4, columns: 4 };
    assert.deepEqual(cellAt(grid, 50, 0), { row: 0, column: 0 });
    assert.deepEqual(cellAt(grid, 249.9, 199.9), { row: 3, column: 3 });
    assert.equal(cellAt(grid, 49.9, 100), null);
    assert.equal(cellAt(grid, 250, 100), null);
    assert.equal(cellAt(grid, 100, -0.1), null);
});

test("a cell's outline is where its points are, cut off at the photo's edge", () => {
    assertClose(cellOnPhoto({ placement, rows: 4, columns: 4 }, { row: 1, column: 2 }), { x: 150, y: 50, width: 50, height: 50 });
    // Padding: the network's square reaches 50 pixels beyond the photo, above and below.
    const padded = { ...placement, region: { x: 0, y: -50, width: 300, height: 300 } };
    assertClose(cellOnPhoto({ placement: padded, rows: 3, columns: 3 }, { row: 0, column: 0 }), { y: 0, height: 50 });
});

test("arrow keys begin in the middle, go cell by cell, and stop at the edges", () => {
    const grid = { rows: 7, columns: 4 };
    assert.deepEqual(step(grid, null, "ArrowRight"), { row: 3, column: 1 });
    assert.deepEqual(step(grid, { row: 3, column: 1 }, "ArrowRight"), { row: 3, column: 2 });
    assert.deepEqual(step(grid, { row: 0, column: 0 }, "ArrowUp"), { row: 0, column: 0 });
    assert.deepEqual(step(grid, { row: 6, column: 3 }, "ArrowDown"), { row: 6, column: 3 });
    assert.equal(step(grid, null, "a"), null);
});

test("two cells span the same rectangle, whichever comes first", () => {
    const corners = [{ row: 2, column: 1 }, { row: 1, column: 3 }];
    assert.deepEqual(box({ columns: 5 }, ...corners), [6, 7, 8, 11, 12, 13]);
    assert.deepEqual(box({ columns: 5 }, ...corners.toReversed()), [6, 7, 8, 11, 12, 13]);
});

test("cells are said to lie where they lie", () => {
    const grid = { rows: 3, columns: 3 };
    const names = ["top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right"];
    names.forEach((name, cell) => assert.equal(whereabouts(grid, [cell]), name));
    assert.deepEqual([[0, 8], [3, 5], [1, 7], [3, 4, 5]].map((cells) => whereabouts(grid, cells)), ["spread", "sides", "ends", "middle"]);
    assert.equal(whereabouts({ rows: 4, columns: 4 }, [5, 6, 9, 10]), "middle");
});

test("a fast stroke passes every cell between two that it was seen in", () => {
    const grid = { columns: 16 };
    const at = (cell) => ({ row: Math.floor(cell / 16), column: cell % 16 });
    assert.deepEqual(between(grid, { row: 2, column: 3 }, { row: 2, column: 3 }), [35]);
    assert.deepEqual(between(grid, { row: 2, column: 3 }, { row: 2, column: 6 }), [35, 36, 37, 38]);
    assert.deepEqual(between(grid, { row: 4, column: 1 }, { row: 1, column: 1 }), [65, 49, 33, 17]);
    for (let from = 0; from < 256; from += 7) {
        for (let to = 0; to < 256; to += 5) {
            const line = between(grid, at(from), at(to));
            const [a, b] = [at(from), at(to)];
            assert.equal(line.length, 1 + Math.abs(a.row - b.row) + Math.abs(a.column - b.column));
            assert.equal(line[0], from);
            assert.equal(line.at(-1), to);
            line.forEach((cell, index) => {
                const { row, column } = at(cell);
                if (index > 0) {
                    const before = at(line[index - 1]);
                    assert.equal(Math.abs(before.row - row) + Math.abs(before.column - column), 1);
                }
                // Never further from the line than half a cell's diagonal.
                const [dx, dy] = [b.column - a.column, b.row - a.row];
                const far = Math.abs(dx * (row - a.row) - dy * (column - a.column)) / (Math.hypot(dx, dy) || 1);
                assert.ok(far <= Math.SQRT1_2 + 1e-9, `${from} to ${to}: ${far}`);
            });
        }
    }
});
