// A file that the server makes or the page holds, saved by the browser.
import { address, ApiError } from "../api.js";
import { h } from "../dom.js";
import { askForToken } from "../token.js";

/**
 * Fetch a file that the API makes. Unlike a link, this can say what went wrong.
 * @param {string} path
 * @param {object} wanted
 * @returns {Promise<Blob>}
 */
export async function fetched(path, wanted) {
  const asked = { method: "POST", body: JSON.stringify(wanted), headers: { "content-type": "application/json" } };
  const answer = await fetch(address(path), asked).catch(() => {
    throw new ApiError(0, "The server does not answer.", "Is it still running?");
  });
  if (answer.ok) return answer.blob();
  if (answer.status === 401 && (await askForToken())) return fetched(path, wanted);
  const body = await answer.json().catch(() => null);
  throw new ApiError(answer.status, body?.error ?? `The server answered ${answer.status}.`, body?.hint, body);
}

/**
 * Have the browser save a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
