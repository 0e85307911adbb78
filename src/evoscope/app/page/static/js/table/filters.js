// The filters over the table; the server does the finding.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { EARS, LOSS_TYPES, moment, STATUSES } from "../ears/words.js";

const TYPING_MS = 250;

/**
 * The row of filters.
 * @param {Record<string, string>} query as it is now
 * @param {(name: string, value: string) => void} onchange
 * @returns {{element: HTMLElement, show: (query: Record<string, string>) => void}}
 */
export function filterRow(query, onchange) {
  let typing = 0;
  const text = h("input", {
    type: "search", placeholder: "name, subject, stimulus", maxlength: "200",
    oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(() => onchange("text", text.value.trim()), TYPING_MS);
    },
  });
  const select = (name, choices) => {
    const node = h("select", { name, onchange: () => onchange(name, node.value) }, optionsOf(choices));
    return node;
  };
  const fields = {
    text,
    subject: select("subject", {}),
    ear: select("ear", EARS),
    stimulus: select("stimulus", {}),
    status: select("status", STATUSES),
    loss_type: select("loss_type", LOSS_TYPES),
    corrected: select("corrected", { true: "Corrected", false: "Not corrected" }),
    upload: select("upload", {}),
  };
  const labels = { text: "Search", subject: "Subject", ear: "Ear", stimulus: "Stimulus", status: "Threshold", loss_type: "Type", corrected: "Corrections", upload: "Upload" };
  const element = h("div", { class: "filters", role: "search", "aria-label": "Series" },
    Object.entries(labels).map(([name, label]) => h("label", {}, h("span", {}, label), fields[name])));
  let shown = query;
  const show = (now) => {
    shown = now;
    for (const [name, field] of Object.entries(fields)) set(field, now[name] ?? "");
  };
  show(query);
  learn(fields).then(() => show(shown)); // somebody may have chosen meanwhile
  return { element, show };
}

/** Fill the filters whose values are only known from what is stored. */
async function learn(fields) {
  const [page, uploads] = await Promise.all([
    api.get("/series", { limit: 1000, sort: "subject", order: "up" }),
    api.get("/uploads", { limit: 100 }),
  ]).catch(() => [{ series: [] }, []]); // the table itself says what is wrong
  for (const name of ["subject", "stimulus"]) {
    const values = [...new Set(page.series.map((row) => row[name]))].filter(Boolean);
    values.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    replace(fields[name], optionsOf(Object.fromEntries(values.map((value) => [value, value]))));
  }
  const full = uploads.filter(({ series }) => series.length);
  replace(fields.upload, optionsOf(Object.fromEntries(full.map(({ id, created_at }) => [id, moment(created_at)]))));
}

function optionsOf(choices) {
  const named = Object.entries(choices).map(([value, label]) => h("option", { value }, label));
  return [h("option", { value: "" }, "any"), ...named];
}

/** Show a value, one that a select does not offer too: it is what the address asks for. */
function set(field, value) {
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) {
    field.append(h("option", { value }, value));
  }
  if (field !== document.activeElement || field.tagName === "SELECT") field.value = value;
}
