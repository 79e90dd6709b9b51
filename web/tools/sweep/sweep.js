/** @type {import("../index.js").Tool} */
export default { open: () => ({ show() {} }) };
