// What is asked of traces: values between samples, peaks, how large a stack of them is.

/** @typedef {{ start_ms: number, step_ms: number, values_uv: ArrayLike<number> }} Trace */

const SETTLED_MS = 1.5; // the stimulus artefact is over by then, and should set no scale
const RESPONSE_ROWS = 1.5; // the largest response fills as many rows
const NOISE_ROWS = 0.6;
const SMALLER_AT_MOST = 2; // noise may halve the response on the page, not hide it
const MOST_REPLICATES = 4; // more traces than this hide the response

/**
 * The value at a time, between samples, too; NaN where the trace does not reach.
 * @param {Trace} trace
 * @param {number} ms
 * @returns {number}
 */
export function valueAt({ start_ms, step_ms, values_uv }, ms) {
  const place = (ms - start_ms) / step_ms;
  const before = Math.floor(place);
  if (!(place >= 0) || before >= values_uv.length) return NaN;
  const share = place - before;
  return share === 0 ? values_uv[before] : values_uv[before] * (1 - share) + values_uv[before + 1] * share;
}

/**
 * The time of the last sample.
 * @param {Trace} trace
 * @returns {number}
 */
export function endOf({ start_ms, step_ms, values_uv }) {
  return start_ms + step_ms * (values_uv.length - 1);
}

/**
 * The peak that is nearest to a time, refined between samples; the time itself where there is none.
 * @param {Trace} trace
 * @param {number} ms
 * @param {number} [within] ms
 * @returns {number}
 */
export function peakNear({ start_ms, step_ms, values_uv }, ms, within = 1.5) {
  const last = values_uv.length - 2;
  const from = Math.max(1, Math.ceil((ms - within - start_ms) / step_ms));
  const to = Math.min(last, Math.floor((ms + within - start_ms) / step_ms));
  let found = null;
  for (let i = from; i <= to; i++) {
    const [a, b, c] = [values_uv[i - 1], values_uv[i], values_uv[i + 1]];
    if (!(b > a && b >= c)) continue;
    const at = start_ms + step_ms * (i + (0.5 * (a - c)) / (a - 2 * b + c));
    if (found === null || Math.abs(at - ms) < Math.abs(found - ms)) found = at;
  }
  return found ?? ms;
}

/**
 * A trace around its own median, which is where its row is.
 * @param {Trace} trace
 * @param {[number, number]} window ms that are shown
 * @returns {Trace}
 */
export function centred(trace, [from, to]) {
  const { start_ms, step_ms, values_uv } = trace;
  const shown = Array.from(values_uv).filter((_, i) => {
    const ms = start_ms + step_ms * i;
    return ms >= from && ms <= to;
  });
  const middle = shown.length ? quantile(shown, 0.5) : 0;
  return { start_ms, step_ms, values_uv: Float32Array.from(values_uv, (value) => value - middle) };
}

/**
 * Replicates as they are drawn: each, or where there are many the means of the odd and even ones.
 * @param {Trace[]} traces
 * @returns {Trace[]}
 */
export function replicates(traces) {
  if (traces.length < 2) return [];
  if (traces.length <= MOST_REPLICATES) return traces;
  return [0, 1].map((odd) => mean(traces.filter((_, i) => i % 2 === odd)));
}

/**
 * Microvolts that fill a row: the largest response covers a row and a half, unless noise is large.
 * @param {{ bold: Trace, smooth?: Trace | null }[]} rows their traces centred
 * @param {[number, number]} window ms that are shown
 * @returns {number}
 */
export function microvoltsOfRow(rows, [from, to]) {
  const settled = Math.max(from, Math.min(SETTLED_MS, (from + to) / 2));
  const inside = ({ start_ms, step_ms, values_uv }) =>
    Array.from(values_uv).filter((value, i) => {
      const ms = start_ms + step_ms * i;
      return ms >= settled && ms <= to && Number.isFinite(value);
    });
  const heights = rows.map(({ bold, smooth }) => {
    const values = inside(smooth ?? bold);
    return values.length ? Math.max(...values) - Math.min(...values) : 0;
  });
  const response = Math.max(0, ...heights) / RESPONSE_ROWS;
  const all = rows.flatMap(({ bold }) => inside(bold).map(Math.abs));
  const noise = all.length ? quantile(all, 0.98) / NOISE_ROWS : 0;
  const row = response > 0 ? Math.max(response, Math.min(noise, SMALLER_AT_MOST * response)) : noise;
  return row > 0 ? row : 1;
}

function mean(traces) {
  const [{ start_ms, step_ms }] = traces;
  const length = Math.min(...traces.map((one) => one.values_uv.length));
  const values_uv = Float32Array.from({ length }, (_, i) =>
    traces.reduce((sum, one) => sum + one.values_uv[i], 0) / traces.length);
  return { start_ms, step_ms, values_uv };
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
