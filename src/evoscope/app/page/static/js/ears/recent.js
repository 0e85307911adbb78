// The latest uploads: what came of each, what could not be read and why.
import { h } from "../dom.js";
import { count, moment } from "./words.js";

const STATES = { running: "under way", failed: "failed", cancelled: "called off", interrupted: "interrupted: the server was ended" };

/**
 * A folded list of uploads.
 * @param {object[]} uploads of GET /uploads
 * @param {(upload: object) => void} ondelete
 * @returns {HTMLElement}
 */
export function recentUploads(uploads, ondelete) {
  return h("details", { class: "recent card" },
    h("summary", {}, "Recent uploads"),
    h("ul", {}, uploads.map((upload) => item(upload, ondelete))));
}

function item(upload, ondelete) {
  const { id, created_at, state, files, errors, skipped, series, pseudonymised } = upload;
  return h("li", {},
    h("div", { class: "upload" },
      h("span", {}, moment(created_at)),
      h("span", {}, [
        count(files, "file"),
        state === "done" ? count(series.length, "series", "series") : STATES[state] ?? state,
        errors.length > 0 && `${errors.length} could not be read`,
        skipped.length > 0 && `${skipped.length} left out`,
        pseudonymised && "names replaced",
      ].filter(Boolean).join(" · ")),
      series.length > 0 && h("a", { href: `#/table?upload=${id}` }, "In the table"),
      h("button", { type: "button", class: "quiet small", "aria-label": `Delete the upload of ${moment(created_at)}`, onclick: () => ondelete(upload) }, "Delete")),
    (errors.length > 0 || skipped.length > 0) && h("details", {},
      h("summary", {}, "What was not read"),
      h("ul", { class: "files" },
        errors.map(({ file, reason, hint }) => told("failed", file, reason, hint)),
        skipped.map(({ file, why }) => told("skipped", file, why, "")))));
}

function told(state, file, why, hint) {
  return h("li", { "data-state": state },
    h("span", { class: "file" }, file),
    h("p", { class: "why" }, why, hint && h("span", { class: "hint" }, ` ${hint}`)));
}
