// Where things are in a waterfall: times and microvolts to places, and back. Canvas, SVG and the
// pointer ask the same questions here, so that a picture that is saved is the one that was seen.
import { linear } from "./scale.js";

const NARROW = 560; // below it the column of calls and noise is left out
const AXIS = 40;
const ABOVE = 26;
const LEFT = 50;
const NOTES = 92;
const MOST_HEIGHT = 560; // a stack that is not spread further by hand
const CLOSEST = 34;
const WIDEST = 84;

/**
 * The distance of rows that shows a whole stack at once.
 * @param {number} rows
 * @returns {number} px
 */
export function fittingSpacing(rows) {
  return Math.round(Math.min(WIDEST, Math.max(CLOSEST, MOST_HEIGHT / Math.max(1, rows))));
}

/**
 * Lay out a waterfall.
 * @param {{ rows: number, width: number, spacing: number, gain: number, rowUv: number,
 *   window: [number, number], title?: boolean }} given `rowUv`: microvolts of a row at gain 1
 */
export function layout({ rows, width, spacing, gain, rowUv, window, title = false }) {
  const notes = width >= NARROW;
  const left = LEFT;
  const right = width - (notes ? NOTES : 14);
  const top = ABOVE + (title ? 26 : 0);
  const first = top + Math.max(30, 0.85 * spacing);
  const bottom = first + (Math.max(1, rows) - 1) * spacing + 0.75 * spacing;
  const pxPerUv = (gain * fittingSpacing(rows)) / rowUv;
  const gapY = (gap) => first + (gap - 0.5) * spacing;
  return {
    rows, width, left, right, top, bottom, spacing, pxPerUv, notes, window,
    height: bottom + AXIS,
    x: linear(window, [left, right]),
    base: (row) => first + row * spacing,
    y: (row, uv) => first + row * spacing - uv * pxPerUv,
    /** The row that a place belongs to. */
    rowAt: (y) => Math.min(rows - 1, Math.max(0, Math.round((y - first) / spacing))),
    /** Between rows: gap 0 is above the first, gap `rows` below the last. */
    gapY,
    gapAt: (y) => Math.min(rows, Math.max(0, Math.round((y - first) / spacing + 0.5))),
  };
}
