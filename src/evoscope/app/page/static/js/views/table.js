// Every series in one table: found, sorted, chosen, exported.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { confirmed } from "../ears/confirm.js";
import { count } from "../ears/words.js";
import { say, sayError } from "../say.js";
import { columnChoice, shownColumns } from "../table/columns.js";
import { exportRow } from "../table/export.js";
import { filterRow } from "../table/filters.js";
import { drawGrid } from "../table/grid.js";
import { paging } from "../table/paging.js";
import { asked, filtersOf, keep, queryOf } from "../table/query.js";
import { readingChoice } from "../table/reading.js";

/**
 * Show the view.
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address
 * @returns {Promise<() => void>}
 */
export async function mount(root, parameters) {
  let query = queryOf(parameters);
  let page = { total: 0, series: [] };
  let asking = new AbortController();
  const chosen = new Set();
  const box = h("div", { class: "scroll card", tabindex: "0", role: "region", "aria-label": "Table of series" });
  const said = h("p", { class: "said", role: "status", "aria-live": "polite" });
  const pages = h("div", {});
  const chosenBar = h("div", { class: "actions" });
  const exports = exportRow({ query: () => query, chosen });

  const load = async () => {
    asking.abort();
    const mine = (asking = new AbortController());
    try {
      page = await api.get("/series", asked(query), { signal: mine.signal });
    } catch (error) {
      if (error.name !== "AbortError") sayError(error);
      return;
    }
    if (page.series.length === 0 && page.total > 0) return move(0); // what was on this page is gone
    draw();
  };
  const draw = () => {
    drawGrid(box, { columns: shownColumns(), rows: page.series, query, chosen, onchoice: drawChosen, onsort: (sort, order) => ask({ sort, order, offset: "0" }) });
    box.hidden = page.total === 0;
    const filtered = Object.keys(filtersOf(query)).length > 0;
    replace(said, page.total === 0 && !filtered
      ? ["Nothing here yet. ", h("a", { href: "#/ears" }, "Add recordings")]
      : filtered ? [`${count(page.total, "series", "series")} found. `, h("button", { type: "button", class: "quiet small", onclick: clear }, "Clear the filters")] : count(page.total, "series", "series"));
    replace(pages, page.total > 0 && paging({ total: page.total, query, onmove: move, onsize: (limit) => ask({ limit, offset: "0" }) }));
    drawChosen();
  };
  const drawChosen = () => {
    const more = page.total > page.series.length && page.total <= 1000;
    replace(chosenBar,
      chosen.size > 0 && h("strong", {}, `${chosen.size} chosen`),
      chosen.size > 0 && h("button", { type: "button", class: "quiet small", onclick: unchoose }, "Choose none"),
      chosen.size > 0 && more && h("button", { type: "button", class: "quiet small", onclick: chooseAll }, `Choose all ${page.total} found`),
      chosen.size > 0 && h("button", { type: "button", class: "quiet small danger-text", onclick: forget }, "Delete"));
    exports.show(page.total);
  };
  const ask = (change) => {
    // What is empty is not asked for: an ear called "" is nobody's.
    query = Object.fromEntries(Object.entries({ ...query, ...change }).filter(([, value]) => value));
    keep(query);
    filters.show(query);
    return load();
  };
  const move = (offset) => ask({ offset: String(offset) });
  const clear = () => ask({ ...Object.fromEntries(Object.keys(filtersOf(query)).map((name) => [name, ""])), offset: "0" });
  const unchoose = () => {
    chosen.clear();
    draw();
  };
  const chooseAll = async () => {
    const before = new Set(chosen); // who is left out while the answer is on its way stays out
    try {
      const all = await api.get("/series", { ...asked(query), limit: 1000, offset: 0 });
      for (const { id } of all.series) if (!before.has(id)) chosen.add(id);
    } catch (error) {
      sayError(error);
    }
    draw();
  };
  const forget = async () => {
    const number = count(chosen.size, "series", "series");
    const consequence = "Their findings and all corrections of them are deleted, too. This cannot be undone.";
    if (!(await confirmed(`Delete ${number}?`, { consequence, yes: "Delete" }))) return;
    try {
      for (const id of [...chosen]) {
        await api.delete(`/series/${id}`);
        chosen.delete(id);
      }
      say(`${number} deleted.`);
    } catch (error) {
      sayError(error);
    }
    await load();
    box.focus();
  };

  const filters = filterRow(query, (name, value) => ask({ [name]: value, offset: "0" }));
  replace(root,
    h("div", { class: "table-head" }, h("h1", {}, "Table"), h("a", { href: "#/compare" }, "Compare readers")),
    filters.element, h("div", { class: "above" }, said, chosenBar, readingChoice(query.rater, (rater) => ask({ rater, offset: "0" })), columnChoice(draw)), box, pages, exports.element);
  await load();
  return () => asking.abort();
}
