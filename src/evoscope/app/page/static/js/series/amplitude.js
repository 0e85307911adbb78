// How large a wave is that a hand places: as the server will measure it, so that the readout of a
// drag is the number that is kept. The answer of the server replaces it all the same.
const HUMAN_TROUGH_MS = 3.5;
const RODENT_TROUGH_MS = 1.2;
const CLIMBED_SHARE = 0.5; // the trough has passed once the trace climbed back by this share

/**
 * From the trace at a latency to the trough that follows, in microvolts; null beyond the trace.
 * @param {import("../plot/traces.js").Trace} trace
 * @param {number} ms
 * @param {string} species
 * @returns {number | null}
 */
export function amplitudeAt({ start_ms, step_ms, values_uv }, ms, species) {
  const first = Math.round((ms - start_ms) / step_ms);
  if (first < 0 || first >= values_uv.length) return null;
  const within = species === "human" || species === "unknown" ? HUMAN_TROUGH_MS : RODENT_TROUGH_MS;
  const last = Math.min(values_uv.length - 1, first + Math.max(2, Math.trunc(within / step_ms)));
  const peak = values_uv[first];
  let lowest = peak;
  for (let i = first; i <= last; i++) {
    lowest = Math.min(lowest, values_uv[i]);
    if (peak > lowest && values_uv[i] - lowest > CLIMBED_SHARE * (peak - lowest)) break;
  }
  return Number((peak - lowest).toFixed(4));
}
