// Another filter, species, reference, age or analyzer: a further version. Corrections stay as they are.
import { ageField, ageWords } from "../age.js";
import { api, follow } from "../api.js";
import { h, replace } from "../dom.js";
import { sayError } from "../say.js";
import { when } from "./words.js";

const FIELDS = [
  ["filter", "Filter", [["", "the one that fits"], ["adult_click", "adult click"], ["tone", "tone"], ["infant", "infant"], ["animal", "animal"], ["smooth", "smooth"], ["none", "none"]]],
  ["species", "Species", [["", "as the files say"], ...["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"].map((name) => [name, name])]],
  ["level_reference", "Level reference", [["", "as the files say"], ...["nHL", "SPL", "peSPL"].map((name) => [name, `dB ${name}`])]],
  ["analyzer", "Analyzer", [["default", "default"], ["classical", "classical"]]],
];
const KEPT = { filter: "filter_preset", species: "species", level_reference: "level_reference", analyzer: "analyzer" };

/**
 * @param {import("./desk.js").Desk} desk
 * @param {(version: number | null) => Promise<void>} show load a version; null the latest
 */
export function settings(desk, show) {
  const selects = FIELDS.map(([name, label, options]) => {
    const select = h("select", { name }, options.map(([value, text]) => h("option", { value }, text)));
    return { name, select, node: h("label", {}, h("span", {}, label), select) };
  });
  const age = ageField();
  const version = h("select", { onchange: () => show(Number(version.value)).catch(sayError) });
  const run = h("button", { type: "submit" }, "Analyze again");
  const told = h("p", { class: "hint", role: "status" });
  const bar = h("progress", { hidden: true });
  const form = h("form", { class: "settings", onsubmit: (event) => { event.preventDefault(); again(); } },
    selects.slice(0, 3).map((one) => one.node), age.node, selects.slice(3).map((one) => one.node), h("div", { class: "actions" }, run, bar));
  const node = h("section", { class: "card no-print" },
    h("h2", {}, "Analysis"),
    h("label", { class: "versions" }, h("span", {}, "Version "), version),
    form, told,
    h("p", { class: "hint" }, "A new analysis is a further version. What people marked stays."));

  async function again() {
    const body = { ...Object.fromEntries(selects.filter(({ select }) => select.value).map(({ name, select }) => [name, select.value])), ...age.read() };
    run.disabled = true;
    bar.hidden = false;
    bar.removeAttribute("value");
    replace(told, "Analyzing…");
    try {
      const job = await api.post(`/series/${desk.one.summary.id}/analyze`, body);
      const end = await follow(job, ({ step, done, total }) => {
        if (total) Object.assign(bar, { max: total, value: done });
        replace(told, step ? `${step}…` : "Analyzing…");
      });
      if (end.state !== "done") throw Object.assign(new Error(end.problem?.error ?? `The analysis was ${end.state}.`), { hint: end.problem?.hint });
      await show(null);
      replace(told, `Version ${end.result.version} is shown.`);
    } catch (error) {
      replace(told, "");
      sayError(error);
    }
    run.disabled = false;
    bar.hidden = true;
  }

  function redraw() {
    const { versions, version: now } = desk.one;
    replace(version, versions.map((one) => h("option", { value: String(one.version) }, `${one.version}: ${one.analyzer}, ${when(one.created_at)}${optionWords(one.options)}`)));
    version.value = String(now);
    const { options } = versions.find((one) => one.version === now);
    for (const { name, select } of selects) {
      select.value = options[KEPT[name]] ?? "";
      // A server that was started with a pack of its own says its path: here that is the default.
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    }
    age.show(options);
  }

  redraw();
  return { node, update() {}, redraw };
}

function optionWords(options) {
  const set = [options.filter_preset && `filter ${options.filter_preset}`, options.species, options.level_reference && `dB ${options.level_reference}`, ageWords(options)].filter(Boolean);
  return set.length ? ` (${set.join(", ")})` : "";
}
