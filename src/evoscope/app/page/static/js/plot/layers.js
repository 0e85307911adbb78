// The two layers of a waterfall: what stays while a hand moves, and what moves.
import { niceStep, plain, ticks } from "./scale.js";
import { valueAt } from "./traces.js";

const REACH_ROWS = 2; // a trace is interrupted beyond: mostly the stimulus artefact
const MARK = 5;
const BAR_APART = 9; // px between the last level and the scale bar, where rows are not that close
const BAR_LEAST = 5;
const TOP = 30; // px: a name above a mark that is higher would leave the picture

/**
 * Colours that a waterfall needs, by the names of base.css.
 * @param {(name: string) => string} colour
 * @returns {Record<string, string>}
 */
export function inksOf(colour) {
  const names = ["card", "ink", "quiet", "line", "trace", "replicate", "denoised", "human", "accent", "link", "band", "wave-i", "wave-ii", "wave-iii", "wave-iv", "wave-v"];
  return Object.fromEntries(names.map((name) => [name, colour(name)]));
}

/** Time axis, traces, levels, the scale bar. */
export function drawStill(pen, data, place, inks) {
  drawTime(pen, place, inks);
  data.rows.forEach((row, i) => {
    for (const thin of row.thin ?? []) pen.line(placesOf(thin, i, place), { colour: inks.replicate, width: 0.8, alpha: 0.9 });
    pen.line(placesOf(row.bold, i, place), { colour: row.colour ? inks[row.colour] : inks.trace, width: 1.2 });
    if (row.smooth) pen.line(placesOf(row.smooth, i, place), { colour: inks.denoised, width: 1.6 });
    pen.text(place.left - 12, place.base(i), row.label, { colour: inks.ink, size: 13, bold: true, align: "right" });
    if (place.notes && row.note) pen.text(place.right + 10, place.base(i), row.note, { colour: inks.quiet, size: 11.5 });
  });
  pen.text(4, place.top - 12, data.unit ?? "", { colour: inks.quiet, size: 11.5 });
  if (place.notes && data.noteTitle) pen.text(place.right + 10, place.top - 12, data.noteTitle, { colour: inks.quiet, size: 11.5 });
  drawScaleBar(pen, place, inks);
}

/** The threshold, marks of waves, what is selected, dragged and pointed at. */
export function drawMoving(pen, data, place, inks, { drag = null, hover = null, selected = null } = {}) {
  if (data.threshold) drawThreshold(pen, data, place, inks, drag?.kind === "threshold" ? drag : null);
  if (selected && data.hint) drawHint(pen, data.hint, place, inks);
  const moving = drag?.kind === "mark" ? drag.mark : null;
  const told = moving ?? hover?.mark ?? null;
  if (drag?.dragging && moving) pen.line([place.x(drag.ms), place.top, place.x(drag.ms), place.bottom], { colour: inks.human, dash: [2, 3] });
  data.rows.forEach((row, i) => {
    for (const mark of row.marks ?? []) {
      const ms = mark === moving ? drag.ms : mark.ms;
      const picked = mark.draggable && selected?.row === i && selected.name === mark.name;
      drawMark(pen, row, i, mark, ms, place, inks, { picked, moving: mark === moving });
    }
  });
  if (told) drawReadout(pen, data, place, inks, drag ?? hover);
}

/** Where a mark is drawn: on the response without noise where that is shown. */
export function markPlace(row, i, ms, place) {
  const value = valueAt(row.smooth ?? row.bold, ms);
  const most = REACH_ROWS * place.spacing;
  const high = Number.isFinite(value) ? value * place.pxPerUv : 0;
  return { x: place.x(ms), y: place.base(i) - Math.min(most, Math.max(-most, high)) };
}

/** The place of a level between rows, for the interval of a threshold. */
function levelY(levels, db, place) {
  const after = levels.findIndex((level) => level <= db);
  if (after === 0) return place.gapY(0.5);
  if (after < 0) return place.gapY(levels.length);
  const [above, below] = [levels[after - 1], levels[after]];
  return place.gapY(after + 1 - (db - below) / (above - below));
}

