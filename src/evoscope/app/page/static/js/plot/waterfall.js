// A stack of traces on a canvas, with marks that a hand can drag. It draws what it is given and
// reports what was done; what a mark means, and where it is kept, it does not know.
//
//   const waterfall = new Waterfall({ label: "Waterfall of …", on: { drop, press, select, threshold } });
//   root.append(waterfall.element);            // .canvas is what takes the focus
//   waterfall.show({
//     window: [-1, 12],                        // ms that are shown
//     unit: "dB nHL", levels: [80, 60, 40],    // levels: for the interval of the threshold; optional
//     rows: [{ label: "80", note: "CR 21 nV", bold: trace, thin: [trace], smooth: trace, colour: "trace",
//              marks: [{ name: "V", ms: 6.0, low: 5.9, high: 6.1, colour: "wave-v", shape: "circle",
//                        draggable: true, human: false, absent: false, ghost: false, beside: false }] }],
//     threshold: { gap: 2, text: "40 dB", human: false, low: 35, high: 45, machineGap: null,
//                  draggable: true, words: (gap) => "60 dB" },   // gap 2: between row 1 and row 2
//     readout: (row, mark, ms, dragging) => ["V 6.00 ms", "0.31 µV"],
//   });
//   waterfall.update({ marks: [[…], …], threshold, selected: { row, name } }); // the traces stay
//   waterfall.view({ gain: 2, spacing: 40 });
//   waterfall.leave();
//
// Traces are { start_ms, step_ms, values_uv }. Rows are drawn in the order that is given.
import { colour } from "../theme.js";
import { h } from "../dom.js";
import { CanvasPen } from "./canvas_pen.js";
import { SvgPen } from "./svg_pen.js";
import { fittingSpacing, layout } from "./geometry.js";
import { drawMoving, drawStill, inksOf, markPlace } from "./layers.js";
import { centred, microvoltsOfRow, peakNear } from "./traces.js";

const NEAR = { mouse: 12, pen: 16, touch: 24 }; // px within which a mark is meant
const NEAR_LINE = { mouse: 6, pen: 9, touch: 14 };
const A_DRAG = 3; // px; less is a click
const EXPORT = { width: 860, scale: 2 };

export class Waterfall {
  #data = { rows: [], window: [0, 1] };
  #view = { gain: 1, spacing: null };
  #state = { drag: null, hover: null, selected: null };
  #still = document.createElement("canvas");
  #stillIsOld = true;
  #frame = 0;
  #rowUv = 1;
  #on;

  /**
   * @param {{ label: string, on?: { drop?: (row: number, mark: object, ms: number) => void,
   *   select?: (row: number, name: string | null) => void, press?: (row: number, ms: number) => void,
   *   threshold?: (gap: number) => void } }} given `press`: a click where no mark is
   */
  constructor({ label, on = {} }) {
    this.#on = on;
    this.canvas = h("canvas", { tabindex: 0, role: "application", "aria-label": label });
    this.element = h("div", { class: "waterfall" }, this.canvas);
    this.pen = new CanvasPen(this.canvas.getContext("2d"));
    this.#listen();
  }

  /** Show other traces. */
  show(data) {
    const rows = data.rows.map((row) => ({
      ...row,
      bold: centred(row.bold, data.window),
      smooth: row.smooth ? centred(row.smooth, data.window) : null,
      thin: (row.thin ?? []).map((one) => centred(one, data.window)),
    }));
    this.#rowUv = data.rowUv ?? microvoltsOfRow(rows, data.window);
    this.#data = { ...data, rows };
    this.#stillIsOld = true;
    this.#later();
  }

