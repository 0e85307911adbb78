// What leaves the page: the report, tables, the document, and the picture as it is seen.
import { address } from "../api.js";
import { h, replace } from "../dom.js";
import { MACHINE } from "./desk.js";
import { corrects } from "./picks.js";

const FILES = [
  ["report.html", "Report"], ["results.zip", "Everything (zip)"], ["findings.json", "findings.json"],
  ["tables/waves.csv", "waves.csv"], ["tables/thresholds.csv", "thresholds.csv"], ["tables/intervals.csv", "intervals.csv"],
  ["tables/recordings.csv", "recordings.csv"], ["tables/corrections.csv", "corrections.csv"],
];

/**
 * @param {import("./desk.js").Desk} desk
 * @param {import("../plot/waterfall.js").Waterfall} waterfall
 */
export function exports(desk, waterfall) {
  const links = h("div", { class: "actions" });
  const note = h("p", { class: "hint" });
  const name = () => desk.findings.info.name;
  const picture = h("div", { class: "actions" },
    h("button", { type: "button", class: "quiet", onclick: async () => save(await waterfall.toPng(name()), `${fileName(name())}.png`) }, "Picture (PNG)"),
    h("button", { type: "button", class: "quiet", onclick: () => save(new Blob([waterfall.toSvg(name())], { type: "image/svg+xml" }), `${fileName(name())}.svg`) }, "Picture (SVG)"));
  const node = h("section", { class: "card no-print" }, h("h2", {}, "Export"), links, picture, note);

  function update() {
    const rater = desk.shown === MACHINE ? null : desk.shown;
    if (links.dataset.rater !== desk.shown) {
      replace(links, FILES.map(([path, label]) => h("a", { class: "button quiet", href: address(`/export/${path}`, { series: desk.one.summary.id, rater }), download: "" }, label)));
      links.dataset.rater = desk.shown;
    }
    const latest = Math.max(...desk.one.versions.map((one) => one.version));
    const corrected = rater && corrects(desk.reading);
    replace(note, `${corrected ? `As ${rater} corrected it` : "As the analysis has it"}${desk.one.version === latest ? "" : `, of the latest version (${latest})`}. To make a PDF, open the report and print it.`);
  }

  update();
  return { node, update, redraw: update };
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function fileName(name) {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");
}
