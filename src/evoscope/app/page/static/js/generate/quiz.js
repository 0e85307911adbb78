// "Real or synthetic?": one recording at a time, judged blind. The server holds what is so and
// says it with the answer; before, nothing that this page has been given tells.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { lossWord } from "../ears/words.js";
import { lineChart } from "../plot/axes.js";
import { plain } from "../plot/scale.js";
import { rater } from "../rater.js";
import { save } from "../table/save.js";
import { scoreCard } from "./score.js";
import { answersCsv } from "./tables.js";

const WORDS = {
  recorded: { question: "Real or synthetic?", real: "Real", synthetic: "Synthetic" },
  simulated: { question: "Simulated or generated?", real: "Simulated", synthetic: "Generated" },
};
const [WIDEST, NARROWEST, CARD] = [760, 300, 34]; // px; what a card takes of the width
const KEYS = { r: "real", s: "synthetic" };

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address: `quiz`, one that was begun
 * @returns {() => void} to leave
 */
export function quiz(root, parameters) {
  let now = null; // the quiz as the server shows it
  let told = null; // the answer that is being looked at
  let busy = false;
  const stage = h("div", { class: "quiz" });
  root.append(stage);

  const fail = (error) => {
    if (error.status === 404 && now === null) return start("That quiz is over: the server was restarted since.");
    stage.querySelector(".problem")?.remove();
    stage.append(h("p", { class: "error problem", role: "alert" }, error.message, error.hint && h("span", { class: "hint" }, ` ${error.hint}`)));
  };
  const once = async (work) => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } catch (error) {
      fail(error);
    } finally {
      busy = false;
    }
  };

  function start(note = null) {
    now = told = null;
    history.replaceState(null, "", "#/generate?mode=quiz");
    const number = h("input", { name: "n", type: "number", min: "4", max: "60", step: "1", required: true, value: "20" });
    const model = h("select", { name: "model" }, h("option", { value: "diffusion" }, "diffusion"), h("option", { value: "cvae" }, "autoencoder (cvae)"));
    replace(stage,
      note && h("p", { class: "warning" }, note),
      h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); once(() => begin(Number(number.value), model.value)); } },
        h("h2", {}, "Can you tell them apart?"),
        h("p", {}, "You see one recording after the other. Some are real, some were drawn by the model; a coin decided which. Say what each is: you are told at once, and scored at the end."),
        h("ul", {},
          h("li", {}, "Real ones come from this server's store: human ears, clicks (not in dB SPL), levels with a response, two halves. Where too few fit, simulated ears stand in, and the question says so."),
          h("li", {}, "Each drawn one takes the place of a real one: its level, class and threshold, and the noise of its recording."),
          h("li", {}, "All are shown alike: 1 to 10 ms on one grid of 15 kHz, 100 to 1500 Hz, one axis.")),
        h("div", { class: "fields" }, h("label", {}, h("span", {}, "Recordings"), number), h("label", {}, h("span", {}, "Model"), model)),
        h("div", { class: "actions" }, h("button", {}, "Begin"))));
  }

  async function begin(n, model) {
    now = await api.post("/quizzes", { n, model });
    history.replaceState(null, "", `#/generate?mode=quiz&quiz=${now.id}`);
    ask();
  }

  function ask() {
    told = null;
    const { item } = now;
    if (!item) return finish();
    const words = WORDS[now.real];
    replace(stage,
      head(words.question),
      h("div", { class: "card" }, picture(item)),
      h("div", { class: "actions answers" },
        h("button", { type: "button", onclick: () => say("real"), "aria-keyshortcuts": "R" }, words.real, h("kbd", {}, "R")),
        h("button", { type: "button", onclick: () => say("synthetic"), "aria-keyshortcuts": "S" }, words.synthetic, h("kbd", {}, "S"))));
    stage.querySelector(".answers button").focus({ preventScroll: true });
  }

  const say = (said) => once(async () => {
    const { item } = now;
    now = await api.post(`/quizzes/${now.id}/answers`, { number: item.number, said });
    told = now.answered.at(-1);
    const words = WORDS[now.real];
    const last = now.item === null;
    replace(stage.querySelector(".answers"),
      h("p", { class: told.right ? "verdict good" : "verdict error", role: "status" },
        `${told.right ? "Right" : "Wrong"}: ${words[told.kind].toLowerCase()}${told.loss_class ? `, ${lossWord(told.loss_class)}` : ""}. ${now.score.right} of ${now.score.n} right.`),
      h("button", { type: "button", onclick: next, "aria-keyshortcuts": "N" }, last ? "See the score" : "Next", h("kbd", {}, "N")));
    stage.querySelector(".answers button").focus({ preventScroll: true });
  });

  const next = () => { if (told) ask(); };

  function finish() {
    told = null;
    replace(stage,
      head(WORDS[now.real].question),
      scoreCard(now, WORDS[now.real]),
      h("div", { class: "actions" },
        h("button", { type: "button", onclick: () => start() }, "Another quiz"),
        h("button", { type: "button", class: "quiet", onclick: () => save(new Blob([answersCsv(now, rater.name)], { type: "text/csv" }), `quiz-${now.id.slice(0, 8)}.csv`) }, "Save the answers as CSV")));
  }

  function head(question) {
    const { item, of, asked, real, simulated } = now;
    return h("header", {},
      h("h2", {}, question),
      item && h("p", { class: "quiet-text" }, `Recording ${item.number} of ${of}, ${plain(item.level_db, 1)} dB.`),
      item && h("progress", { max: String(of), value: item.number - 1, "aria-label": "Recordings answered" }),
      real === "simulated" && h("p", { class: "warning" }, "This server's store has too few recordings that fit: simulated ears stand in for real ones."),
      of < asked && h("p", { class: "quiet-text" }, `${asked} were asked for: of this server's store, ${of} recordings fit.`),
      simulated && h("p", { class: "quiet-text" }, "The model learned from simulated ears alone."));
  }

  function picture({ values_uv, level_db }) {
    const { start_ms, step_ms, axis_uv } = now;
    return lineChart({
      title: `A recording at ${plain(level_db, 1)} dB`,
      x: { label: "Time after stimulus onset (ms)", range: [1, 10] },
      y: { label: "Amplitude (µV)", range: [-axis_uv, axis_uv] },
      series: [{ colour: "trace", points: values_uv.map((y, i) => ({ x: start_ms + step_ms * i, y })) }],
      // Letters of a chart shrink with it: a narrow one is drawn for its width.
      width: Math.min(WIDEST, Math.max(NARROWEST, stage.clientWidth - CARD)),
      height: stage.clientWidth < 500 ? 260 : 340,
    });
  }

  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("input, select, textarea, dialog")) return;
    const key = event.key.toLowerCase();
    if (key === "n" && told) next();
    else if (KEYS[key] && now?.item && !told) say(KEYS[key]);
  };
  document.addEventListener("keydown", pressed);

  if (parameters.quiz && /^[0-9a-f]{32}$/.test(parameters.quiz)) {
    once(async () => {
      now = await api.get(`/quizzes/${parameters.quiz}`);
      ask();
    });
  } else start();
  return () => document.removeEventListener("keydown", pressed);
}
