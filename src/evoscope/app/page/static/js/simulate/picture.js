// A simulated series as a waterfall, and its wave V over the levels.
import { lineChart } from "../plot/axes.js";
import { plain } from "../plot/scale.js";
import { WAVE_COLOURS, WAVE_SHAPES } from "../plot/shapes.js";

const HUMAN_MS = [-1, 12];
const RODENT_MS = [-1, 8];
const BELOW = 0.3; // of a row: a threshold that is a level that was played lies beside its trace
const LATE_MS = 20; // low tones and infants answer late

/**
 * A waterfall that is only looked at: no key does anything on it, so none has to pass it.
 * @param {import("../plot/waterfall.js").Waterfall} waterfall
 */
export function asPicture({ canvas }) {
  canvas.setAttribute("role", "img");
  canvas.removeAttribute("tabindex");
}

/**
 * The row, with parts of one, that a level stands at: a threshold lies between levels.
 * @param {number[]} levels highest first
 * @param {number} db
 * @returns {number} a gap of the waterfall: 0.5 is the first row
 */
export function gapOf(levels, db) {
  if (db >= levels[0]) return 0;
  const below = levels.findIndex((level) => level <= db);
  if (below < 0) return levels.length;
  const [high, low] = [levels[below - 1], levels[below]];
  return below + 0.5 - (db - low) / (high - low);
}

/**
 * What the waterfall shows of an answer.
 * @param {object} made an answer of POST /simulate; or, while it is hidden, of POST /exercises
 * @param {{ truth: boolean, clean: boolean, species: string, hidden: boolean }} shown
 * @returns {object} for Waterfall.show
 */
export function waterfallOf(made, { truth, clean, species, hidden }) {
  const levels = [...made.levels].sort((a, b) => b.level_db - a.level_db);
  const order = levels.map((level) => level.level_db);
  const read = new Map((hidden ? [] : made.findings?.levels ?? []).map((level) => [level.level_db, level]));
  const rows = levels.map((level) => {
    const clock = { start_ms: level.start_ms, step_ms: level.step_ms };
    const traces = level.averages_uv.map((values_uv) => ({ ...clock, values_uv }));
    const marks = [
      ...(truth && !hidden ? level.waves.filter((wave) => wave.present).map((wave) => mark(wave.name, wave.latency_ms)) : []),
      ...(read.get(level.level_db)?.waves ?? []).filter((wave) => wave.present && wave.latency_ms).map((wave) => ({
        ...mark(wave.name, wave.latency_ms.value), beside: true, low: wave.latency_ms.low, high: wave.latency_ms.high,
      })),
    ];
    return {
      label: plain(level.level_db, 1),
      note: truth && !hidden ? (level.response_present ? "response" : "no response") : "",
      bold: { ...clock, values_uv: mean(level.averages_uv) },
      thin: traces.length > 1 ? traces : [],
      smooth: clean && !hidden ? { ...clock, values_uv: level.clean_uv } : null,
      marks,
    };
  });
  const last = levels[0].start_ms + levels[0].step_ms * (levels[0].averages_uv[0].length - 1);
  const latest = hidden ? 0 : Math.max(0, ...levels.flatMap((level) => level.waves.map((wave) => (wave.present ? wave.latency_ms : 0))));
  const usual = species === "human" ? HUMAN_MS : RODENT_MS;
  const found = hidden ? null : made.findings?.threshold;
  return {
    // The window may not follow the response while the response is what is asked for.
    window: [usual[0], Math.min(last, hidden ? last : latest + 1.5 > usual[1] ? LATE_MS : usual[1])],
    unit: `dB ${made.level_reference}`,
    noteTitle: truth && !hidden ? "in truth" : "",
    levels: order,
    rows,
    threshold: hidden ? null : {
      gap: truth ? gapOf(order, made.true_threshold_db) : null,
      text: `true ${plain(made.true_threshold_db, 1)} dB`,
      beside: found?.status === "estimated" ? [{ gap: gapOf(order, found.value_db) + BELOW, text: `found ${plain(found.value_db, 1)} dB` }] : [],
    },
    readout: (_row, { name, beside }, ms) => [`${name} ${plain(ms, 2)} ms`, beside ? "found" : "true"],
  };
}

/**
 * Latency of wave V against level: true, and as it was found.
 * @param {object} made
 * @param {{ truth: boolean }} shown
 * @returns {SVGSVGElement | null} null where there is no wave V
 */
export function latencyChart(made, { truth }) {
  const points = made.levels.flatMap(({ level_db, waves }) => {
    const wave = waves.find((one) => one.name === "V");
    return wave.present ? [{ x: level_db, y: wave.latency_ms }] : [];
  });
  const found = (made.findings?.levels ?? []).flatMap(({ level_db, waves }) => {
    const wave = waves.find((one) => one.name === "V");
    return wave?.present && wave.latency_ms ? [{ x: level_db, y: wave.latency_ms.value, low: wave.latency_ms.low, high: wave.latency_ms.high }] : [];
  });
  const series = [
    ...(truth ? [{ label: "V, true", colour: "wave-v", points, shape: "circle" }] : []),
    ...(found.length ? [{ label: "V, found", colour: "quiet", points: found, shape: "diamond", line: false }] : []),
  ];
  if (!series.some((one) => one.points.length)) return null;
  return lineChart({
    title: "Latency of wave V against level",
    description: points.map(({ x, y }) => `${plain(x, 1)} dB: ${plain(y, 2)} ms`).join("; "),
    x: { label: `Level (dB ${made.level_reference})`, range: rangeOf(made) },
    y: { label: "Latency (ms)" },
    series,
    marks: truth ? [{ x: made.true_threshold_db, label: "true threshold", colour: "accent", dashed: true }] : [],
    height: 260,
  });
}

/** All levels that were played, and the threshold where it is near them. */
function rangeOf({ levels, true_threshold_db }) {
  const played = levels.map((level) => level.level_db);
  const [low, high] = [Math.min(...played), Math.max(...played)];
  return [Math.min(low, Math.max(low - 10, true_threshold_db)) - 2, high + 2];
}

function mark(name, ms) {
  return { name, ms, colour: WAVE_COLOURS[name], shape: WAVE_SHAPES[name] };
}

function mean(averages) {
  return averages[0].map((_, i) => averages.reduce((sum, one) => sum + one[i], 0) / averages.length);
}
