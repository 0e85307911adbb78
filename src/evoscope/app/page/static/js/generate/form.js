// What a generator is asked for.
import { h } from "../dom.js";

const CLASSES = [["normal", "normal"], ["chl", "conductive"], ["snhl", "sensorineural"], ["neuropathy", "neuropathy"], ["total", "total loss"]];
const OPTIONS = [
  { name: "age_years", label: "Age (years)", least: 0, most: 75, step: "any", why: "Empty: as it comes." },
  { name: "rate_hz", label: "Rate (/ s)", least: 11.1, most: 49.1, step: "any", why: "Empty: as it comes." },
  { name: "threshold_db", label: "Threshold (dB nHL)", least: -20, most: 110, step: "any", why: "Empty: as it comes with the class." },
  { name: "residual_noise_nv", label: "Noise left (nV)", least: 0, most: 1000, step: "any", why: "Empty: none. An average of a clinic has 20 to 60.", diffusion: true },
  { name: "steps", label: "Steps", least: 1, most: 200, step: "1", why: "Evaluations of the network: 15 unless said. More take longer and change nothing that was measured.", diffusion: true },
  { name: "guidance", label: "Guidance", least: 0, most: 10, step: "any", why: "1 draws as trained; more exaggerates the conditions.", diffusion: true },
  { name: "temperature", label: "Temperature", least: 0.05, most: 2, step: "any", fallback: "1", why: "Below 1 the ears are less varied than was learned." },
  { name: "seed", label: "Seed", least: 0, most: 2147483647, step: "1", fallback: "1", why: "The same seed draws the same ears: change one condition to see the same ear under another." },
];
const LEVELS_AT_MOST = 20;

/**
 * The form.
 * @param {Record<string, string>} given values of the address
 * @param {(request: object, values: Record<string, string>) => void} draw
 * @returns {{ element: HTMLFormElement, busy: (on: boolean) => void }}
 */
export function drawForm(given, draw) {
  const model = choice("model", "Model", [["diffusion", "diffusion"], ["cvae", "autoencoder (cvae)"]], given.model);
  const loss = choice("loss_class", "Class", CLASSES, given.loss_class);
  const levels = field({ name: "levels_db", label: "Levels (dB nHL)", type: "text", value: given.levels_db ?? "80, 60, 40, 20", why: "One trace for each ear at every level." });
  const n = field({ name: "n", label: "Ears", type: "number", min: "1", max: "64", step: "1", required: true, value: given.n ?? "6" });
  const joint = check("joint", "Joint: class and level may be left out, and are drawn with the waveform", given.joint === "1");
  const constraints = check("constraints", "Constraints: draw ears anew whose waves are out of order", given.constraints === "1");
  const options = OPTIONS.map((one) => ({ ...one, ...field({ ...one, type: "number", min: String(one.least), max: String(one.most), value: given[one.name] ?? one.fallback ?? "" }) }));
  const anyClass = h("option", { value: "" }, "any");
  const button = h("button", {}, "Draw");
  const suit = () => {
    for (const one of options) if (one.diffusion) one.input.disabled = model.input.value !== "diffusion";
    if (joint.input.checked) loss.input.append(anyClass);
    else anyClass.remove();
  };
  const element = h("form", { class: "draw-form card", "aria-label": "What to draw", onchange: suit, onsubmit: (event) => {
    event.preventDefault();
    const wanted = levelsOf(levels.input.value);
    levels.input.setCustomValidity(wanted === null ? `Levels should be up to ${LEVELS_AT_MOST} numbers with commas between, like 80, 60, 40.` : "");
    if (!element.reportValidity()) return;
    const values = Object.fromEntries([...new FormData(element)].filter(([, value]) => value !== ""));
    draw(requestOf(values, wanted), { ...values, joint: joint.input.checked ? "1" : undefined, constraints: constraints.input.checked ? "1" : undefined });
  } },
    h("div", { class: "fields" }, model.element, loss.element, levels.element, n.element),
    joint.element, constraints.element,
    h("details", { open: OPTIONS.some(({ name, fallback }) => given[name] !== undefined && given[name] !== fallback) },
      h("summary", {}, "More conditions"), h("div", { class: "fields" }, options.map((one) => one.element))),
    h("div", { class: "actions" }, button));
  levels.input.addEventListener("input", () => levels.input.setCustomValidity(""));
  if (given.joint === "1" && !given.loss_class && given.n) { loss.input.append(anyClass); anyClass.selected = true; }
  suit();
  return { element, busy: (on) => { button.disabled = on; } };
}

/**
 * Levels of a text; null where it is not numbers.
 * @param {string} text
 * @returns {number[] | null}
 */
export function levelsOf(text) {
  const parts = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return parts.length <= LEVELS_AT_MOST && parts.every(Number.isFinite) ? parts : null;
}

function requestOf(values, levels_db) {
  const numbers = OPTIONS.filter(({ name }) => values[name] !== undefined).map(({ name }) => [name, Number(values[name])]);
  return {
    model: values.model,
    n: Number(values.n),
    loss_class: values.loss_class ?? null,
    levels_db,
    joint: values.joint === "on",
    constraints: values.constraints === "on",
    ...Object.fromEntries(numbers),
  };
}

function choice(name, label, choices, value) {
  const input = h("select", { name }, choices.map(([key, word]) => h("option", { value: key, selected: key === value }, word)));
  return { input, element: h("label", {}, h("span", {}, label), input) };
}

function field({ name, label, why, type, ...attributes }) {
  const kept = Object.fromEntries(["min", "max", "step", "required", "value"].flatMap((key) => (key in attributes ? [[key, attributes[key]]] : [])));
  const input = h("input", { name, type, ...kept });
  return { input, element: h("label", {}, h("span", {}, label), input, why && h("span", { class: "hint" }, why)) };
}

function check(name, label, checked) {
  const input = h("input", { type: "checkbox", name, checked });
  return { input, element: h("label", { class: "check" }, input, h("span", {}, label)) };
}
