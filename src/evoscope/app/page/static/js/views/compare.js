// Two readers of the same ears, people or the machine: where they differ, and by how much.
import { api } from "../api.js";
import { agreement, COLUMNS as FIGURES, figures } from "../compare/agreement.js";
import { csv } from "../compare/csv.js";
import { plots } from "../compare/plots.js";
import { cells, COLUMNS, rowsOf } from "../compare/rows.js";
import { h, replace } from "../dom.js";
import { count, decibels, moment } from "../ears/words.js";
import { rater } from "../rater.js";
import { sayError } from "../say.js";
import { decibel } from "../series/words.js";
import { save } from "../table/save.js";

const MACHINE = "machine";
const ROWS = 500; // drawn; the CSV holds them all
const SORTS = {
  size: ["largest difference first", (x, y) => y.size - x.size || place(x, y)],
  series: ["by series", (x, y) => place(x, y)],
  what: ["by what is read", (x, y) => x.what.localeCompare(y.what) || place(x, y)],
};

/**
 * Show the view.
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters `a`, `b`: readers; `upload`, `series`: of what
 * @returns {Promise<() => void>}
 */
export async function mount(root, parameters) {
  const body = h("div", {});
  const said = h("p", { class: "said", role: "status", "aria-live": "polite" });
  replace(root, h("h1", {}, "Compare readers"));
  let raters, uploads, rows;
  try {
    [raters, uploads, rows] = await Promise.all([api.get("/raters"), api.get("/uploads"), api.get("/series", { limit: 1000 })]);
  } catch (error) {
    sayError(error);
    return () => {};
  }
  if (raters.length === 0) {
    root.append(h("p", { class: "card" }, "Nobody has corrected anything yet. Open an ear, enter your name at the top, and move what the machine got wrong: then the two can be compared. ", h("a", { href: "#/ears" }, "To the ears")));
    return () => {};
  }
  const names = new Map(rows.series.map(({ id, name }) => [id, name]));
  const own = raters.includes(rater.name) ? rater.name : raters[0];
  // An address may name who has taken everything back meanwhile.
  const known = (name, otherwise) => (name === MACHINE || raters.includes(name) ? name : otherwise);
  const reader = (label, chosen) => h("select", { "aria-label": label, onchange: load },
    [MACHINE, ...raters].map((name) => h("option", { value: name, selected: name === chosen }, name === MACHINE ? "the machine" : name)));
  const a = reader("First reader", known(parameters.a, parameters.b === MACHINE ? own : MACHINE));
  const b = reader("Second reader", known(parameters.b, own));
  const scope = h("select", { "aria-label": "Of which series", onchange: load },
    h("option", { value: "" }, "all that somebody corrected"),
    parameters.series && h("option", { value: "series", selected: true }, names.get(parameters.series) ?? "one series"),
    uploads.filter(({ series }) => series.length).map(({ id, created_at }) => h("option", { value: id, selected: id === parameters.upload }, `the upload of ${moment(created_at)}`)));
  root.append(
    h("div", { class: "actions readers" }, a, h("span", {}, "and"), b, h("span", {}, "on"), scope,
      h("button", { type: "button", class: "quiet", onclick: swap }, "Swap")),
    said, body);

  let shown = 0;
  async function load() {
    const mine = ++shown;
    const of = scope.value === "series" ? { series: parameters.series } : { upload: scope.value || null };
    history.replaceState(null, "", `#/compare?${new URLSearchParams({ a: a.value, b: b.value, ...Object.fromEntries(Object.entries(of).filter(([, value]) => value)) })}`);
    try {
      const comparison = await api.get("/compare", { a: a.value, b: b.value, ...of });
      if (mine === shown) draw(comparison);
    } catch (error) {
      sayError(error);
    }
  }
  function swap() {
    [a.value, b.value] = [b.value, a.value];
    load();
  }
  function draw(comparison) {
    const all = rowsOf(comparison, names);
    const differing = all.filter(({ size }) => size > 0).length;
    said.textContent = `${count(comparison.series.length, "series", "series")}: ${count(all.length, "answer")}, ${differing} differ.`;
    replace(body,
      h("div", { class: "heading" }, h("h2", {}, "Agreement"), saved("Save the numbers (CSV)", `agreement-${comparison.a}-${comparison.b}.csv`, () => csv(FIGURES, figures(comparison)))),
      agreement(comparison), plotsOf(comparison), differences(comparison, all));
  }
  function plotsOf(comparison) {
    const place = h("div", {});
    const wave = h("select", { "aria-label": "Wave", onchange: () => replace(place, plots(comparison, names, wave.value)) },
      ["all", "I", "II", "III", "IV", "V"].map((name) => h("option", { value: name, selected: name === "V" }, name === "all" ? "all waves" : `wave ${name}`)));
    replace(place, plots(comparison, names, wave.value));
    return h("section", {}, h("div", { class: "heading" }, h("h2", {}, "Differences against means"), wave), place);
  }
  await load();
  return () => { shown += 1; };
}

/** Every answer as a row that leads to its series. */
function differences(comparison, all) {
  const only = h("input", { type: "checkbox", checked: all.some(({ size }) => size > 0), onchange: show });
  const sort = h("select", { "aria-label": "Order", onchange: show }, Object.entries(SORTS).map(([key, [label]]) => h("option", { value: key }, label)));
  const box = h("div", { class: "scroll card", tabindex: "0", role: "region", "aria-label": "Answers" });
  const rows = () => all.filter(({ size }) => !only.checked || size > 0).sort(SORTS[sort.value][1]);
  function show() {
    const now = rows();
    replace(box, now.length === 0 ? h("p", { class: "none" }, "They say the same.") : h("table", {},
      h("thead", {}, h("tr", {}, ["Series", "What", "Level", comparison.a, comparison.b, "Difference"].map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, now.slice(0, ROWS).map((row) => h("tr", {},
        h("th", { scope: "row" }, h("a", { href: `#/series/${row.series}?${new URLSearchParams({ shown: comparison.b, beside: comparison.a })}` }, row.name)),
        h("td", {}, row.what), h("td", {}, row.level_db == null ? "" : `${decibels(row.level_db)} ${decibel(row.level_reference)}`),
        h("td", {}, row.a), h("td", {}, row.b), h("td", { class: row.size > 0 && "differs" }, row.difference))))),
      now.length > ROWS && h("p", { class: "none hint" }, `and ${now.length - ROWS} more: the CSV holds them all`));
  }
  show();
  return h("section", {},
    h("div", { class: "heading" }, h("h2", {}, "Answers"), h("label", { class: "check" }, only, "only where they differ"), sort,
      saved("Save these rows (CSV)", `comparison-${comparison.a}-${comparison.b}.csv`, () => csv(COLUMNS, rows().map(cells)))),
    box);
}

function saved(label, name, text) {
  const file = name.replace(/[^\p{L}\p{N}.-]+/gu, "_");
  return h("button", { type: "button", class: "quiet small", onclick: () => save(new Blob([text()], { type: "text/csv" }), file) }, label);
}

function place(x, y) {
  return x.name.localeCompare(y.name, "en", { numeric: true }) || (y.level_db ?? Infinity) - (x.level_db ?? Infinity) || x.what.localeCompare(y.what);
}
