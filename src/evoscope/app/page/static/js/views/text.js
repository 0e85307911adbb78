// Five answers for a message, or for each of several lines. No text is kept: not in the address,
// not in this browser, not on the server.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { say, sayError } from "../say.js";
import { save } from "../table/save.js";
import { answerCards } from "../text/answer.js";
import { batchCsv, batchTable } from "../text/batch.js";
import { EXAMPLES, LIMITS } from "../text/words.js";

const MOST = 100;
const MOST_HIGHLIGHTED = 10;

/**
 * @param {HTMLElement} root
 * @returns {() => void} to leave
 */
export function mount(root) {
  const gone = new AbortController();
  let model = null;
  let former = null; // a request that a later one makes useless
  let shown = null; // what was asked and answered
  const area = h("textarea", { id: "message", rows: 4, spellcheck: false, placeholder: "A message. Several lines: several messages.", "aria-describedby": "message-kept" });
  const lines = h("input", { type: "checkbox", id: "lines", checked: true });
  const highlight = h("input", { type: "checkbox", id: "highlight" });
  const button = h("button", {}, "Analyze");
  const result = h("div", { class: "result", "aria-live": "polite" });

  const textsOf = () => {
    const text = area.value;
    const each = lines.checked ? text.split(/\r?\n/).filter((line) => line.trim()) : [text];
    return each.length > 1 ? each : [text];
  };

  async function analyze() {
    former?.abort();
    const mine = (former = new AbortController());
    const signal = AbortSignal.any([mine.signal, gone.signal]);
    const texts = textsOf();
    const asked = { texts, highlight: highlight.checked };
    const most = asked.highlight ? MOST_HIGHLIGHTED : MOST;
    if (texts.length > most) {
      trouble(new Error(`Up to ${most} messages${asked.highlight ? " with highlights" : ""} at once. Found ${texts.length}.`));
      return;
    }
    replace(result, h("p", { class: "quiet-text", role: "status" }, model ? "Reading…" : "Reading… The first time the model is opened, which takes some seconds."));
    try {
      model ??= await api.get("/text/model", {}, { signal });
      const found = texts.length > 1
        ? (await api.post("/text/analyze/batch", asked, { signal })).results
        : [await api.post("/text/analyze", { text: texts[0], highlight: asked.highlight }, { signal })];
      shown = { ...asked, found };
      texts.length > 1 ? many() : one(0);
    } catch (error) {
      if (!signal.aborted) trouble(error);
    }
  }

  function one(i) {
    const { texts, found, highlight: marked } = shown;
    replace(result,
      texts.length > 1 && h("div", { class: "actions" }, h("button", { type: "button", class: "quiet", onclick: many }, "‹ All messages"), h("span", { class: "quiet-text" }, `Message ${i + 1} of ${texts.length}`)),
      texts.length > 1 && h("blockquote", {}, texts[i]),
      answerCards(found[i], model, { text: texts[i], highlight: marked }),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: () => copy(found[i]) }, "Copy as JSON"),
        h("button", { type: "button", class: "quiet", onclick: (event) => perspective(event.target, texts[i]) }, "Show as Perspective")));
  }

  function many() {
    const { texts, found } = shown;
    replace(result,
      batchTable(texts, found, model, one),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: () => copy({ results: found }) }, "Copy as JSON"),
        h("button", { type: "button", class: "quiet", onclick: () => save(new Blob([batchCsv(found)], { type: "text/csv" }), "texts.csv") }, "Save as CSV (without the messages)")));
  }

  async function perspective(near, text) {
    try {
      const view = await api.post("/text/perspective", { text }, { signal: gone.signal });
      near.closest(".actions").after(h("section", { class: "card perspective" },
        h("h2", {}, "In the layout of the Perspective API"),
        h("p", { class: "hint" }, "Null where no head answers. The scores are not Google's: choose thresholds again."),
        h("pre", {}, JSON.stringify(view, null, 2)),
        h("button", { type: "button", class: "quiet", onclick: () => copy(view) }, "Copy this JSON")));
      near.disabled = true;
    } catch (error) {
      if (!gone.signal.aborted) sayError(error);
    }
  }

  function trouble(error) {
    const missing = error.status === 503;
    replace(result, h("div", { class: "card", role: "alert" },
      h("p", { class: missing ? "warning" : "error" }, missing ? "Messages cannot be read on this server yet." : error.message),
      missing && h("p", {}, error.message),
      error.hint && h("p", { class: "hint" }, error.hint)));
  }

  root.append(
    h("h1", {}, "Read a message"),
    h("div", { class: "reading" },
      h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); analyze(); } },
        h("label", { for: "message" }, "Message"),
        area,
        h("p", { class: "hint", id: "message-kept" }, "Nothing of it is kept, logged, or sent beyond this server."),
        h("div", { class: "actions" }, button,
          h("label", { class: "check" }, lines, " Each line is a message"),
          h("label", { class: "check" }, highlight, " Highlight what scores depend on (slower)"))),
      h("div", { class: "outcome" }, result,
        h("details", { class: "limits" }, h("summary", {}, "What it cannot do"), h("ul", {}, LIMITS.map((text) => h("li", {}, text))))),
      h("section", { class: "examples" }, h("h2", {}, "Examples"),
        h("div", { class: "actions" },
          EXAMPLES.map((text) => h("button", { type: "button", class: "quiet", onclick: () => { area.value = text; analyze(); } }, text)),
          h("button", { type: "button", class: "quiet", onclick: () => { area.value = EXAMPLES.join("\n"); lines.checked = true; analyze(); } }, "All of them, as a table")))));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) analyze();
  });
  return () => gone.abort();
}

async function copy(value) {
  try {
    await navigator.clipboard.writeText(JSON.stringify(value, null, 2));
    say("Copied.");
  } catch {
    sayError(new Error("The browser does not let the page copy."));
  }
}