function placesOf(trace, i, place) {
  const { start_ms, step_ms, values_uv } = trace;
  const first = Math.max(0, Math.ceil((place.window[0] - start_ms) / step_ms - 1e-6));
  const last = Math.min(values_uv.length - 1, Math.floor((place.window[1] - start_ms) / step_ms + 1e-6));
  const places = new Float64Array(2 * Math.max(0, last - first + 1));
  for (let k = first; k <= last; k++) {
    const up = values_uv[k] * place.pxPerUv;
    places[2 * (k - first)] = place.x(start_ms + step_ms * k);
    places[2 * (k - first) + 1] = Math.abs(up) > REACH_ROWS * place.spacing ? NaN : place.base(i) - up;
  }
  return places;
}

function drawTime(pen, place, inks) {
  const { left, right, top, bottom, x } = place;
  for (const ms of ticks(...place.window, Math.max(4, Math.min(14, (right - left) / 55)))) {
    pen.line([x(ms), top, x(ms), bottom], { colour: inks.line, width: 1 });
    pen.text(x(ms), bottom + 13, plain(ms, 1), { colour: inks.quiet, align: "center" });
  }
  if (place.window[0] < 0) pen.line([x(0), top, x(0), bottom], { colour: inks.quiet, dash: [3, 3] });
  pen.line([left, bottom, right, bottom], { colour: inks.quiet });
  pen.text((left + right) / 2, bottom + 30, "Time after stimulus onset (ms)", { colour: inks.quiet, align: "center" });
}

function drawScaleBar(pen, place, inks) {
  const { uv, x, from, to } = scaleBar(place);
  pen.line([x - 4, from, x + 4, from, x, from, x, to, x - 4, to, x + 4, to], { colour: inks.ink, width: 1.5 });
  const beside = place.notes ? { at: x + 8, align: "left" } : { at: x - 8, align: "right" };
  pen.text(beside.at, (from + to) / 2, `${plain(uv, 3)} \u00b5V`, { colour: inks.ink, align: beside.align, halo: inks.card });
}

/** The scale bar: below the last trace, and beside it where there is a column of notes. */
export function scaleBar(place) {
  const from = place.bottom - 4;
  const room = Math.max(BAR_LEAST, from - place.base(place.rows - 1) - BAR_APART);
  // The largest that fits: a step is rounded up, to 2.5 times as much at most.
  const uv = [1, 2, 2.5].map((part) => niceStep(room / part / place.pxPerUv)).find((one) => one * place.pxPerUv <= room * (1 + 1e-6));
  return { uv, x: place.notes ? place.right + 18 : place.right - 8, from, to: from - uv * place.pxPerUv };
}

function drawThreshold(pen, data, place, inks, drag) {
  const { threshold, levels } = data;
  if (threshold.machineGap != null) {
    const y = place.gapY(threshold.machineGap);
    pen.line([place.left, y, place.right, y], { colour: inks.accent, width: 1, dash: [2, 4] });
  }
  const gap = drag ? drag.gap : threshold.gap;
  for (const beside of threshold.beside ?? []) {
    const y = place.gapY(beside.gap);
    const isAbove = gap != null && y < place.gapY(gap); // its words go where the other line is not
    pen.line([place.left, y, place.right, y], { colour: inks.quiet, width: 1.5, dash: [8, 3, 2, 3] });
    pen.text(place.left + 6, isAbove ? y - 8 : y + 8, beside.text, { colour: inks.quiet, size: 11, halo: inks.card });
  }
  if (gap == null) return;
  const colour = drag || threshold.human ? inks.human : inks.link;
  const y = place.gapY(gap);
  if (!drag && !threshold.human && levels && (threshold.low != null || threshold.high != null)) {
    const [low, high] = [threshold.low, threshold.high].map((db) => (db == null ? null : levelY(levels, db, place)));
    const [above, below] = [high ?? place.gapY(0), low ?? place.gapY(place.rows)];
    pen.box(place.right - 3, above, 6, Math.max(2, below - above), { fill: colour, alpha: 0.45, round: 3 });
  }
  pen.line([place.left, y, place.right, y], { colour, width: drag ? 2.5 : 2, dash: threshold.human || drag ? [] : [7, 4] });
  pen.shape("circle", place.right, y, 6, { fill: colour, colour: inks.card, width: 1.5 });
  pen.text(place.right - 12, y - 9, drag ? drag.text : threshold.text, { colour, bold: true, align: "right", halo: inks.card });
}

