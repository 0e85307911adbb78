// What leaves the table: the chosen series, or all that were found, as files, as a report, as a cohort.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { sayError } from "../say.js";
import { asked, EVERYONE, filtersOf, MACHINE } from "./query.js";
import { readingWords } from "./reading.js";
import { openReport } from "./report.js";
import { fetched, save } from "./save.js";

const MOST = 1000; // series that one request lists
const FILES = {
  "tables/thresholds.csv": "Thresholds (CSV)",
  "tables/waves.csv": "Waves (CSV)",
  "tables/intervals.csv": "Intervals (CSV)",
  "tables/recordings.csv": "Recordings (CSV)",
  "tables/audiogram.csv": "Audiogram (CSV)",
  "tables/corrections.csv": "Corrections (CSV)",
  "tables/errors.csv": "What could not be read (CSV)",
  "tables/skipped.csv": "What was left out (CSV)",
  "findings.json": "Everything found (JSON)",
  "report.html": "Report (HTML)",
  "results.zip": "Everything (ZIP)",
  "cohort.zip": "Cohort to train on (ZIP)",
};
const OF_UPLOADS = ["tables/errors.csv", "tables/skipped.csv"];

/**
 * The row of exports.
 * @param {{query: () => Record<string, string>, chosen: Set<string>}} given
 * @returns {{element: HTMLElement, show: (total: number) => void}}
 */
export function exportRow({ query, chosen }) {
  const file = h("select", { "aria-label": "What to export", onchange: () => show(found) });
  const accept = h("input", { type: "checkbox" });
  const accepting = h("label", { class: "check", hidden: true }, accept, "what was left as it was counts as agreed");
  const what = h("span", { class: "what" });
  const note = h("p", { class: "hint", role: "status" });
  const buttons = {
    download: h("button", { type: "button", onclick: () => busy(download) }, "Download"),
    open: h("button", { type: "button", class: "quiet", onclick: () => busy(() => openReport(() => selection("report.html"), { print: false })) }, "Open the report"),
    print: h("button", { type: "button", class: "quiet", onclick: () => busy(() => openReport(() => selection("report.html"), { print: true })) }, "Print or save as PDF"),
  };
  let found = 0;
  const element = h("section", { class: "exports card", "aria-label": "Export" },
    h("div", { class: "actions" }, h("strong", {}, "Export"), what, file, accepting, Object.values(buttons)), note);

  const show = (total) => {
    found = total;
    const offered = Object.entries(FILES).filter(([name]) => query().upload || !OF_UPLOADS.includes(name));
    const before = file.value;
    replace(file, offered.map(([value, label]) => h("option", { value }, label)));
    if (offered.some(([name]) => name === before)) file.value = before;
    accepting.hidden = file.value !== "cohort.zip";
    what.textContent = `${chosen.size ? `${chosen.size} chosen` : `all ${total} found`}, ${readingWords(query().rater)}`;
    for (const button of Object.values(buttons)) button.disabled = total + chosen.size === 0;
  };
  const selection = async (name) => ({
    file: name,
    series: await named(query(), chosen),
    upload: filtersOf(query()).upload ?? null,
    rater: asked(query()).rater,
  });
  const download = async () => {
    const name = file.value;
    const wanted = await selection(name);
    if (name === "cohort.zip") {
      if ([EVERYONE, MACHINE].includes(query().rater)) throw { message: "A cohort is what a rater marked.", hint: "Choose a rater under “Whose reading”." };
      wanted.accept = accept.checked;
    }
    save(await fetched("/export", wanted), name.split("/").at(-1));
  };
  const busy = async (work) => {
    for (const button of Object.values(buttons)) button.disabled = true;
    note.textContent = "The file is being made.";
    try {
      await work();
    } catch (error) {
      sayError(error);
    }
    note.textContent = "";
    show(found);
  };
  return { element, show };
}

/** The series that are exported, all of them, in the order of the table. */
async function named(query, chosen) {
  const ids = [];
  for (let total = 1; ids.length < total;) {
    const page = await api.get("/series", { ...asked(query), limit: MOST, offset: ids.length });
    if (page.series.length === 0) break; // deleted meanwhile
    ids.push(...page.series.map(({ id }) => id));
    total = page.total;
  }
  if (!chosen.size) return ids;
  const others = new Set(chosen); // some may have been found by another search
  const shown = ids.filter((id) => others.delete(id));
  return [...shown, ...others];
}
