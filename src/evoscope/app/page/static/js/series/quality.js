// How good the recordings are, level by level, and what was done to them.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { CALLS, decibel } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function quality(desk) {
  const node = h("details", { class: "card" });

  function redraw() {
    const { findings, levels } = desk;
    const number = (value, digits) => (value == null ? "–" : plain(value, digits));
    replace(node,
      h("summary", {}, h("h2", {}, "Quality and processing")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Quality of levels" }, h("table", {},
        h("thead", {}, h("tr", {}, [decibel(findings.info.level_reference), "recordings", "sweeps", "noise (nV)", "SNR (dB)", "p", "response", "call"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, levels.map((level) => h("tr", {},
          h("th", { scope: "row" }, plain(level.level_db, 1)),
          h("td", {}, String(level.pooled)), h("td", {}, level.sweeps == null ? "–" : String(level.sweeps)),
          h("td", {}, number(level.residual_noise_nv, 0)), h("td", {}, number(level.snr_db, 1)),
          h("td", {}, level.p_value == null ? "–" : level.p_value < 0.001 ? "< 0.001" : plain(level.p_value, 3)),
          h("td", {}, level.response_probability == null ? "–" : level.response_probability.toFixed(2)),
          h("td", { title: level.stopping }, CALLS[level.call])))))),
      h("p", { class: "hint" }, `Call: ${levels[0].call_rule}. Noise from ${[...new Set(levels.map((level) => level.noise_source))].join(", ")}.`),
      h("h3", {}, "What was done"),
      h("ol", {}, findings.processing.map((step) => h("li", {}, here(step)))),
      h("p", { class: "hint" }, `Analyzer: ${findings.analyzer.name} ${findings.analyzer.version}${findings.analyzer.sha256 ? `, ${findings.analyzer.sha256.slice(0, 12)}…` : ""}. Files: ${findings.info.file.replaceAll(";", "; ")}`));
  }

  redraw();
  return { node, update() {}, redraw };
}

const FIELDS = { "--species": "Species", "--level-reference": "Level reference", "--age-years": "Age" }; // of the card "Analysis"

/** A sentence in which an option of the command is the field of this page. */
function here(sentence) {
  return sentence.replace(/\([^()]*?(--[a-z-]+)[^()]*\)/, (said, option) => (FIELDS[option] ? `(\u201c${FIELDS[option]}\u201d under Analysis sets it)` : said));
}

/** What a reader should know before believing the numbers. */
export function warnings(desk) {
  const node = h("div", { class: "warnings" });
  function redraw() {
    const said = desk.findings.warnings;
    node.hidden = said.length === 0;
    replace(node, h("details", { open: said.length <= 2 },
      h("summary", {}, said.length === 1 ? "1 warning" : `${said.length} warnings`),
      h("ul", {}, said.map((one) => h("li", {}, here(one))))));
  }
  redraw();
  return { node, update() {}, redraw };
}
