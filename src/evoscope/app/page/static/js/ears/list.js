// The ears: subjects, newest first, and under each what was found in every series of an ear.
import { h } from "../dom.js";
import { count, EARS, interval, isUnreferenced, LOSS_TYPES, lossOf, lossWord, moment, threshold, thresholdOf, wayTo } from "./words.js";

/**
 * A card for each subject.
 * @param {object[]} series rows of GET /series
 * @param {(row: object) => void} ondelete
 * @returns {HTMLElement[]}
 */
export function earList(series, ondelete) {
  return [...subjects(series)].map(([subject, rows]) => {
    const heading = h("h2", {}, subject || "Subject unknown");
    const again = ({ ear, stimulus }) => rows.filter((one) => one.ear === ear && one.stimulus === stimulus).length > 1;
    return h("section", { class: "subject card" }, heading, h("ul", {}, rows.map((row) => item(row, again(row), ondelete))));
  });
}

/** Rows by subject, in the order in which subjects come; right before left within one. */
export function subjects(series) {
  const order = Object.keys(EARS);
  const found = new Map();
  for (const row of series) found.set(row.subject, [...(found.get(row.subject) ?? []), row]);
  for (const rows of found.values()) {
    rows.sort((a, b) => order.indexOf(a.ear) - order.indexOf(b.ear) || compare(a.stimulus, b.stimulus));
  }
  return found;
}

function compare(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}

function item(row, isAgain, ondelete) {
  const said = thresholdOf(row);
  const range = interval(said);
  const notes = [
    isAgain && h("span", { class: "hint" }, moment(row.created_at)),
    row.warnings > 0 && h("span", { class: "badge warn" }, count(row.warnings, "warning")),
    row.raters.length > 0 && h("span", { class: "badge human" }, `corrected by ${row.raters.join(", ")}`),
  ];
  return h("li", { "data-id": row.id },
    h("a", { href: wayTo(row) },
      h("span", { class: `ear ${row.ear}` }, EARS[row.ear] ?? row.ear),
      h("span", { class: "stimulus" }, row.stimulus, h("span", { class: "notes" }, notes)),
      h("span", { class: `threshold ${said.status}` },
        h("span", { class: said.human && "human" }, threshold(said)), range && [" ", h("span", { class: "range" }, range)],
        isUnreferenced(said) && h("span", { class: "unreferenced" }, "reference unknown"),
        said.human && [`${said.human.rater}, ${moment(said.human.at)}`, `Analysis: ${threshold(row)}`].map((line) => h("span", { class: "made" }, line)),
        type(row))),
    h("button", { type: "button", class: "quiet small", "aria-label": `Delete ${row.name}`, onclick: () => ondelete(row) }, "Delete"));
}

function type(row) {
  const { name, human } = lossOf(row);
  const words = (one) => (one === "cannot tell" ? "type: cannot tell" : LOSS_TYPES[one]);
  return h("span", { class: "type" },
    human ? [h("span", { class: "human" }, words(name)), `, ${human.rater}. Analysis: ${lossWord(row.loss_type)}`] : words(name));
}
