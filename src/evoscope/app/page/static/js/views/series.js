// One series: the waterfall, its picks and answers, what people marked, charts, settings, exports.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { sayError } from "../say.js";
import { answers } from "../series/answers.js";
import { charts } from "../series/charts.js";
import { Desk } from "../series/desk.js";
import { exports } from "../series/exports.js";
import { head } from "../series/head.js";
import { intervals } from "../series/intervals.js";
import { keys } from "../series/keys.js";
import { marksList } from "../series/marks_list.js";
import { picksTable } from "../series/picks_table.js";
import { quality, warnings } from "../series/quality.js";
import { settings } from "../series/settings.js";
import { stage } from "../series/stage.js";

const LIST = ["upload", "subject", "ear", "stimulus", "status", "loss_type", "corrected", "text", "sort", "order"];

let byKeys = false; // whoever goes on by keys goes on with keys: the next waterfall has the focus

/**
 * Show a series. The address may hold the filter and order of the list that it was reached from:
 * `#/series/<id>?upload=…&sort=name`; previous and next follow it, else its upload. `shown` and
 * `beside` name readers: `machine` or a rater.
 * @param {HTMLElement} root
 * @param {{ id: string, version?: string } & Record<string, string>} parameters
 * @returns {Promise<() => void>}
 */
export async function mount(root, parameters) {
  let one;
  try {
    one = await api.get(`/series/${parameters.id}`, { version: parameters.version });
  } catch (error) {
    sayError(error);
    replace(root, h("h1", {}, "No such series"), h("p", {}, error.message), h("p", {}, h("a", { href: "#/ears" }, "All ears")));
    return () => {};
  }
  document.title = `Evoscope: ${one.findings.info.name}`;
  const list = listOf(one, parameters);
  let neighbours = [];
  const goTo = (by) => () => {
    const to = neighbours[neighbours.indexOf(one.summary.id) + by];
    if (!to || !neighbours.includes(one.summary.id)) return;
    byKeys = document.activeElement === picture.waterfall.canvas;
    location.hash = `#/series/${to}?${new URLSearchParams(list)}`;
  };
  const go = { next: goTo(1), previous: goTo(-1), back: parameters.upload ? `#/ears?upload=${parameters.upload}` : "#/ears" };
  let parts = [];
  const desk = new Desk(one, { onchange: () => parts.forEach((part) => part.update()), onrefused: sayError });
  if (desk.readers.includes(parameters.shown)) desk.shown = parameters.shown;
  if (desk.readers.includes(parameters.beside)) desk.beside = parameters.beside;
  const top = head(desk, go);
  const picture = stage(desk);
  const show = async (version) => {
    desk.take(await api.get(`/series/${one.summary.id}`, { version }));
    parts.forEach((part) => part.redraw());
  };
  const [warned, said, table, marked] = [warnings(desk), answers(desk), picksTable(desk), marksList(desk)];
  const [drawn, differences, checked] = [charts(desk), intervals(desk), quality(desk)];
  const [analysis, files] = [settings(desk, show), exports(desk, picture.waterfall)];
  parts = [top, warned, picture, said, table, marked, drawn, differences, checked, analysis, files];
  replace(root,
    top.nodes, warned.node,
    h("div", { class: "desk" },
      h("div", { class: "column" }, picture.node),
      h("div", { class: "column" }, said.node, table.node, marked.node),
      h("div", { class: "column" }, differences.node)),
    h("div", { class: "below" }, drawn.nodes, analysis.node, files.node),
    checked.node);
  keys(desk, picture, go);
  picture.redraw();
  if (byKeys) picture.waterfall.canvas.focus();
  byKeys = false;

  const raterChanged = () => {
    desk.asRater();
    desk.onchange();
  };
  document.addEventListener("raterchange", raterChanged);
  api.get(`/series/${one.summary.id}/norms`).then(({ latency }) => { desk.norms = latency; desk.onchange(); }, () => {});
  api.get("/series", { ...list, limit: 1000 }).then(({ series }) => {
    neighbours = series.map(({ id }) => id);
    top.place(neighbours.indexOf(one.summary.id), neighbours.length);
  }, () => {});

  return () => {
    document.removeEventListener("raterchange", raterChanged);
    desk.leave();
    picture.waterfall.leave();
  };
}

function listOf(one, parameters) {
  const given = Object.fromEntries(LIST.filter((name) => parameters[name]).map((name) => [name, parameters[name]]));
  return Object.keys(given).length ? given : { upload: one.summary.upload, sort: "name", order: "up" };
}
