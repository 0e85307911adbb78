// The sliders and lists of the simulator, made from their descriptions.
import { h } from "../dom.js";
import { CONTROLS, TOGGLES, wordOf } from "./parameters.js";

const LOG_STEPS = 100;

/**
 * Make the controls.
 * @param {import("./parameters.js").State} state it is changed as the controls are moved
 * @param {(name: string) => void} changed
 * @returns {{ element: HTMLElement, refresh: () => void, hide: (hidden: boolean) => void }}
 */
export function controls(state, changed) {
  const rows = CONTROLS.map((control) => row(control, state, changed));
  const groups = [...new Set(CONTROLS.map(({ group }) => group))];
  const toggles = TOGGLES.map(({ name, label }) => {
    const input = h("input", { type: "checkbox", name, checked: state[name], onchange: () => { state[name] = input.checked; changed(name); } });
    return { name, input, element: h("label", { class: "toggle" }, input, label) };
  });
  const element = h("form", { class: "controls", "aria-label": "The simulated ear", onsubmit: (event) => event.preventDefault() },
    h("fieldset", { class: "toggles" }, h("legend", {}, "Shown"), toggles.map((one) => one.element)),
    groups.map((group) => h("fieldset", {}, h("legend", {}, group), rows.filter((one) => one.control.group === group).map((one) => one.element))));
  return {
    element,
    /** Put the state into the controls. */
    refresh() {
      for (const one of rows) one.refresh();
      for (const one of toggles) one.input.checked = state[one.name];
    },
    /** Hide what an exercise asks for. */
    hide(hidden) {
      for (const one of rows) if (one.control.secret) one.hide(hidden);
      for (const one of toggles) one.input.disabled = hidden;
    },
  };
}

function row(control, state, changed) {
  const id = `simulate-${control.name}`;
  const output = h("output", { for: id });
  const input = field(control, id);
  const take = () => {
    const value = valueOf(control, input);
    if (value === null) return;
    state[control.name] = value;
    say();
    changed(control.name);
  };
  const say = () => {
    const word = wordOf(control, state[control.name]);
    output.textContent = control.kind === "range" ? word : "";
    if (control.kind === "range") input.setAttribute("aria-valuetext", word);
  };
  input.addEventListener(control.kind === "choice" ? "change" : "input", take);
  const hint = h("p", { class: "hint", id: `${id}-why` }, control.why);
  input.setAttribute("aria-describedby", hint.id);
  const again = control.kind === "number" && h("button", { type: "button", class: "quiet", onclick: () => { input.value = String(Math.floor(Math.random() * 1e6)); take(); } }, "New noise");
  const secret = h("p", { class: "secret", hidden: true }, `${control.label}: hidden until you have answered`);
  const open = h("div", {},
    h("label", { for: id }, h("span", {}, control.label), output),
    h("div", { class: "field" }, input, again),
    hint);
  const one = {
    control,
    element: h("div", { class: `control ${control.kind}`, "data-control": control.name }, open, secret),
    refresh() {
      put(control, input, state[control.name]);
      say();
      if (control.human) this.element.hidden = state.species !== "human";
    },
    hide(hidden) {
      // A slider that is only disabled would still say where it stands.
      if (hidden) put(control, input, control.fallback);
      open.hidden = hidden;
      secret.hidden = !hidden;
      output.textContent = "";
      if (!hidden) this.refresh();
    },
  };
  one.refresh();
  return one;
}

function field(control, id) {
  if (control.kind === "choice") {
    return h("select", { id, name: control.name }, control.choices.map(({ value, label }) => h("option", { value }, label)));
  }
  const [least, most, step] = control.stops ? [0, control.stops.length - 1, 1] : control.log ? [0, LOG_STEPS, 1] : [control.least, control.most, control.step];
  return h("input", { id, name: control.name, type: control.kind, min: String(least), max: String(most), step: String(step) });
}

function valueOf(control, input) {
  if (control.kind === "choice") return input.value;
  if (control.stops) return control.stops[Number(input.value)].value;
  if (!input.validity.valid || input.value === "") return null;
  if (!control.log) return Number(input.value);
  const exact = control.least * (control.most / control.least) ** (Number(input.value) / LOG_STEPS);
  return Number(exact.toPrecision(2));
}

function put(control, input, value) {
  if (control.stops) input.value = String(control.stops.findIndex((one) => one.value === value));
  else if (control.log) input.value = String(Math.round((LOG_STEPS * Math.log(value / control.least)) / Math.log(control.most / control.least)));
  else input.value = String(value);
}
