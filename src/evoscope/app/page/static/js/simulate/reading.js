// What the analysis says beside what is so.
import { h } from "../dom.js";
import { plain } from "../plot/scale.js";

/**
 * Every wave of every level, loudest first, true and found.
 * @param {object} made an answer of POST /simulate
 * @returns {{ level_db: number, name: string, present: boolean, ms: number | null, found: boolean | null,
 *   foundMs: number | null, error: number | null }[]}
 */
export function comparison(made) {
  const read = new Map((made.findings?.levels ?? []).map((level) => [level.level_db, level.waves]));
  const levels = [...made.levels].sort((a, b) => b.level_db - a.level_db);
  return levels.flatMap(({ level_db, waves }) => waves.map((wave) => {
    const other = read.get(level_db)?.find((one) => one.name === wave.name);
    const found = made.findings ? Boolean(other?.present) : null;
    const foundMs = found ? other.latency_ms?.value ?? null : null;
    const both = wave.present && foundMs !== null;
    return { level_db, name: wave.name, present: wave.present, ms: wave.latency_ms, found, foundMs, error: both ? foundMs - wave.latency_ms : null };
  }));
}

/**
 * The true threshold in words, and beside it the one that was found.
 * @param {object} made an answer of POST /simulate
 * @returns {string}
 */
export function thresholdWords({ findings, true_threshold_db, lowest_response_level_db, level_reference }) {
  const truth = `True threshold ${plain(true_threshold_db, 1)} dB ${level_reference}; the lowest level played with a response is ${
    lowest_response_level_db === null ? "none" : `${plain(lowest_response_level_db, 1)} dB`}.`;
  if (!findings) return truth;
  return `${truth} ${foundWords(findings.threshold, lowest_response_level_db)}`;
}

function foundWords({ status, value_db, level_reference }, lowest) {
  const said = { no_response: "The analysis finds no response.", inconclusive: "The analysis cannot tell a threshold from these traces.",
    below_range: "The analysis finds a response down to the lowest level: the threshold is below the levels played." }[status];
  if (said) return said;
  const found = `The analysis finds ${plain(value_db, 1)} dB ${level_reference}`;
  if (lowest === null) return `${found}, where there is none.`;
  const off = value_db - lowest;
  return off === 0 ? `${found}: right.` : `${found}: ${plain(Math.abs(off), 1)} dB too ${off > 0 ? "high" : "low"}.`;
}

/**
 * How often it was right, and by how much it was off, in words.
 * @param {ReturnType<typeof comparison>} rows
 * @returns {string}
 */
export function scoreWords(rows) {
  const off = rows.filter((row) => row.error !== null).map((row) => Math.abs(row.error)).sort((a, b) => a - b);
  const missed = rows.filter((row) => row.present && !row.found).length;
  const invented = rows.filter((row) => !row.present && row.found).length;
  const middle = off.length ? `; half of them within ${plain(off[Math.floor(off.length / 2)], 2)} ms` : "";
  return `Of ${rows.filter((row) => row.present).length} waves that are there it finds ${off.length}${middle}. It misses ${missed}, and marks ${invented} that are not there.`;
}

/**
 * The table behind the picture.
 * @param {ReturnType<typeof comparison>} rows
 * @returns {HTMLTableElement}
 */
export function table(rows) {
  const read = rows.some((row) => row.found !== null);
  const shown = rows.filter((row) => row.present || row.found);
  const ms = (value) => (value === null ? "–" : plain(value, 2));
  return h("table", {},
    h("thead", {}, h("tr", {}, ["Level (dB)", "Wave", "True (ms)", ...(read ? ["Found (ms)", "Error (ms)"] : [])].map((word) => h("th", { scope: "col" }, word)))),
    h("tbody", {}, shown.map((row) => h("tr", {},
      h("td", {}, plain(row.level_db, 1)), h("td", {}, row.name), h("td", {}, row.present ? ms(row.ms) : "not there"),
      read && [h("td", {}, row.found ? ms(row.foundMs) : "not found"), h("td", {}, row.error === null ? "–" : `${row.error > 0 ? "+" : ""}${plain(row.error, 2)}`)]))));
}
