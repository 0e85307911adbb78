// The words that a score depends on, marked in the text itself.
import { h } from "../dom.js";
import { plain } from "../plot/scale.js";
import { word } from "./words.js";

/**
 * The text with what a score falls without marked; a list chooses the score.
 * @param {string} text
 * @param {{ start: number, end: number, task: string, label: string, weight: number }[]} found
 * @returns {HTMLElement}
 */
export function highlighted(text, found) {
  // Python counts characters, JavaScript halves of some: an emoji is two.
  const letters = Array.from(text);
  const keys = [...new Set(found.map(({ task, label }) => `${task} ${label}`))];
  if (!keys.length) return h("p", { class: "quiet-text" }, "No single passage decides: without any one word every score stays about as it is.");
  const shown = h("p", { class: "highlighted" });
  const show = (key) => {
    const spans = found.filter(({ task, label }) => `${task} ${label}` === key).sort((a, b) => a.start - b.start);
    const parts = [];
    let at = 0;
    for (const { start, end, weight } of spans) {
      if (start < at) continue;
      parts.push(letters.slice(at, start).join(""));
      const strength = Math.min(1, Math.max(0.25, weight * 1.5));
      parts.push(h("mark", { style: `--strength: ${(100 * strength).toFixed(0)}%`, title: `Without it the score falls by ${plain(weight, 2)}` },
        letters.slice(start, end).join(""), h("span", { class: "visually-hidden" }, ` (−${plain(weight, 2)})`)));
      at = end;
    }
    parts.push(letters.slice(at).join(""));
    shown.replaceChildren(...parts);
  };
  const select = h("select", { onchange: () => show(select.value) }, keys.map((key) => h("option", { value: key }, word(key.split(" ")[1]))));
  show(keys[0]);
  return h("div", { class: "highlights" },
    h("label", {}, "What the score depends on: ", select), shown);
}
