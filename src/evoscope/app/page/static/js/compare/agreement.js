// How well two readers agree, in numbers; each with how many pairs it comes from.
import { h } from "../dom.js";
import { signed } from "./signed.js";

const PERCENT = (value) => `${Math.round(100 * value)} %`;
const SIGNED = (digits, unit) => (value) => `${signed(value, digits)} ${unit}`;
const PLAIN = (value) => value.toFixed(2);

/** Columns of the numbers, as the CSV names them. */
export const COLUMNS = ["figure", "wave", "value", "n", "why"];

/**
 * Every figure, as cells of a CSV.
 * @param {object} comparison of GET /compare
 * @returns {(string | number | null)[][]}
 */
export function figures(comparison) {
  const named = (figure, wave, { value, n, why }) => [figure, wave, value, n, why];
  const ofWaves = ["agreement", "kappa", "latency_bias_ms", "latency_low_ms", "latency_high_ms", "amplitude_bias_uv"];
  const ofAll = ["threshold_bias_db", "threshold_concordance", "threshold_status_agreement", "loss_type_agreement"];
  return [
    ...comparison.waves.flatMap((one) => ofWaves.map((name) => named(name, one.wave, one[name]))),
    ...ofAll.map((name) => named(name, null, comparison[name])),
  ];
}

/**
 * The numbers as two tables.
 * @param {object} comparison
 * @returns {HTMLElement}
 */
export function agreement(comparison) {
  const { threshold_bias_db, threshold_concordance, threshold_status_agreement, loss_type_agreement } = comparison;
  return h("div", { class: "agreement" },
    h("div", { class: "scroll card", tabindex: "0", role: "region", "aria-label": "Agreement on waves" }, h("table", {},
      h("caption", {}, "Waves"),
      h("thead", {}, h("tr", {}, ["Wave", "Same answer", "Kappa", "Latency, mean difference", "95 % of differences", "Amplitude, mean difference"].map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, comparison.waves.map((one) => h("tr", {},
        h("th", { scope: "row" }, one.wave),
        figure(one.agreement, PERCENT),
        figure(one.kappa, PLAIN),
        figure(one.latency_bias_ms, SIGNED(2, "ms")),
        limits(one),
        figure(one.amplitude_bias_uv, SIGNED(2, "µV"))))))),
    h("div", { class: "scroll card", tabindex: "0", role: "region", "aria-label": "Agreement on ears" }, h("table", {},
      h("caption", {}, "Ears"),
      h("thead", {}, h("tr", {}, ["Threshold, mean difference", "Threshold, concordance", "Threshold, same status", "Same type"].map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, h("tr", {},
        figure(threshold_bias_db, SIGNED(1, "dB")),
        figure(threshold_concordance, PLAIN),
        figure(threshold_status_agreement, PERCENT),
        figure(loss_type_agreement, PERCENT))))));
}

function figure({ value, n, why }, words) {
  return value == null
    ? h("td", { class: "quiet-text" }, why || "undefined")
    : h("td", {}, words(value), h("span", { class: "quiet-text" }, ` n = ${n}`));
}

function limits({ latency_low_ms: low, latency_high_ms: high }) {
  if (low.value == null || high.value == null) return h("td", { class: "quiet-text" }, low.why || high.why || "undefined");
  const words = SIGNED(2, "ms");
  return h("td", {}, `${words(low.value)} to ${words(high.value)}`);
}
