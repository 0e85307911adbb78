// Latency against level over the norm, and the evidence for a response at each level.
import { h, replace } from "../dom.js";
import { lineChart } from "../plot/axes.js";
import { plain } from "../plot/scale.js";
import { WAVE_COLOURS, WAVE_SHAPES } from "../plot/shapes.js";
import { MACHINE } from "./desk.js";
import { WAVES } from "./picks.js";
import { decibel, pickWords, thresholdNote, thresholdWords } from "./words.js";

const NORMED = ["I", "III", "V"];

/** @param {import("./desk.js").Desk} desk */
export function charts(desk) {
  const latency = h("section", { class: "card" });
  const curve = h("section", { class: "card" });

  let drawn = "";

  /** Draw again only where what is shown has changed: choosing a wave changes nothing here. */
  function update() {
    const now = JSON.stringify([desk.shown, desk.reading, desk.one.version, desk.norms.length]);
    if (now === drawn) return;
    drawn = now;
    replace(latency, h("h2", {}, "Latency and level"), latencyChart(desk), h("p", { class: "hint" }, normNote(desk)));
    replace(curve, h("h2", {}, "Threshold curve"), curveChart(desk), h("p", { class: "hint" }, desk.findings.threshold.method));
  }

  update();
  return { nodes: [latency, curve], update, redraw: update };
}

function latencyChart(desk) {
  const { info } = desk.findings;
  const unit = decibel(info.level_reference);
  const found = WAVES.map((wave) => ({ wave, picks: desk.levels.map((_, row) => desk.pick(row, wave)).filter((pick) => pick.present).reverse() }))
    .filter(({ picks }) => picks.length);
  const softest = (wave) => found.find((one) => one.wave === wave)?.picks[0].level_db ?? Infinity;
  const known = found.some(({ wave }) => NORMED.includes(wave)) ? NORMED : ["V"];
  // Softer levels lack the early waves: their norms there would only cross the later ones.
  const norms = known.map((wave) => desk.norms.filter((one) => one.wave === wave && one.low_ms != null && (wave === "V" || one.level_db >= softest(wave))))
    .filter((points) => points.length > 1);
  const point = (pick) => ({ x: pick.level_db, y: pick.latency_ms, low: pick.low_ms, high: pick.high_ms, title: pickWords(pick, unit) });
  const human = found.flatMap(({ picks }) => picks).filter((pick) => pick.human);
  const words = found.map(({ wave, picks }) => `Wave ${wave}: ${plain(picks.at(-1).latency_ms)} ms at ${plain(picks.at(-1).level_db, 1)} ${unit}, ${plain(picks[0].latency_ms)} ms at ${plain(picks[0].level_db, 1)} ${unit}`);
  return lineChart({
    title: `Latency against level of ${info.name}`,
    description: words.join(". ") || "No wave was found.",
    x: { label: `Level (${unit})`, range: around(desk.levelsDb) },
    y: { label: "Latency (ms)" },
    bands: norms.map((points, i) => ({
      label: i ? null : "normal range", colour: "band",
      points: points.map((one) => ({ x: one.level_db, low: one.low_ms, high: one.high_ms })),
    })),
    series: [
      ...found.map(({ wave, picks }) => ({ label: wave, colour: WAVE_COLOURS[wave], shape: WAVE_SHAPES[wave], points: picks.map(point) })),
      ...(human.length ? [{ label: "by hand", colour: "human", shape: "star", line: false, points: human.map(point) }] : []),
    ],
  });
}

function curveChart(desk) {
  const { threshold: machine, info } = desk.findings;
  const unit = decibel(info.level_reference);
  const said = desk.threshold();
  const points = (key) => machine.curve.filter((one) => one[key] != null).map((one) => ({ x: one.level_db, y: one[key], title: `${plain(one.level_db, 1)} ${unit}: ${plain(one[key], 3)}` }));
  const found = desk.threshold(MACHINE);
  const marks = [{ y: machine.criterion, label: "criterion", colour: "quiet", dashed: true }];
  if (found.status === "estimated") marks.push({ x: found.value_db, low: found.low_db ?? undefined, high: found.high_db ?? undefined, label: "threshold", colour: "link", dashed: Boolean(said.human) });
  if (said.human && said.status === "estimated") marks.push({ x: said.value_db, label: said.human.rater, colour: "human" });
  const probability = machine.evidence_name.startsWith("probability");
  return lineChart({
    title: `Evidence for a response against level of ${info.name}`,
    description: `Threshold: ${thresholdWords(said)} (${thresholdNote(said)}).`,
    x: { label: `Level (${unit})`, range: around(desk.levelsDb) },
    y: { label: capital(machine.evidence_name), range: probability ? [-0.04, 1.04] : undefined, ticks: probability ? [0, 0.25, 0.5, 0.75, 1] : undefined },
    series: [
      { label: "fitted", colour: "denoised", points: points("fitted") },
      { label: "each level", colour: "ink", shape: "circle", line: false, points: points("evidence") },
    ].filter((one) => one.points.length),
    marks,
  });
}

function around(levels) {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const room = Math.max(2.5, 0.04 * (high - low));
  return [low - room, high + room];
}

function normNote(desk) {
  const { info } = desk.findings;
  if (!desk.norms.length) return `No published norm for ${info.species} (${info.stimulus}).`;
  const assumed = desk.norms.some((one) => one.assumed) ? "; partly textbook values" : "";
  const unsure = info.level_reference === "unknown" ? ", as if levels were dB nHL: the file states no reference" : "";
  return `Normal range: mean ± 2 SD${unsure}${assumed}. Source: ${desk.norms[0].source}.`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
