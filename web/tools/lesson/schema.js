/**
 * Holds a file against a JSON Schema, as far as that of the lessons goes: it names what is wrong and on which line. Pure
 * functions.
 *
 * @module
 */

/** @typedef {import("./json.js").Node} Node */
/** @typedef {import("./json.js").Fault} Fault */

/**
 * @param {Node} node
 * @param {any} schema
 * @param {any} [root] Where its definitions stand.
 * @param {string} [name] What the value is called.
 * @returns {Fault[]}
 */
export function faultsOf(node, schema, root = schema, name = "") {
    if (schema.$ref) {
        return faultsOf(node, definition(schema, root), root, name);
    }
    if (schema.oneOf) {
        return ofOne(node, schema.oneOf, root, name);
    }
    const type = typeOf(node.value);
    const { line, value } = node;
    const fault = (/** @type {string} */ what, /** @type {Record<string, string | number>} */ values = {}) => [{ line, what, values: { name, ...values } }];
    if (schema.type && schema.type !== type && !(schema.type === "number" && type === "integer")) {
        return fault("type", { wanted: schema.type, found: type });
    }
    if ("const" in schema && schema.const !== value) {
        return fault("const", { wanted: String(schema.const), found: String(value) });
    }
    if (schema.enum && !schema.enum.includes(value)) {
        return fault("enum", { wanted: schema.enum.join(", "), found: String(value) });
    }
    switch (type) {
        case "object":
            return ofMembers(node, schema, root, name);
        case "array":
            return ofItems(node, schema, root, name);
        case "string":
            if (value.length < (schema.minLength ?? 0)) {
                return fault("empty");
            }
            if (value.length > (schema.maxLength ?? Infinity)) {
                return fault("long", { most: schema.maxLength });
            }
            return schema.pattern && !new RegExp(schema.pattern, "u").test(value) ? fault("pattern", { found: value }) : [];
        case "integer":
        case "number": {
            const { minimum: least = -Infinity, maximum: most = Infinity } = schema;
            return value < least || value > most ? fault("range", { least, most, found: value }) : [];
        }
        default:
            return [];
    }
}

/** @param {any} form @param {any} root */
function definition(form, root) {
    return form.$ref ? root.$defs[form.$ref.split("/").at(-1)] : form;
}

/** @param {any} value */
function typeOf(value) {
    if (value === null) {
        return "null";
    }
    return Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
}

/**
 * Of several forms, the one that the value says it has: by its type, or by its `kind`.
 * @param {Node} node
 * @param {any[]} forms
 * @param {any} root
 * @param {string} name
 * @returns {Fault[]}
 */
function ofOne(node, forms, root, name) {
    const resolved = forms.map((form) => definition(form, root));
    const type = typeOf(node.value);
    const alike = resolved.filter((form) => form.type === type);
    if (alike.length < 2) {
        const wanted = [...new Set(resolved.map((form) => form.type))].join(", ");
        return alike.length === 1 ? faultsOf(node, alike[0], root, name) : [{ line: node.line, what: "type", values: { name, wanted, found: type } }];
    }
    const kinds = alike.map((form) => form.properties.kind.const);
    const kind = node.members?.get("kind");
    if (!kind) {
        return [{ line: node.line, what: "missing", values: { name, member: "kind" } }];
    }
    const form = alike[kinds.indexOf(kind.node.value)];
    return form
        ? faultsOf(node, form, root, name)
        : [{ line: kind.line, what: "enum", values: { name: "kind", wanted: kinds.join(", "), found: String(kind.node.value) } }];
}

/**
 * @param {Node} node
 * @param {any} schema
 * @param {any} root
 * @param {string} name
 * @returns {Fault[]}
 */
function ofMembers({ line, members = new Map() }, { properties = {}, required = [], additionalProperties = true }, root, name) {
    const missing = required.filter((/** @type {string} */ member) => !members.has(member));
    const wanted = Object.keys(properties).join(", ");
    return [
        ...missing.map((/** @type {string} */ member) => ({ line, what: "missing", values: { name, member } })),
        ...Array.from(members).flatMap(([member, { line: at, node }]) => {
            if (Object.hasOwn(properties, member)) {
                return faultsOf(node, properties[member], root, member);
            }
            return additionalProperties === false ? [{ line: at, what: "unknown", values: { name, member, wanted } }] : [];
        }),
    ];
}

/**
 * @param {Node} node
 * @param {any} schema
 * @param {any} root
 * @param {string} name
 * @returns {Fault[]}
 */
function ofItems({ line, items = [] }, { items: form = {}, minItems: least = 0, maxItems: most = Infinity }, root, name) {
    if (items.length < least || items.length > most) {
        return [{ line, what: "count", values: { name, least, most, found: items.length } }];
    }
    return items.flatMap((item) => faultsOf(item, form, root, name));
}
