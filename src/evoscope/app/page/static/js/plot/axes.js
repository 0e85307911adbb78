// A small chart as SVG: lines, points with intervals, bands, marked places, axes, a legend.
//
//   lineChart({
//     title: "Latency against level",          // read to those who do not see it
//     description: "Wave V 6.0 ms at 60 dB …", // the same, longer; optional
//     x: { label: "Level (dB nHL)", range: [0, 80], ticks: [0, 20, 40] }, // range, ticks: optional
//     y: { label: "Latency (ms)" },
//     bands:  [{ label: "normal", colour: "band", points: [{ x, low, high }] }],
//     series: [{ label: "V", colour: "wave-v", points: [{ x, y, low, high, title }],
//                line: true, dashed: false, thin: false, shape: "circle", opacity: 1 }],
//     marks:  [{ x: 22, label: "threshold", colour: "accent", low: 18, high: 25, dashed: false },
//              { y: 0.5, label: "criterion", colour: "quiet", dashed: true }],
//   }) -> SVG element
//
// Colours are names of base.css, so that a chart follows the theme by itself. A point's `low` and
// `high` are its interval; without `shape` a series has no points, only its line; a y that is null
// or NaN is a gap. `label: null` keeps a series, a band or a mark out of the legend.
import { svg } from "../dom.js";
import { linear, plain, ticks } from "./scale.js";
import { shapePath } from "./shapes.js";

const MARGIN = { left: 56, right: 16, bottom: 46, top: 12 };
const AXIS_NAME = 26; // px for the name of the upright axis; its numbers come beside it
const NARROW = 640; // px of the window: there a chart is shrunk less, or nobody could read it
const LETTER = 7; // about the width of one, where a legend is laid out
const DIGIT = 8.5; // and of a digit, a wide font's too
const LEGEND_LINE = 20;
let charts = 0;

/** @typedef {{ x: number, y: number | null, low?: number | null, high?: number | null, title?: string }} Point */
/** @typedef {{ label: string, range?: [number, number], ticks?: number[] }} Axis */
/**
 * @typedef {{ label?: string | null, colour: string, points: Point[], line?: boolean, dashed?: boolean,
 *   thin?: boolean, shape?: string, opacity?: number }} Series
 */
/** @typedef {{ label?: string | null, colour: string, points: { x: number, low: number, high: number }[] }} Band */
/**
 * @typedef {{ x?: number, y?: number, label?: string | null, colour: string, dashed?: boolean,
 *   low?: number, high?: number }} Mark
 */

/**
 * Draw a chart.
 * @param {{ title: string, description?: string, x: Axis, y: Axis, series: Series[], bands?: Band[],
 *   marks?: Mark[], width?: number, height?: number }} chart
 * @returns {SVGSVGElement}
 */
export function lineChart({ title, description, x, y, series, bands = [], marks = [], width = innerWidth < NARROW ? 340 : 460, height = 300 }) {
  const id = `chart-${++charts}`;
  const legend = legendOf([...series, ...bands, ...marks], width);
  const top = MARGIN.top + legend.height;
  const across = extent(x.range, [
    ...series.flatMap((one) => one.points.map((point) => point.x)),
    ...bands.flatMap((one) => one.points.map((point) => point.x)),
  ], series.some((one) => one.shape) ? 0.03 : 0);
  const up = extent(y.range, [
    ...series.flatMap((one) => one.points.flatMap((point) => [point.y, point.low, point.high])),
    ...bands.flatMap((one) => one.points.flatMap((point) => [point.low, point.high])),
    ...marks.map((mark) => mark.y),
  ], 0.06);
  const upTicks = y.ticks ?? ticks(...up, 6);
  const left = Math.max(MARGIN.left, AXIS_NAME + 8 + DIGIT * Math.max(...upTicks.map((value) => tickText(value).length)));
  const toX = linear(across, [left, width - MARGIN.right]);
  const toY = linear(up, [height - MARGIN.bottom, top]);
  const area = { left, right: width - MARGIN.right, top, bottom: height - MARGIN.bottom };
  const inside = svg("g", { "clip-path": `url(#${id}-area)` },
    bands.map((band) => drawBand(band, toX, toY)),
    marks.map((mark) => drawMark(mark, toX, toY, area)),
    series.map((one) => drawSeries(one, toX, toY)));
  return svg("svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": `${id}-title`, "aria-describedby": description ? `${id}-text` : null },
    svg("title", { id: `${id}-title` }, title),
    description && svg("desc", { id: `${id}-text` }, description),
    svg("defs", {}, svg("clipPath", { id: `${id}-area` },
      svg("rect", { x: area.left, y: area.top - 6, width: area.right - area.left + 6, height: area.bottom - area.top + 6 }))),
    drawAxes({ x, y, across, upTicks, toX, toY, area, width, height }),
    inside,
    legend.node);
}

function extent(range, values, room = 0) {
  if (range) return range;
  const known = values.filter((value) => value != null && Number.isFinite(value));
  if (!known.length) return [0, 1];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const more = (high - low || Math.abs(high) || 1) * (high === low ? 0.5 : room);
  return [low - more, high + more];
}

function tickText(value) {
  return plain(value, 6);
}

