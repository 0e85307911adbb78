// A question before something is lost.
import { h } from "../dom.js";

/**
 * Ask; the answer that keeps everything has the focus.
 * @param {string} question
 * @param {{consequence?: string, yes: string}} words
 * @returns {Promise<boolean>}
 */
export function confirmed(question, { consequence = "", yes }) {
  return new Promise((resolve) => {
    const dialog = h("dialog", {
      "aria-label": question,
      onclose: () => { dialog.remove(); resolve(dialog.returnValue === "yes"); },
    },
    h("form", { method: "dialog" },
      h("h2", {}, question),
      consequence && h("p", {}, consequence),
      h("div", { class: "actions" },
        h("button", { value: "", class: "quiet", autofocus: true }, "Keep"),
        h("button", { value: "yes", class: "danger" }, yes))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
