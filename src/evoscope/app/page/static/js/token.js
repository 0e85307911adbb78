// A server that others reach asks for a token: shown once, it becomes a cookie.
import { h } from "./dom.js";

let asking = null;

/** Ask for the token; true once the server took it, false when the person gave up. */
export function askForToken() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask() {
  for (let message = "This server asks for its token."; ; message = "That is not its token.") {
    const token = await prompted(message);
    if (!token) return false;
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) return true;
  }
}

function prompted(message) {
  return new Promise((resolve) => {
    const input = h("input", { type: "password", required: true, "aria-label": "Token", autocomplete: "current-password" });
    const dialog = h(
      "dialog",
      { onclose: () => { dialog.remove(); resolve(dialog.returnValue === "send" ? input.value : null); } },
      h("form", { method: "dialog" },
        h("p", {}, message),
        input,
        h("div", { class: "actions" },
          h("button", { value: "send" }, "Continue"),
          h("button", { value: "", formnovalidate: true, class: "quiet" }, "Cancel"))),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
