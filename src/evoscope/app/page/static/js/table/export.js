// What leaves the table: the chosen series, or all that were found, as files, as a report, as a cohort.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { sayError } from "../say.js";
import { filtersOf } from "./query.js";
import { openReport } from "./report.js";
import { fetched, save } from "./save.js";

const MOST_NAMED = 100; // series that one request may name
const MOST = 1000;
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
  const reader = h("select", { "aria-label": "Whose reading" });
  const accept = h("input", { type: "checkbox" });
  const accepting = h("label", { class: "check", hidden: true }, accept, "what was left as it was counts as agreed");
  const what = h("span", { class: "what" });
  const note = h("p", { class: "hint", role: "status" });
  const buttons = {
    download: h("button", { type: "button", onclick: () => busy(download) }, "Download"),
    open: h("button", { type: "button", class: "quiet", onclick: () => busy(() => openReport(parameters, { print: false })) }, "Open the report"),
    print: h("button", { type: "button", class: "quiet", onclick: () => busy(() => openReport(parameters, { print: true })) }, "Print or save as PDF"),
  };
  let found = 0;
  const element = h("section", { class: "exports card", "aria-label": "Export" },
    h("div", { class: "actions" }, h("strong", {}, "Export"), what, file, reader, accepting, Object.values(buttons)), note);

  const show = (total) => {
    found = total;
    const offered = Object.entries(FILES).filter(([name]) => query().upload || !OF_UPLOADS.includes(name));
    const before = file.value;
    replace(file, offered.map(([value, label]) => h("option", { value }, label)));
    if (offered.some(([name]) => name === before)) file.value = before;
    accepting.hidden = file.value !== "cohort.zip";
    what.textContent = chosen.size ? `${chosen.size} chosen` : `all ${total} found`;
    for (const button of Object.values(buttons)) button.disabled = total + chosen.size === 0;
  };
  const parameters = async () => ({ ...(await scope(query(), chosen, found)), rater: reader.value || null });
  const download = async () => {
    const name = file.value;
    const asked = await parameters();
    if (name === "cohort.zip") {
      if (!asked.rater) throw { message: "A cohort is what a rater marked.", hint: "Choose whose reading it shall be." };
      asked.accept = accept.checked;
    }
    save(await fetched(`/export/${name}`, asked), name.split("/").at(-1));
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
  fillReaders(reader);
  return { element, show };
}

async function fillReaders(select) {
  replace(select, h("option", { value: "" }, "as analyzed"));
  const raters = await api.get("/raters").catch(() => []);
  select.append(...raters.map((name) => h("option", { value: name }, `as corrected by ${name}`)));
}

/** Which series, as the API takes it; in the order of the table where they can be named. */
async function scope(query, chosen, total) {
  const filters = filtersOf(query);
  const { upload } = filters;
  const wanted = chosen.size || total;
  const onlyUpload = Object.keys(filters).every((name) => name === "upload");
  if (!chosen.size && onlyUpload && total > MOST_NAMED) return { upload };
  if (wanted > MOST_NAMED) {
    throw { message: `One export should name at most ${MOST_NAMED} series. Found ${wanted}.`, hint: "Choose fewer, or filter by one upload alone." };
  }
  const page = await api.get("/series", { ...query, limit: MOST, offset: 0 });
  const ids = page.series.map(({ id }) => id);
  if (!chosen.size) return { series: ids, upload };
  const shown = ids.filter((id) => chosen.has(id));
  return { series: [...shown, ...[...chosen].filter((id) => !shown.includes(id))], upload };
}
