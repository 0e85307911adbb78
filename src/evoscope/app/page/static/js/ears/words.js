// What the findings say, in words for people.

/** Statuses of a threshold, as a filter names them. */
export const STATUSES = {
  estimated: "Threshold found",
  no_response: "No response",
  below_range: "Below the range",
  inconclusive: "Inconclusive",
};

/** Types of hearing loss. */
export const LOSS_TYPES = {
  normal: "Normal",
  snhl: "Sensorineural",
  chl: "Conductive",
  neuropathy: "Neuropathy",
  total: "Total",
  "cannot tell": "Cannot tell",
};

/** A type within a sentence; `null` is one that cannot be told. */
export function lossWord(name) {
  return LOSS_TYPES[name ?? "cannot tell"].toLowerCase();
}

/** Ears, right before left as audiologists list them. */
export const EARS = { right: "Right", left: "Left", both: "Both", unknown: "Unknown" };

/**
 * @typedef {object} Answer
 * @property {string} status
 * @property {number | null} threshold_db
 * @property {number | null} low_db
 * @property {number | null} high_db
 * @property {string} level_reference "unknown" where the file does not say
 */

/**
 * What a row says of its threshold: a person's mark where there is one, else the analysis.
 * @param {object} row of GET /series
 * @returns {Answer & {human: {rater: string, at: string} | null}}
 */
export function thresholdOf(row) {
  const { threshold_mark: mark, level_reference } = row;
  if (!mark) return { ...row, human: null };
  return { status: mark.status, threshold_db: mark.value_db, low_db: null, high_db: null, level_reference, human: mark };
}

/**
 * What a row says of the type of loss, and who said it where it was a person.
 * @param {object} row of GET /series
 * @returns {{name: string, human: {rater: string, at: string} | null}}
 */
export function lossOf({ loss_type, loss_mark: mark }) {
  return mark ? { name: mark.value, human: mark } : { name: loss_type, human: null };
}

/**
 * Where a row leads: to the reading that it shows.
 * @param {object} row of GET /series
 * @returns {string}
 */
export function wayTo({ id, threshold_mark, loss_mark }) {
  const mark = threshold_mark ?? loss_mark;
  return `#/series/${id}${mark ? `?${new URLSearchParams({ shown: mark.rater })}` : ""}`;
}

/**
 * A threshold as one line, with what its level refers to where that is known.
 * @param {Answer} row
 * @returns {string}
 */
export function threshold({ status, threshold_db, level_reference }) {
  if (status !== "estimated") return STATUSES[status] ?? status;
  return `${decibels(threshold_db)} dB${level_reference === "unknown" ? "" : ` ${level_reference}`}`;
}

/**
 * Whether a threshold says a level of which nobody knows what it refers to: 30 dB of what?
 * @param {Answer} row
 * @returns {boolean}
 */
export function isUnreferenced(row) {
  return row.level_reference === "unknown" && / dB$/.test(threshold(row));
}

/**
 * The 90 % interval of a threshold, empty where there is none.
 * @param {{status: string, low_db: number | null, high_db: number | null}} row
 * @returns {string}
 */
export function interval({ status, low_db, high_db }) {
  if (status === "inconclusive" || (low_db == null && high_db == null)) return "";
  if (low_db == null) return `to ${decibels(high_db)} dB`;
  if (high_db == null) return `from ${decibels(low_db)} dB`;
  return `${decibels(low_db)} to ${decibels(high_db)} dB`;
}

/** A level without digits that it does not have. */
export function decibels(value) {
  return String(Math.round(value * 10) / 10).replace("-", "−");
}

/** "1 warning", "3 warnings". */
export function count(number, one, several = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}

/** When something was, in this browser's zone and language. */
export function moment(iso, dateStyle = "medium") {
  return new Date(iso).toLocaleString([], { dateStyle, timeStyle: "short" });
}
