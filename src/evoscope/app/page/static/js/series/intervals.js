// Differences of waves and of ears beside their norms: as the analysis has them, or once something
// was corrected, as an export of that reading has them.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { parseCsv } from "./csv.js";
import { MACHINE } from "./desk.js";
import { decibel, FLAGS } from "./words.js";

const NAMES = ["I-III", "III-V", "I-V", "V/I", "interaural V"];
const RESTS_MS = 400;

/** @param {import("./desk.js").Desk} desk */
export function intervals(desk) {
  const table = h("div", { class: "scroll" });
  const note = h("p", { class: "hint" });
  const node = h("section", { class: "card intervals" }, h("h2", {}, "Intervals"), table, note);
  let others = []; // ids of the other ear's series
  let shown = null;
  let timer = 0;

  /** Ask again only where what is saved has changed. */
  function update() {
    const { saver, shown: reader } = desk;
    if (reader === saver?.rater && saver.waiting) return;
    const now = `${reader} ${desk.reading?.acts ?? 0} ${desk.one.version} ${others.length}`;
    if (now === shown) return;
    shown = now;
    clearTimeout(timer);
    timer = setTimeout(() => load(now), RESTS_MS);
  }

  async function load(now) {
    try {
      const rows = await rowsOf(desk, others);
      if (now === shown) show(rows);
    } catch {
      shown = null; // the saved state above says that the server does not answer
    }
  }

  function show(rows) {
    const unit = decibel(desk.findings.info.level_reference);
    const names = NAMES.filter((name) => rows.some((row) => row.name === name));
    if (!names.length) {
      replace(table, h("p", {}, "No level has two waves to compare."));
      return;
    }
    const at = (level, name) => rows.find((row) => row.level_db === level && row.name === name);
    const levels = desk.levelsDb.filter((level) => rows.some((row) => row.level_db === level));
    replace(table, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, unit), names.map((name) => h("th", { scope: "col" }, name === "V/I" ? name : `${name} (ms)`)))),
      h("tbody", {}, levels.map((level) => h("tr", {}, h("th", { scope: "row" }, plain(level, 1)), names.map((name) => cell(at(level, name))))))));
    replace(note, "▲ longer, ▼ shorter than the norm (limits when you point at a value).", names.includes("interaural V") ? " Interaural: right minus left." : "");
  }

  /** The other ear of the same person and stimulus, where it came along. */
  api.get("/series", { upload: desk.one.summary.upload, subject: desk.one.summary.subject, stimulus: desk.one.summary.stimulus }).then(({ series }) => {
    const { ear } = desk.one.summary;
    others = series.filter((one) => one.ear !== ear && one.ear !== "unknown" && ear !== "unknown").map(({ id }) => id);
    update();
  }, () => {});

  show(ownRows(desk));
  return { node, update, redraw: () => { shown = null; update(); } };
}

async function rowsOf(desk, others) {
  const rater = desk.shown === MACHINE ? null : desk.shown;
  if (!others.length && !desk.reading?.waves.length) return ownRows(desk);
  const text = await api.get("/export/tables/intervals.csv", { series: [desk.one.summary.id, ...others], rater });
  // A level with one recording has no row of its own: it is that recording's.
  const single = new Set(desk.levels.filter((level) => level.pooled === 1).map((level) => level.level_db));
  const number = (value) => (value === "" ? null : Number(value));
  return parseCsv(text)
    .filter((row) => (row.record === "" || single.has(Number(row.level_db))) && (row.series === desk.findings.info.name || row.name === "interaural V"))
    .map((row) => ({ name: row.name, flag: row.flag, ...Object.fromEntries(["level_db", "value", "norm_low", "norm_high"].map((key) => [key, number(row[key])])) }));
}

function ownRows(desk) {
  return desk.levels.flatMap((level) => level.intervals.map((one) => ({ level_db: level.level_db, name: one.name, value: one.estimate.value, norm_low: one.norm_low, norm_high: one.norm_high, flag: one.flag })));
}

function cell(row) {
  if (!row) return h("td", { class: "hint" }, "–");
  const limits = row.norm_low == null && row.norm_high == null ? "" : ` (${row.norm_low == null ? "" : plain(row.norm_low)} to ${row.norm_high == null ? "" : plain(row.norm_high)})`;
  const sign = { above: " ▲", below: " ▼" }[row.flag] ?? "";
  const words = row.name === "V/I" ? { above: "larger than the norm", below: "smaller than the norm" }[row.flag] ?? FLAGS[row.flag] : FLAGS[row.flag];
  return h("td", { class: sign ? "warning" : null, title: `${words}${limits}` }, row.value.toFixed(2).replace("-", "\u2212"), sign, h("span", { class: "visually-hidden" }, ` ${words}`));
}
