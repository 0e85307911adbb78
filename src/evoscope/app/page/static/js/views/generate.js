// Recordings that nobody made: draw them, or try to tell them from real ones.
import { h } from "../dom.js";
import { drawing } from "../generate/drawing.js";
import { quiz } from "../generate/quiz.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address
 * @returns {() => void} to leave
 */
export function mount(root, parameters) {
  const judging = parameters.mode === "quiz";
  const link = (label, href, here) => h("a", { href, class: "tab", "aria-current": here ? "page" : null }, label);
  root.append(
    h("div", { class: "heading" },
      h("h1", {}, "Generate recordings"),
      h("nav", { class: "tabs", "aria-label": "Generate" }, link("Draw", "#/generate", !judging), link("Real or synthetic?", "#/generate?mode=quiz", judging))));
  return judging ? quiz(root, parameters) : drawing(root, parameters);
}
