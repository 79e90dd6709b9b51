export default { language: "de", name: "Deutsch", messages: /** @type {Record<string, any>} */ ({}) };
