// What may be set for an upload; folded away, for files mostly say it themselves.
import { ageField } from "../age.js";
import { h } from "../dom.js";

/** Values that the API takes; an empty one follows the files. */
export const CHOICES = {
  species: { label: "Species", hint: "for files that do not say", values: ["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"] },
  level_reference: { label: "Level reference", hint: "for files that do not say", values: ["nHL", "SPL", "peSPL"] },
  filter: { label: "Filter", hint: "in place of the one that fits", values: ["adult_click", "tone", "infant", "animal", "smooth", "none"] },
  analyzer: { label: "Analyzer", hint: "classical: rules, no network", values: ["default", "classical"] },
};

const chosen = {}; // kept while the page is open: the next folder is mostly of the same kind
const age = ageField("for files that do not say; next upload only");

/**
 * The fieldset of the options.
 * @param {boolean} always whether the server replaces names whatever is chosen here
 * @returns {HTMLElement}
 */
export function optionsFields(always) {
  const selects = Object.entries(CHOICES).map(([name, { label, hint, values }]) => {
    const select = h("select", { name, onchange: () => { chosen[name] = select.value; } },
      name !== "analyzer" && h("option", { value: "" }, "As the files say"),
      values.map((value) => h("option", { value, selected: chosen[name] === value }, value.replace("_", " "))));
    return h("label", {}, h("span", {}, label), select, h("span", { class: "hint" }, hint));
  });
  const box = h("input", {
    type: "checkbox", name: "pseudonymise", checked: always || chosen.pseudonymise === "true", disabled: always,
    onchange: () => { chosen.pseudonymise = String(box.checked); },
  });
  return h("details", { class: "options" },
    h("summary", {}, "Options"),
    h("div", { class: "fields" }, selects.slice(0, 2), age.node, selects.slice(2),
      h("label", { class: "check" }, box, h("span", {}, "Replace names of subjects and files"),
        h("span", { class: "hint" }, always ? "always, on this server" : "before anything is stored"))));
}

/** What is chosen now, as fields of an upload; the age is asked anew for the next. @returns {Record<string, string | number>} */
export function takeOptions() {
  const taken = { ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value && value !== "false")), ...age.read() };
  age.show({}); // the next files are of somebody else
  return taken;
}
