// The columns of the table: what each shows of a series, and by what the server sorts it.
import { h } from "../dom.js";
import { EARS, interval, isUnreferenced, LOSS_TYPES, lossOf, moment, STATUSES, threshold, thresholdOf, wayTo } from "../ears/words.js";

const KEY = "evoscope.columns";

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {string} [sort] the server's key; without one it cannot be sorted
 * @property {boolean} [number] set right
 * @property {boolean} [first] shown to who has chosen nothing
 * @property {(row: object) => Node | string} cell
 */

/** @type {Column[]} */
export const COLUMNS = [
  { key: "subject", label: "Subject", sort: "subject", first: true, cell: (row) => h("a", { href: wayTo(row) }, row.subject || "unknown") },
  { key: "ear", label: "Ear", sort: "ear", first: true, cell: (row) => EARS[row.ear] ?? row.ear },
  { key: "stimulus", label: "Stimulus", sort: "stimulus", first: true, cell: (row) => row.stimulus },
  { key: "threshold", label: "Threshold", sort: "threshold_db", first: true, cell: thresholdCell },
  { key: "interval", label: "90 % interval", first: true, cell: (row) => interval(thresholdOf(row)) },
  { key: "status", label: "Status", cell: (row) => said(STATUSES[thresholdOf(row).status], row.threshold_mark) },
  { key: "loss_type", label: "Type", sort: "loss_type", first: true, cell: (row) => said(LOSS_TYPES[lossOf(row).name], row.loss_mark) },
  { key: "warnings", label: "Warnings", sort: "warnings", number: true, first: true, cell: (row) => String(row.warnings) },
  { key: "raters", label: "Corrected by", first: true, cell: (row) => row.raters.join(", ") },
  { key: "levels", label: "Levels", number: true, cell: (row) => String(row.levels) },
  { key: "species", label: "Species", cell: (row) => row.species },
  { key: "name", label: "Name", sort: "name", cell: (row) => row.name },
  { key: "version", label: "Analysis", number: true, cell: (row) => String(row.version) },
  { key: "created_at", label: "Added", sort: "created_at", first: true, cell: (row) => moment(row.created_at, "short") },
];

function thresholdCell(row) {
  const answer = thresholdOf(row);
  const unknown = isUnreferenced(answer) && h("span", { class: "unreferenced" }, "reference unknown");
  return [said(threshold(answer), row.threshold_mark), unknown];
}

/** An answer, and whose it is where it is a person's. */
function said(words, mark) {
  if (!mark) return h("span", {}, words);
  return h("span", { title: `marked by ${mark.rater}, ${moment(mark.at)}` }, h("span", { class: "human" }, words), " ", h("span", { class: "maker" }, `· ${mark.rater}`));
}

/** The columns that this person looks at. @returns {Column[]} */
export function shownColumns() {
  const kept = localStorage.getItem(KEY)?.split(",") ?? [];
  const chosen = COLUMNS.filter(({ key }) => kept.includes(key));
  return chosen.length ? chosen : COLUMNS.filter(({ first }) => first);
}

/**
 * A folded list of columns to choose from; the first stays, it is the link to the series.
 * @param {() => void} onchange
 * @returns {HTMLElement}
 */
export function columnChoice(onchange) {
  const shown = new Set(shownColumns().map(({ key }) => key));
  const boxes = COLUMNS.slice(1).map(({ key, label }) => h("label", { class: "check" },
    h("input", {
      type: "checkbox", checked: shown.has(key), value: key,
      onchange: ({ target }) => {
        shown[target.checked ? "add" : "delete"](key);
        localStorage.setItem(KEY, ["subject", ...shown].join(","));
        onchange();
      },
    }), label));
  return h("details", { class: "columns" }, h("summary", {}, "Columns"), h("div", { class: "choices" }, boxes));
}
