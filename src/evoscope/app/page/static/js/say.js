// Short messages at the edge of the page; errors stay until they are closed.
import { h } from "./dom.js";

const SHOWN_MS = 6000;

/** Say something: kind "info", "warning" or "error"; `action` is { label, run }. */
export function say(text, { kind = "info", hint = null, action = null } = {}) {
  const close = () => box.remove();
  const box = h(
    "div",
    { class: `message ${kind}` },
    h("p", {}, text, hint && h("span", { class: "hint" }, ` ${hint}`)),
    action && h("button", { type: "button", onclick: () => { close(); action.run(); } }, action.label),
    h("button", { type: "button", class: "quiet", onclick: close, "aria-label": "Close" }, "×"),
  );
  document.getElementById("messages").append(box);
  if (kind !== "error") setTimeout(close, SHOWN_MS);
  return close;
}

/** Say what went wrong, with what to do. */
export function sayError(error) {
  return say(error.message, { kind: "error", hint: error.hint ?? null });
}
