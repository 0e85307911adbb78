// Differences against means (Bland & Altman 1986), of latencies wave by wave and of thresholds.
import { h } from "../dom.js";
import { decibels } from "../ears/words.js";
import { lineChart } from "../plot/axes.js";
import { decibel } from "../series/words.js";

const WAVES = ["I", "II", "III", "IV", "V"];
const SHAPES = { I: "circle", II: "square", III: "triangle", IV: "diamond", V: "circle" };

/**
 * The two plots; one without a pair says so.
 * @param {object} comparison of GET /compare
 * @param {Map<string, string>} names of its series
 * @param {string} wave "all", or one whose limits of agreement are drawn
 * @returns {HTMLElement}
 */
export function plots(comparison, names, wave) {
  const { a, b } = comparison;
  return h("div", { class: "plots" },
    plot(`Latencies: ${b} minus ${a}`, latencies(comparison, names, wave), { unit: "ms", of: "ms", shown: waveMarks(comparison, wave) }),
    plot(`Thresholds: ${b} minus ${a}`, thresholds(comparison, names), { unit: "dB", of: levelUnit(comparison), shown: thresholdMarks(comparison) }));
}

function plot(title, series, { unit, of, shown }) {
  const pairs = series.reduce((sum, { points }) => sum + points.length, 0);
  return h("figure", { class: "card" },
    h("figcaption", {}, title),
    pairs === 0
      ? h("p", { class: "quiet-text" }, "No pair: both should name a value for the same thing.")
      : lineChart({
        title,
        description: `${pairs} pairs. The tables hold the same numbers.`,
        x: { label: `Mean of the two (${of})` },
        y: { label: `Difference (${unit})`, range: around(series, shown) },
        series,
        marks: [{ y: 0, colour: "quiet", label: null }, ...shown],
      }));
}

/** What the levels of the thresholds refer to, where it is one and the same. */
function levelUnit({ series }) {
  const units = new Set(series.filter(isPair).map(({ level_reference }) => decibel(level_reference)));
  return units.size > 1 ? "dB, of unlike references" : [...units][0] ?? "dB";
}

/** As far below zero as above it, so that a bias is seen; with the limits inside. */
function around(series, marks) {
  const values = [...series.flatMap(({ points }) => points.map(({ y }) => y)), ...marks.flatMap(({ y, low, high }) => [y, low ?? 0, high ?? 0])];
  const most = 1.1 * Math.max(...values.map(Math.abs)) || 1;
  return [-most, most];
}

function latencies({ series }, names, wave) {
  return (wave === "all" ? WAVES : [wave]).map((name) => ({
    label: name,
    colour: `wave-${name.toLowerCase()}`,
    shape: SHAPES[name],
    line: false,
    points: series.flatMap((one) => one.waves
      .filter((pair) => pair.wave === name && pair.a.latency_ms != null && pair.b.latency_ms != null)
      .map((pair) => point(pair.a.latency_ms, pair.b.latency_ms, `${names.get(one.series) ?? ""} ${decibels(pair.level_db)} ${decibel(one.level_reference)}, wave ${name}`))),
  })).filter(({ points }) => points.length);
}

function thresholds({ series }, names) {
  const points = series
    .filter(isPair)
    .map((one) => point(one.a.value_db, one.b.value_db, `${names.get(one.series) ?? ""}, ${decibel(one.level_reference)}`));
  return points.length ? [{ label: null, colour: "accent", shape: "circle", line: false, points }] : [];
}

function isPair({ a, b }) {
  return a.value_db != null && b.value_db != null;
}

function point(a, b, title) {
  return { x: (a + b) / 2, y: b - a, title };
}

function waveMarks({ waves }, wave) {
  const one = waves.find(({ wave: name }) => name === wave);
  if (!one || one.latency_bias_ms.value == null) return [];
  const [low, high] = [one.latency_low_ms.value, one.latency_high_ms.value];
  return [{ y: one.latency_bias_ms.value, low, high, colour: "accent", dashed: true, label: "mean and limits of agreement" }];
}

function thresholdMarks({ threshold_bias_db: { value } }) {
  return value == null ? [] : [{ y: value, colour: "accent", dashed: true, label: "mean" }];
}
