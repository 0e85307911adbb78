// Whose reading the table shows, sorts by and exports: one choice, so that they agree.
import { api } from "../api.js";
import { h } from "../dom.js";
import { EVERYONE, MACHINE } from "./query.js";

/**
 * The choice.
 * @param {string} shown as the address says
 * @param {(rater: string) => void} onchange
 * @returns {HTMLElement}
 */
export function readingChoice(shown, onchange) {
  const option = (name, label) => h("option", { value: name, selected: name === shown }, label);
  const named = (name) => option(name, `as corrected by ${name}`);
  const select = h("select", { onchange: () => onchange(select.value) },
    option(EVERYONE, "as people corrected it"), option(MACHINE, "as analyzed"),
    [EVERYONE, MACHINE].includes(shown) ? null : named(shown)); // the address may name anybody
  api.get("/raters").then((names) => select.append(...names.filter((name) => name !== shown).map(named)), () => {});
  return h("label", { class: "reading" }, "Whose reading", select);
}

/** The reading in words, after "as". @param {string} rater */
export function readingWords(rater) {
  return { [EVERYONE]: "as people corrected them", [MACHINE]: "as analyzed" }[rater] ?? `as corrected by ${rater}`;
}