  /**
   * Other marks, another threshold, another selection on the same traces.
   * @param {{ marks?: object[][], threshold?: object, hint?: object | null,
   *   selected?: { row: number, name: string | null } | null }} changed
   */
  update({ marks, selected, ...changed }) {
    if (marks) this.#data.rows.forEach((row, i) => { row.marks = marks[i]; });
    if (selected !== undefined) this.#state.selected = selected;
    Object.assign(this.#data, changed);
    this.#state.hover = null;
    this.#later();
  }

  /** @param {{ gain?: number, spacing?: number | null }} changed spacing null: what fits */
  view(changed) {
    Object.assign(this.#view, changed);
    this.#stillIsOld = true;
    this.#later();
  }

  /** px between rows now. */
  get spacing() {
    return this.#view.spacing ?? fittingSpacing(this.#data.rows.length);
  }

  /** Call off what is being dragged; true where something was. */
  cancel() {
    const dragged = this.#state.drag !== null;
    this.#state.drag = null;
    this.#later();
    return dragged;
  }

  /** The picture as SVG text. */
  toSvg(title) {
    const place = this.#layout(EXPORT.width, true);
    const pen = new SvgPen(EXPORT.width, Math.ceil(place.height));
    this.#picture(pen, place, title);
    return new XMLSerializer().serializeToString(pen.element);
  }

  /** The picture as a PNG. @returns {Promise<Blob>} */
  toPng(title) {
    const place = this.#layout(EXPORT.width, true);
    const canvas = document.createElement("canvas");
    canvas.width = EXPORT.width * EXPORT.scale;
    canvas.height = Math.ceil(place.height) * EXPORT.scale;
    const context = canvas.getContext("2d");
    context.scale(EXPORT.scale, EXPORT.scale);
    this.#picture(new CanvasPen(context), place, title);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  /** Let go of everything that outlives the element. */
  leave() {
    this.resized.disconnect();
    cancelAnimationFrame(this.#frame);
    document.removeEventListener("themechange", this.recoloured);
  }

  #picture(pen, place, title) {
    const inks = inksOf(colour);
    pen.box(0, 0, EXPORT.width, Math.ceil(place.height), { fill: inks.card });
    pen.text(place.left, 18, title, { colour: inks.ink, size: 15, bold: true });
    drawStill(pen, this.#data, place, inks);
    drawMoving(pen, { ...this.#data, hint: null }, place, inks);
  }

  #layout(width = this.element.clientWidth, title = false) {
    const { rows, window } = this.#data;
    return layout({ rows: rows.length, width: Math.max(240, width), spacing: this.spacing, gain: this.#view.gain, rowUv: this.#rowUv, window, title });
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.element.isConnected && this.element.clientWidth) this.#draw();
    });
  }

  #draw() {
    const scale = devicePixelRatio || 1;
    const context = this.canvas.getContext("2d");
    if (this.#stillIsOld) {
      this.place = this.#layout();
      this.inks = inksOf(colour);
      const { width, height } = this.place;
      this.canvas.style.height = `${height}px`;
      for (const canvas of [this.canvas, this.#still]) {
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
      }
      const still = this.#still.getContext("2d");
      still.setTransform(scale, 0, 0, scale, 0, 0);
      drawStill(new CanvasPen(still), this.#data, this.place, this.inks);
      this.#stillIsOld = false;
    }
    const { place, inks, pen } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { selected } = this.#state;
    if (selected && selected.row < place.rows) {
      pen.box(2, place.base(selected.row) - place.spacing / 2, place.right - 2, place.spacing, { fill: inks.band, alpha: 0.6, round: 4 });
    }
    context.drawImage(this.#still, 0, 0, place.width, place.height);
    drawMoving(pen, this.#data, place, inks, this.#state);
  }

  #listen() {
    const { canvas } = this;
    this.recoloured = () => this.view({});
    document.addEventListener("themechange", this.recoloured);
    this.resized = new ResizeObserver(() => this.view({}));
    this.resized.observe(this.element);
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("pointerleave", () => { this.#state.hover = null; this.#later(); });
    // A finger on a mark drags it; beside it, it scrolls the page.
    canvas.addEventListener("touchstart", (event) => {
      const [touch] = event.touches;
      if (event.touches.length === 1 && this.#meant(this.#at(touch), "touch")) event.preventDefault();
    }, { passive: false });
  }

  #at({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** What a place means: a mark, the threshold, or nothing. */
  #meant({ x, y }, pointer) {
    const { place } = this;
    if (!place) return null;
    const { selected } = this.#state;
    let best = null;
    this.#data.rows.forEach((row, i) => {
      for (const mark of row.marks ?? []) {
        if (!mark.draggable || mark.ms == null) continue;
        const at = markPlace(row, i, mark.ms, place);
        const chosen = selected?.row === i && selected.name === mark.name;
        const far = Math.hypot(at.x - x, at.y - y) - (chosen ? 4 : 0); // of two, the chosen one
        if (far <= (NEAR[pointer] ?? 12) && (!best || far < best.far)) best = { kind: "mark", mark, row: i, ms: mark.ms, far };
      }
    });
    if (best) return best;
    const { threshold } = this.#data;
    const line = threshold?.draggable && threshold.gap != null;
    if (line && x >= place.left && Math.abs(place.gapY(threshold.gap) - y) <= (NEAR_LINE[pointer] ?? 6)) {
      return { kind: "threshold", gap: threshold.gap, text: threshold.text };
    }
    return null;
  }

  #down(event) {
    if (event.button !== 0 || !this.place) return;
    const at = this.#at(event);
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.#state.drag = { ...(this.#meant(at, event.pointerType) ?? { kind: "press" }), from: at, moved: false };
    const { drag } = this.#state;
    if (drag.kind === "mark") drag.grip = at.x - this.place.x(drag.ms);
  }

  #move(event) {
    if (!this.place) return;
    const at = this.#at(event);
    const { drag } = this.#state;
    if (!drag) {
      this.#point(at, event.pointerType);
      return;
    }
    if (!drag.moved && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) < A_DRAG) return;
    drag.moved = drag.dragging = true;
    if (drag.kind === "mark") {
      const row = this.#data.rows[drag.row];
      const { place } = this;
      const free = place.x.invert(Math.min(place.right, Math.max(place.left, at.x - drag.grip)));
      drag.ms = event.altKey ? peakNear(row.smooth ?? row.bold, free) : free;
    } else if (drag.kind === "threshold") {
      drag.gap = this.place.gapAt(at.y);
      drag.text = this.#data.threshold.words?.(drag.gap) ?? "";
    }
    this.#later();
  }

  #up(event) {
    const { drag } = this.#state;
    if (!drag) return;
    this.#state.drag = null;
    this.#later();
    const at = this.#at(event);
    if (drag.kind === "mark") {
      if (drag.moved) this.#on.drop?.(drag.row, drag.mark, drag.ms);
      else this.#on.select?.(drag.row, drag.mark.name);
    } else if (drag.kind === "threshold") {
      if (drag.moved) this.#on.threshold?.(drag.gap);
    } else if (!drag.moved) {
      this.#on.press?.(this.place.rowAt(at.y), this.place.x.invert(at.x));
    }
  }

  #point(at, pointer) {
    const meant = this.#meant(at, pointer);
    this.canvas.style.cursor = meant?.kind === "mark" ? "ew-resize" : meant ? "ns-resize" : "default";
    const hover = meant?.kind === "mark" ? meant : null;
    if (hover?.mark === this.#state.hover?.mark) return;
    this.#state.hover = hover;
    this.#later();
  }
}
