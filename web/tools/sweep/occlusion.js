export default { /** @type {import("../../page/answers.js").Method["run"]} */ run: () => Promise.reject(new Error("not yet")) };
