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

/** Ears, right before left as audiologists list them. */
export const EARS = { right: "Right", left: "Left", both: "Both", unknown: "Unknown" };

/**
 * A threshold as one line.
 * @param {{status: string, threshold_db: number | null, low_db: number | null, high_db: number | null}} row
 * @returns {string}
 */
export function threshold({ status, threshold_db, low_db, high_db }) {
  if (status === "estimated") return `${decibels(threshold_db)} dB`;
  if (status === "no_response") return low_db == null ? "No response" : `No response to ${decibels(low_db)} dB`;
  if (status === "below_range") return high_db == null ? "Below the range" : `At or below ${decibels(high_db)} dB`;
  return STATUSES[status] ?? status;
}

/**
 * The 90 % interval of a threshold, empty where there is none.
 * @param {{status: string, low_db: number | null, high_db: number | null}} row
 * @returns {string}
 */
export function interval({ status, low_db, high_db }) {
  if (status !== "estimated" || (low_db == null && high_db == null)) return "";
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
