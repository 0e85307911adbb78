// One upload, sent: how much of it went is only told by XMLHttpRequest, not by fetch.
import { address, ApiError } from "../api.js";
import { askForToken } from "../token.js";

/** @typedef {import("./files.js").Chosen} Chosen */

/**
 * Send files to be analyzed.
 * @param {Chosen[]} files
 * @param {Record<string, string | number>} options fields beside the files
 * @param {(share: number) => void} onsent how much went, 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<object>} the job (JobView) that analyzes them
 */
export async function send(files, options, onsent, signal) {
  const form = new FormData();
  for (const { file, path } of files) form.append("files", file, path);
  for (const [name, value] of Object.entries(options)) form.append(name, value);
  const { status, body } = await posted(address("/analyze", { wait: false }), form, onsent, signal);
  if (status === 401 && (await askForToken())) return send(files, options, onsent, signal);
  if (status !== 202) {
    throw new ApiError(status, body?.error ?? `The server answered ${status}.`, body?.hint, body);
  }
  return body;
}

function posted(url, form, onsent, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = () => reject(new ApiError(0, "The files did not arrive.",
      "Is the server still running? Are the files still where they were?"));
    request.open("POST", url);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onsent(total ? loaded / total : 0));
    request.addEventListener("load", () => resolve({ status: request.status, body: request.response }));
    request.addEventListener("error", failed);
    request.addEventListener("abort", () => reject(new DOMException("Called off", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) reject(new DOMException("Called off", "AbortError"));
    else request.send(form);
  });
}
