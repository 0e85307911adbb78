// Five answers for one message.
import { h } from "../dom.js";
import { bars, scaleBar } from "./bars.js";
import { highlighted } from "./highlights.js";
import { SAFETY, SCALES, word } from "./words.js";

const MOST_EMOTIONS = 6;

/**
 * @param {object} found an answer of POST /text/analyze
 * @param {{ thresholds: object, weak: object }} model of GET /text/model
 * @param {{ text: string, highlight: boolean }} asked
 * @returns {HTMLElement}
 */
export function answerCards(found, { thresholds, weak }, { text, highlight }) {
  const { safety, style, intent, vad } = found;
  const over = Object.entries(safety.scores).filter(([label, score]) => score >= (thresholds.safety?.[label] ?? Infinity)).map(([label]) => SAFETY[label] ?? label);
  return h("div", { class: "answers" },
    notes(found),
    highlight && h("section", { class: "card wide" }, h("h2", {}, "Highlights"), highlighted(text, found.highlights ?? [])),
    h("section", { class: "card", "data-answer": "emotions" },
      h("h2", {}, "Emotions: ", h("strong", {}, word(found.emotion))),
      bars(found.emotion_scores, { called: found.emotion, most: MOST_EMOTIONS }),
      h("details", {}, h("summary", {}, "All 11, and 28 finer ones"),
        h("h3", {}, "All 11"), bars(found.emotion_scores, { called: found.emotion, thresholds: thresholds.emotions }),
        h("h3", {}, "28 finer ones"), bars(found.emotion_scores_fine, { thresholds: thresholds.emotions_fine }))),
    h("section", { class: "card", "data-answer": "safety" },
      h("h2", {}, "Safety: ", h("strong", { class: safety.safe ? "good" : "error" }, safety.safe ? "no label called" : over.join(", "))),
      bars(safety.scores, { thresholds: thresholds.safety, weak: weak.safety, names: SAFETY, sort: false }),
      h("p", { class: "hint" }, "The line is the score from which on a label is called.")),
    h("section", { class: "card", "data-answer": "vad" },
      h("h2", {}, "Valence, arousal, dominance"),
      SCALES.map((scale) => scaleBar(scale, vad[scale.name], vad.intervals[scale.name]))),
    h("section", { class: "card", "data-answer": "style" },
      h("h2", {}, "Style: ", h("strong", {}, word(style.label))),
      bars(style.scores, { called: style.label, thresholds: thresholds.style, weak: weak.style })),
    h("section", { class: "card", "data-answer": "intent" },
      h("h2", {}, "Intent: ", h("strong", {}, word(intent.label))),
      bars(intent.scores, { called: intent.label }),
      h("p", { class: "hint" }, "Exactly one of six; all of them are weakly supervised: learned from sentences that were written for them, or labelled by a rule.")));
}

function notes({ warnings, language, model }) {
  return h("div", { class: "notes" },
    warnings.map((text) => h("p", { class: "warning" }, text)),
    h("p", { class: "quiet-text" }, `Language: ${language === "und" ? "not told from so few words" : language}. Model ${model.name} ${model.version}, ${model.sha256.slice(0, 12)}.`));
}
