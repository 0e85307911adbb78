// Drawing synthetic ears: the form, the work as it goes on, what came of it.
import { api, ApiError, follow } from "../api.js";
import { h, replace } from "../dom.js";
import { save } from "../table/save.js";
import { drawForm } from "./form.js";
import { pictures } from "./pictures.js";
import { recordingsCsv } from "./tables.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address
 * @returns {() => void} to leave
 */
export function drawing(root, parameters) {
  let job = null;
  let shown = null;
  let left = false;
  const status = h("div", { class: "status", role: "status" });
  const result = h("div", { class: "result" });
  const form = drawForm(parameters, draw);

  async function draw(request, values) {
    form.busy(true);
    history.replaceState(null, "", addressOf(values));
    const bar = h("progress", { max: String(request.n), "aria-label": "Ears drawn" });
    let isCalledOff = false; // perhaps before the server has said which job it is
    const callOff = () => {
      isCalledOff = true;
      if (job) api.delete(`/jobs/${job.id}`).catch(() => {}); // the end of the job says what came of it
    };
    const cancel = h("button", { type: "button", class: "quiet", onclick: callOff }, "Cancel");
    const wasInside = empty.contains(document.activeElement);
    empty.hidden = true;
    replace(status, h("p", {}, "Drawing…"), bar, cancel);
    if (wasInside) cancel.focus(); // its button is gone
    try {
      job = await api.post("/generate", request, { parameters: { wait: false } });
      if (isCalledOff || left) callOff();
      const ended = await follow(job, ({ done }) => { if (done) bar.value = done; });
      if (left) return;
      replace(status);
      if (ended.state === "cancelled") replace(status, h("p", {}, "Called off."));
      else if (ended.problem) throw new ApiError(ended.problem.status, ended.problem.error, ended.problem.hint);
      else show(ended.result);
    } catch (error) {
      if (!left) replace(status, h("p", { class: "error", role: "alert" }, error.message, error.hint && h("span", { class: "hint" }, ` ${error.hint}`)));
    } finally {
      job = null;
      empty.hidden = false; // once something is shown, it is no longer on the page
      form.busy(false);
    }
  }

  function show(made) {
    shown?.leave();
    shown = pictures(made.recordings);
    const name = `synthetic-${made.model}`;
    replace(result,
      h("div", { class: "synthetic-note" },
        h("p", {}, h("strong", {}, "Synthetic: nobody has measured these. "),
          made.simulated ? "The model learned from simulated ears alone: it draws the simulator's ears." : "The model learned from recordings of real ears."),
        h("p", { class: "quiet-text" }, `Model ${made.model}, ${made.model_sha256.slice(0, 12)}.`)),
      made.warnings.map((text) => h("p", { class: "warning" }, text)),
      shown.element,
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: () => save(new Blob([JSON.stringify(made)], { type: "application/json" }), `${name}.json`) }, "Save as JSON"),
        h("button", { type: "button", class: "quiet", onclick: () => save(new Blob([recordingsCsv(made)], { type: "text/csv" }), `${name}.csv`) }, "Save as CSV")));
  }

  const empty = nothingYet(form.element);
  replace(result, empty);
  root.append(h("div", { class: "drawing" }, form.element, h("div", { class: "outcome" }, status, result)));
  return () => {
    left = true;
    shown?.leave();
    if (job) api.delete(`/jobs/${job.id}`).catch(() => {}); // nobody waits for it any more
  };
}

/** What will be here, and a way to it that needs no reading of the form. */
function nothingYet(form) {
  return h("section", { class: "card nothing-yet", "aria-label": "Nothing drawn yet" },
    h("h2", {}, "Nothing drawn yet"),
    h("p", {}, "Here will be recordings that nobody made, drawn by a model under the conditions of the form: each ear as a waterfall over its levels, or all ears at one level, with their waves marked. They can be saved as JSON or CSV; the server keeps none of them."),
    h("div", { class: "actions" }, h("button", { type: "button", onclick: () => form.requestSubmit() }, "Draw ears with these conditions")));
}

function addressOf(values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined)).toString();
  return `#/generate?${query}`;
}
