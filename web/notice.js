/**
 * What must stand beside every answer about people's health, in the page, in a saved picture and in an embedded viewer.
 *
 * @module
 */

/** Beside every answer of a model whose card says `medical`; nothing dismisses it. */
export const TEACHING_NOTICE = "Teaching demonstration. Not a diagnosis, not a medical device.";

/** The same where there is room for a few words. */
export const TEACHING_TAG = "teaching only, no diagnosis";

/** On the map of a picture that was flagged and is shown anyway. */
export const UNLIKE_WARNING =
    "Unlike the pictures that this model was trained on: neither this map nor its probabilities mean anything.";
