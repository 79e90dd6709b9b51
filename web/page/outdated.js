/**
 * A page of yesterday: hosts let browsers keep index.html for minutes, and what it names may be gone from the site by then. One
 * that its service worker keeps is complete, and is told of a new version in another way.
 *
 * @module
 */

/** The folder that this code came in: of a published page, its name has a hash in it. */
const FOLDER = folderIn(import.meta.url);
/** Which page was loaded anew already. */
const TRIED = "softcam-reloaded";

/** @param {string} text */
function folderIn(text) {
    return text.match(/\bweb-[0-9a-f]{16}\//)?.[0] ?? null;
}

/**
 * Loads the page anew where a file of it did not come and the site has another version by now. Once: where that is of no
 * help, the visitor is told what failed, and nothing turns in a circle.
 * @param {string | null} [folder] That the page came in.
 */
export async function reloadIfOutdated(folder = FOLDER) {
    const now = folder && folderIn(await pageOfSite());
    if (now && now !== folder && isFirst(folder)) {
        location.reload();
    }
}

/** What the site sends now, in place of this page. */
async function pageOfSite() {
    try {
        const response = await fetch(location.href.replace(/#.*/, ""), { cache: "no-store", credentials: "omit" });
        return response.ok ? await response.text() : "";
    } catch {
        return "";
    }
}

/** Whether this is the first time for this page. Where nothing can be noted, it counts as another. @param {string} folder */
function isFirst(folder) {
    try {
        const first = sessionStorage.getItem(TRIED) !== folder;
        sessionStorage.setItem(TRIED, folder);
        return first;
    } catch {
        return false;
    }
}
