// How findings read as words: every status is an answer, never a blank or an invented number.
import { plain } from "../plot/scale.js";

export const LOSSES = {
  normal: "Normal hearing", neuropathy: "Neuropathy", snhl: "Sensorineural loss",
  total: "Total loss", chl: "Conductive loss", "cannot tell": "Cannot tell",
};
export const CALLS = { CR: "clear response", RA: "response absent", INC: "inconclusive" };
export const FLAGS = { within: "within the norm", below: "shorter than the norm", above: "longer than the norm", "no norm": "no norm" };

/** @returns {string} the unit: plain dB where the file states no reference */
export function decibel(reference) {
  return reference === "unknown" ? "dB" : `dB ${reference}`;
}

/** @returns {string} an interval; an end that cannot be told is said, not left out */
export function span(low, high, digits = 1) {
  if (low == null && high == null) return "not known";
  if (low == null) return `up to ${plain(high, digits)}`;
  if (high == null) return `${plain(low, digits)} or more`;
  return `${plain(low, digits)} to ${plain(high, digits)}`;
}

/** The threshold in a few words. */
export function thresholdWords(threshold) {
  const unit = decibel(threshold.level_reference);
  switch (threshold.status) {
    case "estimated":
      return `${plain(threshold.value_db, 1)} ${unit}`;
    case "no_response":
    case "below_range": {
      const { words, where, tested } = beyond(threshold);
      return tested === null ? words : `${words}: ${where} ${plain(tested, 1)} ${unit}`;
    }
    default:
      return "Inconclusive";
  }
}

/** Beyond which tested level a threshold lies that is none of them, as the report says it; and how far. */
function beyond({ status, low_db, high_db, curve = [] }) {
  const levels = curve.map(({ level_db }) => level_db);
  return status === "no_response"
    ? { words: "No response", where: "above", tested: levels.length ? Math.max(...levels) : low_db ?? null, reach: "from", bound: low_db }
    : { words: "Response at every level", where: "at or below", tested: levels.length ? Math.min(...levels) : high_db ?? null, reach: "to", bound: high_db };
}

/** What stands behind a threshold: interval, reason or who marked it. */
export function thresholdNote(threshold) {
  if (threshold.human) return byWhom(threshold.human);
  if (threshold.status === "estimated") return `90 % interval ${span(threshold.low_db, threshold.high_db)}`;
  if (threshold.status !== "inconclusive") {
    const { tested, reach, bound } = beyond(threshold);
    if (bound != null && bound !== tested) return `90 % interval ${reach} ${plain(bound, 1)}`;
  }
  return threshold.reason || "by the analysis";
}

/** Who and when, in this browser's time. */
export function byWhom({ rater, at }) {
  return `${rater}, ${when(at)}`;
}

/** @returns {string} day and minute */
export function when(at) {
  return new Date(at).toLocaleString(undefined, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** A latency as it is shown and typed. */
export function milliseconds(value) {
  return value == null ? "" : value.toFixed(2);
}

/** A pick in a sentence, for those who do not see it. */
export function pickWords(pick, unit) {
  const where = `${pick.wave} at ${plain(pick.level_db, 1)} ${unit}`;
  const who = pick.human ? `, marked by ${pick.human.rater}` : "";
  if (!pick.present) return `${where}: absent${who}`;
  const size = pick.amplitude_uv == null ? "" : `, ${plain(pick.amplitude_uv, 3)} \u00b5V`;
  const sure = pick.low_ms == null && pick.high_ms == null ? "" : ` (90 % interval ${span(pick.low_ms, pick.high_ms, 2)})`;
  return `${where}: ${milliseconds(pick.latency_ms)} ms${sure}${size}${who}`;
}