function drawMark(pen, row, i, mark, ms, place, inks, { picked, moving }) {
  if (ms == null) return;
  if (ms < place.window[0] || ms > place.window[1]) return;
  const { x, y } = markPlace(row, i, ms, place);
  const colour = inks[mark.colour];
  if (mark.ghost) {
    pen.shape(mark.shape, x, y, MARK - 1.5, { colour, width: 1, alpha: 0.8 });
    return;
  }
  if (mark.beside) {
    pen.shape(mark.shape, x, y, MARK + 0.5, { fill: inks.card, colour: inks.quiet, width: 1.8 });
    pen.text(x, y + 15, `${mark.name}${mark.absent ? " \u00d7" : ""}`, { colour: inks.quiet, size: 11, align: "center", halo: inks.card });
    return;
  }
  if (!moving && mark.low != null && mark.high != null) {
    pen.line([place.x(mark.low), y, place.x(mark.high), y], { colour, width: 3, alpha: 0.45 });
  }
  if (picked || moving) pen.shape("circle", x, y, MARK + 6, { colour: inks.ink, width: 1.5, alpha: 0.9 });
  if (mark.human || moving) drawHuman(pen, mark, x, y, inks);
  else {
    pen.shape(mark.shape, x, y, MARK, { fill: colour, colour: inks.card, width: 1 });
    pen.text(x, y < TOP ? y + 18 : y - 13, mark.name, { colour, bold: true, align: "center", halo: inks.card });
  }
}

/** A person's mark: ringed, its name on a tag; crossed where the wave is said to be absent. */
function drawHuman(pen, mark, x, y, inks) {
  const word = mark.absent ? `${mark.name} \u00d7` : mark.name;
  const wide = Math.max(16, pen.widthOf(word, 11.5) + 8);
  if (mark.absent) {
    pen.line([x - 4, y - 4, x + 4, y + 4], { colour: inks.human, width: 2 });
    pen.line([x - 4, y + 4, x + 4, y - 4], { colour: inks.human, width: 2 });
  } else {
    pen.shape("circle", x, y, MARK + 2.5, { fill: inks.card, colour: inks.human, width: 2 });
    pen.shape(mark.shape, x, y, MARK - 1, { fill: inks.human });
  }
  const to = y < TOP ? y + 21 : y - 20; // the middle of the tag
  pen.line([x, y + Math.sign(to - y) * 8, x, to], { colour: inks.human, width: 1.5 });
  pen.box(x - wide / 2, to - 8, wide, 15, { fill: inks.human, round: 3 });
  pen.text(x, to, word, { colour: inks.card, bold: true, size: 11.5, align: "center" });
}

/** Where a wave that is chosen, and not there, would be placed. */
function drawHint(pen, hint, place, inks) {
  const x = place.x(hint.ms);
  const y = place.base(hint.row);
  pen.line([x, y - 0.45 * place.spacing, x, y + 0.45 * place.spacing], { colour: inks.human, dash: [3, 3], width: 1.5 });
  pen.text(x, y - 0.45 * place.spacing - 7, `${hint.name}?`, { colour: inks.human, bold: true, align: "center", halo: inks.card });
}

function drawReadout(pen, data, place, inks, { mark, row, ms, dragging }) {
  const at = markPlace(data.rows[row], row, ms, place);
  const lines = data.readout ? data.readout(row, mark, ms, dragging) : [`${mark.name} ${plain(ms)} ms`];
  const wide = Math.max(...lines.map((line) => pen.widthOf(line, 12.5))) + 18;
  const high = 18 * lines.length + 8;
  const x = Math.min(place.right - wide, Math.max(place.left, at.x + 16));
  const y = at.y - high - 30 < 2 ? at.y + 18 : at.y - high - 30;
  pen.box(x, y, wide, high, { fill: inks.card, colour: inks.quiet, round: 5 });
  lines.forEach((line, i) => pen.text(x + 9, y + 13 + 18 * i, line, { colour: inks.ink, size: 12.5, bold: i === 0 }));
}