function drawAxes({ x, y, across, upTicks, toX, toY, area, width, height }) {
  const acrossTicks = x.ticks ?? ticks(...across, 7);
  return svg("g", { class: "axes" },
    upTicks.map((value) => [
      svg("line", { class: "grid", x1: area.left, x2: area.right, y1: toY(value), y2: toY(value) }),
      svg("text", { x: area.left - 8, y: toY(value), "text-anchor": "end", "dominant-baseline": "middle" }, tickText(value)),
    ]),
    acrossTicks.map((value) => [
      svg("line", { class: "tick", x1: toX(value), x2: toX(value), y1: area.bottom, y2: area.bottom + 5 }),
      svg("text", { x: toX(value), y: area.bottom + 18, "text-anchor": "middle" }, tickText(value)),
    ]),
    svg("line", { class: "frame", x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom }),
    svg("text", { class: "axis", x: (area.left + area.right) / 2, y: height - 8, "text-anchor": "middle" }, x.label),
    svg("text", { class: "axis", "text-anchor": "middle", transform: `translate(14 ${(area.top + area.bottom) / 2}) rotate(-90)` }, y.label));
}

function drawBand({ colour, points }, toX, toY) {
  if (points.length === 0) return null;
  const edge = (key) => points.map((point) => `${toX(point.x).toFixed(1)},${toY(point[key]).toFixed(1)}`);
  const outline = [...edge("high"), ...edge("low").reverse()].join(" ");
  return svg("polygon", { class: "band", points: outline, fill: `var(--${colour})`, stroke: `var(--${colour})` });
}

function drawMark({ x, y, low, high, colour, dashed }, toX, toY, area) {
  const upright = x != null;
  const place = upright ? toX(x) : toY(y);
  const [from, to] = [low, high].map((end, i) => (end == null ? null : upright ? toX(end) : toY(end)) ?? (i ? (upright ? area.right : area.top) : upright ? area.left : area.bottom));
  const line = upright ? { x1: place, x2: place, y1: area.top, y2: area.bottom } : { x1: area.left, x2: area.right, y1: place, y2: place };
  const span = upright
    ? { x: from, width: Math.max(0, to - from), y: area.top, height: area.bottom - area.top }
    : { y: to, height: Math.max(0, from - to), x: area.left, width: area.right - area.left };
  return svg("g", {},
    (low != null || high != null) && svg("rect", { ...span, fill: `var(--${colour})`, opacity: 0.12 }),
    svg("line", { ...line, stroke: `var(--${colour})`, "stroke-width": 1.5, "stroke-dasharray": dashed ? "5 4" : null }));
}

function drawSeries({ colour, points, line = true, dashed, thin, shape, opacity = 1 }, toX, toY) {
  const ink = `var(--${colour})`;
  const known = points.filter((point) => point.y != null && Number.isFinite(point.y));
  return svg("g", { opacity },
    line && svg("path", { d: path(points, toX, toY), fill: "none", stroke: ink, "stroke-width": thin ? 1 : 1.8, "stroke-linejoin": "round", "stroke-dasharray": dashed ? "5 4" : null }),
    known.filter((point) => point.low != null && point.high != null).map((point) => {
      const [at, low, high] = [toX(point.x), toY(point.low), toY(point.high)];
      return svg("path", { d: `M${at} ${low}V${high}M${at - 3} ${low}h6M${at - 3} ${high}h6`, stroke: ink, "stroke-width": 1.2 });
    }),
    shape && known.map((point) =>
      svg("path", { d: shapePath(shape, toX(point.x), toY(point.y), 4.5), fill: ink, stroke: "var(--card)", "stroke-width": 1 },
        point.title && svg("title", {}, point.title))));
}

function path(points, toX, toY) {
  let pen = "M";
  let text = "";
  for (const { x, y } of points) {
    if (y == null || !Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    text += `${pen}${toX(x).toFixed(2)} ${toY(y).toFixed(2)}`;
    pen = "L";
  }
  return text;
}

function legendOf(entries, width) {
  const named = entries.filter((one) => one.label);
  if (!named.length) return { height: 0, node: null };
  let [left, line] = [MARGIN.left, 0];
  const items = named.map((one) => {
    const wide = 30 + LETTER * one.label.length;
    if (left + wide > width && left > MARGIN.left) [left, line] = [MARGIN.left, line + 1];
    const y = 12 + LEGEND_LINE * line;
    const item = svg("g", {}, swatch(one, left, y), svg("text", { x: left + 24, y, "dominant-baseline": "middle" }, one.label));
    left += wide + 8;
    return item;
  });
  return { height: LEGEND_LINE * (line + 1), node: svg("g", { class: "legend" }, items) };
}

function swatch(one, x, y) {
  const ink = `var(--${one.colour})`;
  const area = one.points?.[0] && "low" in one.points[0] && !("y" in one.points[0]);
  if (area) return svg("rect", { class: "band", x, y: y - 6, width: 18, height: 12, fill: ink, stroke: ink });
  return svg("g", {},
    one.line !== false && svg("line", { x1: x, x2: x + 18, y1: y, y2: y, stroke: ink, "stroke-width": one.thin ? 1 : 1.8, "stroke-dasharray": one.dashed ? "5 4" : null }),
    one.shape && svg("path", { d: shapePath(one.shape, x + 9, y, 4.5), fill: ink }));
}
