// The waterfall with its tools: what is overlaid, how large, what is chosen, and what a hand does.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { WAVE_COLOURS, WAVE_SHAPES } from "../plot/shapes.js";
import { endOf, replicates } from "../plot/traces.js";
import { Waterfall } from "../plot/waterfall.js";
import { amplitudeAt } from "./amplitude.js";
import { MACHINE } from "./desk.js";
import { gapOf, thresholdAt, WAVES } from "./picks.js";
import { byWhom, decibel, milliseconds, pickWords, span, thresholdWords } from "./words.js";

const KEPT = "evoscope.waterfall";
const [SHORTEST_MS, HUMAN_CLICK_MS, HUMAN_OTHER_MS, ANIMAL_MS] = [-1, 12, 18, 9];
const STEP_MS = 0.02;

/**
 * @param {import("./desk.js").Desk} desk
 * @returns {{ node: HTMLElement, waterfall: Waterfall, update: () => void, redraw: () => void, gain: (steps: number) => void }}
 */
export function stage(desk) {
  const options = { gain: 0, spacing: null, replicates: false, denoised: false, whole: false, ...stored() };
  const unit = decibel(desk.findings.info.level_reference);
  let armed = null;
  const waterfall = new Waterfall({
    label: `Waterfall of ${desk.findings.info.name}. The table of picks holds the same. Press question mark for keys.`,
    on: {
      drop: (row, mark, ms) => { desk.selected = { row, name: mark.name }; desk.place(row, mark.name, ms); },
      select: (row, name) => desk.select(row, name),
      press: (row, ms) => {
        if (!armed) return desk.select(row);
        desk.selected = { row, name: armed };
        desk.place(row, armed, ms);
      },
      threshold: (gap) => desk.thresholdAtGap(gap),
    },
  });

  const gain = slider("Gain", { min: -3, max: 5, step: 0.25, value: options.gain }, (value) => `${plain(2 ** value)}×`, (value) => {
    keep({ gain: value });
    waterfall.view({ gain: 2 ** value });
  });
  const spacing = slider("Spacing", { min: 16, max: 150, step: 2, value: options.spacing ?? 40 }, (value) => `${value} px`, (value) => {
    keep({ spacing: value });
    waterfall.view({ spacing: value });
  });
  const toggle = (name, label) => h("label", { class: "toggle" },
    h("input", { type: "checkbox", checked: options[name], onchange: (event) => { keep({ [name]: event.target.checked }); redraw(); } }), ` ${label}`);
  const placing = WAVES.map((wave) => h("button", {
    type: "button", class: `quiet wave-button wave-${wave.toLowerCase()}`, "aria-pressed": "false", title: `Place wave ${wave} where you click`,
    onclick: () => { armed = armed === wave ? null : wave; if (armed) desk.select(desk.selected.row, wave); update(); },
  }, wave));
  const said = h("output", { class: "chosen" });
  const spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  const button = (label, title, run) => h("button", { type: "button", class: "quiet", title, "aria-label": title, onclick: run }, label);
  const chosen = () => [desk.selected.row, desk.selected.name];
  const tools = {
    earlier: button("◂", "Earlier by 0.02 ms (left arrow)", () => desk.nudge(-STEP_MS)),
    later: button("▸", "Later by 0.02 ms (right arrow)", () => desk.nudge(STEP_MS)),
    place: button("Add", "Place the wave where it is expected (Enter)", () => desk.placeChosen()),
    absent: button("Absent", "The wave is not there (Delete)", () => desk.absent(...chosen())),
    release: button("Release", "Back to what the analysis says (R)", () => desk.release(...chosen())),
  };

  const node = h("section", { class: "card stage", "aria-label": "Waterfall" },
    h("div", { class: "tools" },
      gain.node, spacing.node,
      h("div", { class: "toggles" }, toggle("denoised", "denoised"), toggle("replicates", "replicates"), toggle("whole", "whole recording"))),
    h("div", { class: "tools" },
      h("div", { class: "actions tight", role: "group", "aria-label": "Place a wave by clicking" }, h("span", { class: "hint" }, "Place by click"), placing),
      h("div", { class: "actions tight" }, Object.values(tools)),
      said),
    waterfall.element,
    spoken);

  function redraw() {
    const window = windowOf(desk.findings, options.whole);
    const bold = desk.levels.map((level) => desk.findings.recordings.filter((one) => one.level_db === level.level_db).map((one) => one.trace));
    waterfall.show({
      window, unit, levels: desk.levelsDb, noteTitle: "call, noise",
      rows: desk.levels.map((level, i) => ({
        label: plain(level.level_db, 1),
        note: `${level.call}${level.residual_noise_nv == null ? "" : `  ${plain(level.residual_noise_nv, 0)} nV`}`,
        bold: level.trace,
        smooth: options.denoised ? level.denoised : null,
        thin: options.replicates ? replicates(bold[i]) : [],
        marks: marksOf(desk, i),
      })),
      readout,
    });
    if (options.spacing === null) spacing.show(waterfall.spacing);
    waterfall.view({ gain: 2 ** options.gain, spacing: options.spacing });
    update();
  }

  function readout(row, mark, ms, dragging) {
    const level = desk.levels[row];
    const size = dragging || mark.human ? amplitudeAt(level.denoised, ms, desk.findings.info.species) : desk.pick(row, mark.name).amplitude_uv;
    const first = `${mark.name} at ${plain(level.level_db, 1)} ${unit}${mark.absent && !dragging ? ": absent" : ""}`;
    const lines = mark.absent && !dragging ? [first] : [first, `${milliseconds(ms)} ms${size == null ? "" : `   ${plain(size, 3)} µV`}`];
    if (dragging) return lines;
    const pick = desk.pick(row, mark.name);
    if (pick.human) return [...lines, byWhom(pick.human)];
    return [...lines, `90 % interval ${span(pick.low_ms, pick.high_ms, 2)} ms`];
  }

  function update() {
    waterfall.update({
      marks: desk.levels.map((_, i) => marksOf(desk, i)),
      threshold: thresholdLine(desk),
      selected: desk.selected,
      hint: desk.hint,
    });
    const { row, name } = desk.selected;
    const pick = name && desk.pick(row, name);
    const words = pick ? pickWords(pick, unit) : `${plain(desk.levels[row].level_db, 1)} ${unit}: choose a wave`;
    if (said.textContent !== words) replace(said, words);
    if (spoken.textContent !== words) replace(spoken, words);
    tools.earlier.disabled = tools.later.disabled = !pick?.present;
    tools.place.disabled = !pick || pick.present;
    tools.absent.disabled = !pick || (!pick.present && Boolean(pick.human));
    tools.release.disabled = !pick?.human;
    placing.forEach((one, i) => one.setAttribute("aria-pressed", String(armed === WAVES[i])));
    waterfall.canvas.classList.toggle("armed", armed !== null);
  }

  function keep(changed) {
    Object.assign(options, changed);
    localStorage.setItem(KEPT, JSON.stringify(options));
  }

  redraw();
  return {
    node, waterfall, update, redraw,
    gain: (steps) => gain.set(options.gain + steps),
    disarm: () => { const was = armed; armed = null; update(); return was !== null; },
  };
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function slider(label, { min, max, step, value }, words, changed) {
  const told = h("output", {}, words(value));
  const input = h("input", { type: "range", "aria-label": label, min: String(min), max: String(max), step: String(step), value: String(value), oninput: () => take() });
  const take = () => { replace(told, words(Number(input.value))); changed(Number(input.value)); };
  const show = (to) => { input.value = String(to); replace(told, words(Number(input.value))); };
  return { node: h("div", { class: "slider" }, h("span", {}, label, " ", told), input), show, set: (to) => { show(to); changed(Number(input.value)); } };
}

/** What is shown of the sweep: the response and a little before it. */
function windowOf({ info, recordings, levels }, whole) {
  const first = Math.min(...recordings.map((one) => one.trace.start_ms));
  const last = Math.max(...recordings.map((one) => endOf(one.trace)));
  if (whole) return [first, last];
  const animal = !["human", "unknown"].includes(info.species);
  const usual = animal ? ANIMAL_MS : info.stimulus === "click" ? HUMAN_CLICK_MS : HUMAN_OTHER_MS;
  const found = levels.flatMap((level) => level.waves).map((wave) => (wave.present && wave.latency_ms ? wave.latency_ms.value + 2 : 0));
  const end = Math.min(last, Math.max(usual, ...found));
  return end > first ? [Math.max(first, SHORTEST_MS), end] : [first, last];
}

function marksOf(desk, row) {
  const marks = [];
  for (const wave of WAVES) {
    const look = { name: wave, colour: WAVE_COLOURS[wave], shape: WAVE_SHAPES[wave] };
    const machine = desk.pick(row, wave, MACHINE);
    const pick = desk.pick(row, wave);
    if (desk.beside && desk.beside !== desk.shown) {
      const other = desk.pick(row, wave, desk.beside);
      const ms = other.latency_ms ?? (other.human ? machine.latency_ms : null);
      if (ms != null && !same(other, pick)) marks.push({ ...look, ms, beside: true, absent: !other.present });
    } else if (pick.human?.rater && pick.present && machine.present) {
      marks.push({ ...look, ms: machine.latency_ms, ghost: true });
    }
    const human = Boolean(pick.human);
    if (pick.present) marks.push({ ...look, ms: pick.latency_ms, low: pick.low_ms, high: pick.high_ms, draggable: true, human });
    else if (human && machine.present) marks.push({ ...look, ms: machine.latency_ms, draggable: true, human, absent: true });
  }
  return marks;
}

/** Whether two readers say the same of a wave. */
function same(a, b) {
  return a.present === b.present && a.latency_ms === b.latency_ms;
}

function thresholdLine(desk) {
  const levels = desk.levelsDb;
  const threshold = desk.threshold();
  const human = Boolean(threshold.human);
  const machine = gapOf(desk.threshold(MACHINE), levels);
  const gap = gapOf(threshold, levels);
  const words = (at) => `Threshold ${thresholdWords({ status: "estimated", level_reference: threshold.level_reference, ...thresholdAt(at, levels) })}`;
  const other = desk.beside && desk.beside !== desk.shown ? desk.threshold(desk.beside) : null;
  const otherGap = other && gapOf(other, levels);
  return {
    gap, human, words, draggable: true,
    text: gap === null ? "" : `${threshold.status === "estimated" ? "Threshold " : ""}${thresholdWords(threshold)}`,
    low: threshold.low_db, high: threshold.high_db,
    machineGap: human && machine !== gap ? machine : null,
    beside: otherGap == null ? [] : [{ gap: otherGap, text: `${desk.beside}: ${thresholdWords(other)}` }],
  };
}
