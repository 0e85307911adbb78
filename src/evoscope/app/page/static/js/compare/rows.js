// A comparison as rows: every wave, threshold and loss type that both readers were asked about.
import { decibels, LOSS_TYPES, STATUSES } from "../ears/words.js";
import { decibel } from "../series/words.js";
import { signed } from "./signed.js";

/**
 * @typedef {object} Row
 * @property {string} series id
 * @property {string} name
 * @property {string} what "wave V", "threshold" or "type"
 * @property {number | null} level_db
 * @property {string} level_reference of the levels of its series; "unknown" where the file does not say
 * @property {string} a
 * @property {string} b
 * @property {string} difference b minus a where both name a number, else "differs" or ""
 * @property {number} size how far they differ, to sort by; 0 where they agree
 */

/** Columns of the rows, as the CSV names them. */
export const COLUMNS = ["series", "what", "level_db", "level_reference", "a", "b", "difference"];

/**
 * All rows of a comparison.
 * @param {object} comparison of GET /compare
 * @param {Map<string, string>} names of its series
 * @returns {Row[]}
 */
export function rowsOf(comparison, names) {
  return comparison.series.flatMap((one) => {
    const { series, level_reference } = one;
    const place = { series, level_reference, name: names.get(series) ?? series };
    return [
      { ...place, level_db: null, what: "threshold", ...thresholds(one.a, one.b, decibel(level_reference)) },
      { ...place, level_db: null, what: "type", ...types(one.loss_type_a, one.loss_type_b) },
      ...one.waves.map(({ level_db, wave, a, b }) => ({ ...place, level_db, what: `wave ${wave}`, ...waves(a, b) })),
    ];
  });
}

/** A row as cells of a CSV. @param {Row} row */
export function cells({ name, what, level_db, level_reference, a, b, difference }) {
  return [name, what, level_db, level_reference, a, b, difference];
}

function thresholds(a, b, unit) {
  const word = ({ status, value_db }) => (value_db == null ? STATUSES[status] : `${decibels(value_db)} ${unit}`);
  if (a.value_db != null && b.value_db != null) return measured(word(a), word(b), b.value_db - a.value_db, 0, "dB");
  return said(word(a), word(b));
}

function types(a, b) {
  return said(LOSS_TYPES[a.name], LOSS_TYPES[b.name]);
}

function waves(a, b) {
  const word = ({ present, latency_ms }) => (!present ? "absent" : latency_ms == null ? "present" : `${latency_ms.toFixed(2)} ms`);
  if (a.present && b.present && a.latency_ms != null && b.latency_ms != null) {
    return measured(word(a), word(b), b.latency_ms - a.latency_ms, 2, "ms");
  }
  return said(word(a), word(b));
}

function measured(a, b, by, digits, unit) {
  const same = Number(by.toFixed(digits)) === 0;
  return { a, b, size: same ? 0 : Math.abs(by), difference: same ? "" : `${signed(by, digits)} ${unit}` };
}

function said(a, b) {
  return { a, b, size: a === b ? 0 : Infinity, difference: a === b ? "" : "differs" };
}
