// Several messages as a table, one row for each.
import { csv } from "../compare/csv.js";
import { h } from "../dom.js";
import { SAFETY, word } from "./words.js";

const COLUMNS = ["", "Message", "Emotion", "Valence", "Arousal", "Dominance", "Safety", "Style", "Intent"];

/**
 * @param {string[]} texts
 * @param {object[]} results of POST /text/analyze/batch
 * @param {{ thresholds: object }} model
 * @param {(index: number) => void} open
 * @returns {HTMLElement}
 */
export function batchTable(texts, results, model, open) {
  return h("div", { class: "scroll card" },
    h("table", { class: "batch" },
      h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, results.map((found, i) => h("tr", {},
        h("td", {}, String(i + 1)),
        h("td", {}, h("button", { type: "button", class: "quiet message-text", onclick: () => open(i), title: "Show all five answers" }, texts[i])),
        h("td", {}, word(found.emotion)),
        ["valence", "arousal", "dominance"].map((name) => h("td", {}, found.vad[name].toFixed(2))),
        h("td", { class: found.safety.safe ? null : "error" }, calledOf(found, model).map((label) => SAFETY[label] ?? label).join(", ") || "–"),
        h("td", {}, word(found.style.label)),
        h("td", {}, word(found.intent.label)))))));
}

/**
 * The table as CSV, every score in it; the messages are not.
 * @param {object[]} results
 * @returns {string}
 */
export function batchCsv(results) {
  const labels = (scores, prefix) => Object.keys(scores).map((label) => `${prefix}${label}`);
  const [first] = results;
  const columns = ["message", "emotion", ...labels(first.emotion_scores, "emotion_"), "valence", "arousal", "dominance", "safe",
    ...labels(first.safety.scores, ""), "style", ...labels(first.style.scores, "style_"), "intent", ...labels(first.intent.scores, "intent_"), "language", "warnings"];
  return csv(columns, results.map((one, i) => [i + 1, one.emotion, ...Object.values(one.emotion_scores), one.vad.valence, one.vad.arousal, one.vad.dominance,
    one.safety.safe, ...Object.values(one.safety.scores), one.style.label, ...Object.values(one.style.scores), one.intent.label, ...Object.values(one.intent.scores), one.language, one.warnings.join(" ")]));
}

function calledOf({ safety }, { thresholds }) {
  return Object.entries(safety.scores).filter(([label, score]) => score >= (thresholds.safety?.[label] ?? Infinity)).map(([label]) => label);
}
