// Scores as bars with numbers beside them: the number is the content, the bar shows it.
import { h } from "../dom.js";
import { plain } from "../plot/scale.js";
import { word } from "./words.js";

/**
 * Scores, highest first.
 * @param {Record<string, number>} scores
 * @param {{ thresholds?: Record<string, number | null>, weak?: string[], names?: Record<string, string>,
 *   most?: number, called?: string, sort?: boolean }} [options] called: the label that is the answer
 * @returns {HTMLElement}
 */
export function bars(scores, { thresholds = {}, weak = [], names = {}, most = Infinity, called = null, sort = true } = {}) {
  const rows = Object.entries(scores);
  if (sort) rows.sort((a, b) => b[1] - a[1]);
  return h("ul", { class: "bars" }, rows.slice(0, most).map(([label, score]) => {
    const threshold = thresholds[label] ?? null;
    const over = threshold !== null && score >= threshold;
    return h("li", { class: over ? "over" : called === label ? "called" : null },
      h("span", { class: "name" }, names[label] ?? word(label), weak.includes(label) && h("span", { class: "weak", title: "Weakly supervised: learned from sentences that were written for it, and measured on others of them" }, "weak")),
      h("span", { class: "bar", "aria-hidden": "true" },
        h("span", { class: "fill", style: `width: ${(100 * score).toFixed(1)}%` }),
        threshold !== null && h("span", { class: "tick", style: `left: ${(100 * threshold).toFixed(1)}%` })),
      h("span", { class: "value" }, score.toFixed(2), threshold !== null && h("span", { class: "visually-hidden" }, over ? `, at or above its threshold ${plain(threshold, 2)}` : `, below its threshold ${plain(threshold, 2)}`)));
  }));
}

/**
 * A scale from 0 to 1 with a value and its interval.
 * @param {{ name: string, low: string, high: string }} scale
 * @param {number} value
 * @param {{ low: number, high: number } | undefined} interval 90 %
 * @returns {HTMLElement}
 */
export function scaleBar({ name, low, high }, value, interval) {
  const two = (number) => number.toFixed(2); // as everywhere on this page
  const told = interval ? `${two(value)} (90 % interval ${two(interval.low)} to ${two(interval.high)})` : two(value);
  return h("div", { class: "scale" },
    h("div", { class: "scale-head" }, h("span", { class: "name" }, name), h("span", { class: "value" }, told)),
    h("div", { class: "track", "aria-hidden": "true" },
      interval && h("span", { class: "interval", style: `left: ${100 * interval.low}%; width: ${100 * (interval.high - interval.low)}%` }),
      h("span", { class: "point", style: `left: ${100 * value}%` })),
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, low), h("span", {}, high)));
}
