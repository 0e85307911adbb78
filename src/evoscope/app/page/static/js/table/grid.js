// The table itself: sorted by its headings, rows chosen by their boxes.
import { h, replace } from "../dom.js";

/**
 * @typedef {object} Given
 * @property {import("./columns.js").Column[]} columns
 * @property {object[]} rows of GET /series
 * @property {Record<string, string>} query
 * @property {Set<string>} chosen ids, which this changes
 * @property {() => void} onchoice
 * @property {(key: string, order: string) => void} onsort
 */

/**
 * Draw the table in a node; the heading or box that had the focus has it again.
 * @param {HTMLElement} node
 * @param {Given} given
 */
export function drawGrid(node, { columns, rows, query, chosen, onchoice, onsort }) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const all = h("input", { type: "checkbox", "aria-label": "Choose all on this page", "data-focus": "all" });
  const boxes = rows.map((row) => h("input", {
    type: "checkbox", checked: chosen.has(row.id), "aria-label": `Choose ${row.name}`, "data-focus": row.id,
    onchange: ({ target }) => {
      chosen[target.checked ? "add" : "delete"](row.id);
      showAll();
      onchoice();
    },
  }));
  const showAll = () => {
    const number = rows.filter(({ id }) => chosen.has(id)).length;
    all.checked = rows.length > 0 && number === rows.length;
    all.indeterminate = number > 0 && number < rows.length;
  };
  all.addEventListener("change", () => {
    rows.forEach(({ id }, i) => {
      chosen[all.checked ? "add" : "delete"](id);
      boxes[i].checked = all.checked;
    });
    onchoice();
  });
  showAll();
  replace(node, h("table", {},
    h("caption", { class: "visually-hidden" }, "Series"),
    h("thead", {}, h("tr", {}, h("td", {}, all), columns.map((column) => heading(column, query, onsort)))),
    h("tbody", {}, rows.map((row, i) => h("tr", { "data-id": row.id }, h("td", {}, boxes[i]), columns.map((column) => cell(column, row)))))));
  if (focused) node.querySelector(`[data-focus="${focused}"]`)?.focus();
}

function heading({ label, sort, number }, query, onsort) {
  const here = sort && query.sort === sort;
  const side = { scope: "col", class: number && "number", "aria-sort": here && (query.order === "up" ? "ascending" : "descending") };
  if (!sort) return h("th", side, label);
  const next = here && query.order === "up" ? "down" : "up";
  const arrow = here ? (query.order === "up" ? " ▲" : " ▼") : "";
  return h("th", side, h("button", { type: "button", class: "sort", "data-focus": `sort-${sort}`, onclick: () => onsort(sort, next) },
    label, h("span", { "aria-hidden": "true" }, arrow)));
}

function cell({ key, number, cell: content }, row) {
  return key === "subject"
    ? h("th", { scope: "row" }, content(row))
    : h("td", { class: number && "number", "data-column": key }, content(row));
}
