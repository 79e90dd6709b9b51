/**
 * The networks that are measured.
 *
 * EfficientNet-Lite0 is the model that ships. The others have weights made by a hash (tests/browser/networks.mjs): time
 * and memory do not depend on their values, and nothing has to be fetched.
 */

/**
 * @typedef {object} Network
 * @property {string} title For people.
 * @property {string} [listing] Its name in tests/parity/torch-modules.json; none for the model that ships.
 */

/** @type {Record<string, Network>} By the architecture's name in a model card, in order of size. */
export const NETWORKS = {
    "efficientnet-lite0": { title: "EfficientNet-Lite0" },
    resnet18: { title: "ResNet-18", listing: "resnet18" },
    "efficientnet-lite4": { title: "EfficientNet-Lite4", listing: "timm-tf_efficientnet_lite4" },
    resnet50: { title: "ResNet-50", listing: "resnet50" },
};

/** Classes of those with made weights: few, so that the files stay small. */
export const CLASSES = 10;
