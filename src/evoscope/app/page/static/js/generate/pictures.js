// Synthetic recordings as waterfalls: an ear over its levels, or all ears at one level.
import { h, replace } from "../dom.js";
import { lossWord } from "../ears/words.js";
import { Waterfall } from "../plot/waterfall.js";
import { plain } from "../plot/scale.js";
import { asPicture } from "../simulate/picture.js";
import { WAVE_COLOURS, WAVE_SHAPES } from "../plot/shapes.js";

const WINDOW_MS = [-0.9, 12.2];
const SHORT = { neuropathy: "neuro" }; // beside a trace, where the whole word would be cut off

/**
 * Pictures of what was drawn.
 * @param {object[]} recordings of an answer of POST /generate
 * @returns {{ element: HTMLElement, leave: () => void }}
 */
export function pictures(recordings) {
  const ears = [...new Set(recordings.map((one) => one.ear))];
  const levels = [...new Set(recordings.map((one) => one.level_db))].sort((a, b) => b - a);
  const single = ears.length === recordings.length;
  const waterfall = new Waterfall({ label: "Waterfall of synthetic recordings. The same in numbers is in the CSV." });
  asPicture(waterfall);
  const views = [
    ...(single ? [{ value: "all", label: "All ears" }] : []),
    ...(single || ears.length === 1 ? [] : levels.map((level) => ({ value: `level ${level}`, label: `All ears at ${plain(level, 1)} dB` }))),
    ...(single ? [] : ears.map((ear, i) => ({ value: `ear ${ear}`, label: `Ear ${i + 1} over its levels` }))),
  ];
  const select = h("select", { "aria-label": "Which recordings", onchange: () => show() }, views.map(({ value, label }) => h("option", { value }, label)));
  const turn = (by) => {
    select.selectedIndex = (select.selectedIndex + by + views.length) % views.length;
    show();
  };
  const caption = h("p", { class: "quiet-text", role: "status" });
  const show = () => {
    const [kind, ...rest] = select.value.split(" ");
    const name = rest.join(" ");
    const chosen = recordings.filter((one) => kind === "all" || (kind === "ear" ? one.ear === name : one.level_db === Number(name)));
    if (kind === "ear") chosen.sort((a, b) => b.level_db - a.level_db);
    waterfall.show({
      window: WINDOW_MS,
      unit: kind === "ear" ? "dB nHL" : "ear",
      noteTitle: kind === "ear" ? "wave V" : "class, level",
      rows: chosen.map((one) => row(one, kind === "ear" ? null : ears.indexOf(one.ear) + 1)),
      readout: (_row, mark, ms) => [`${mark.name} ${plain(ms, 2)} ms`, "drawn with the waveform"],
    });
    replace(caption, captionOf(chosen, kind === "ear"));
  };
  const element = h("div", { class: "pictures" },
    views.length > 1 && h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", "aria-label": "Previous", onclick: () => turn(-1) }, "‹"), select,
      h("button", { type: "button", class: "quiet", "aria-label": "Next", onclick: () => turn(1) }, "›")),
    caption, h("div", { class: "card picture" }, waterfall.element));
  show();
  return { element, leave: () => waterfall.leave() };
}

function row(one, number) {
  const bold = { start_ms: one.start_ms, step_ms: one.step_ms, values_uv: one.values_uv };
  const five = one.waves.find((wave) => wave.name === "V");
  return {
    label: number === null ? plain(one.level_db, 0) : String(number),
    note: number === null ? (five.present ? `${plain(five.latency_ms, 2)} ms` : "none") : `${SHORT[one.loss_type] ?? one.loss_type ?? ""} ${plain(one.level_db, 0)} dB`,
    bold,
    marks: one.waves.filter((wave) => wave.present && wave.latency_ms !== null).map((wave) => ({
      name: wave.name, ms: wave.latency_ms, colour: WAVE_COLOURS[wave.name], shape: WAVE_SHAPES[wave.name],
    })),
  };
}

function captionOf(chosen, ear) {
  const present = chosen.filter((one) => one.waves.find((wave) => wave.name === "V").present).length;
  const classes = [...new Set(chosen.map((one) => one.loss_type == null ? "class not said" : lossWord(one.loss_type)))].join(", ");
  return `${ear ? "One ear" : `${chosen.length} ears`}, ${classes}: wave V in ${present} of ${chosen.length} traces. Marks were drawn together with the waveforms.`;
}
