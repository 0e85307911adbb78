// An ear with known truth: move a slider, see the response change. Nothing here is of a person.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { Waterfall } from "../plot/waterfall.js";
import { plain } from "../plot/scale.js";
import { controls } from "../simulate/controls.js";
import { exercise, unknownEar } from "../simulate/exercise.js";
import { live } from "../simulate/live.js";
import { fromAddress, levelsOf, requestOf, toAddress } from "../simulate/parameters.js";
import { asPicture, latencyChart, waterfallOf } from "../simulate/picture.js";
import { comparison, scoreWords, table, thresholdWords } from "../simulate/reading.js";
import { say, sayError } from "../say.js";

const NV = 1000;

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address
 * @returns {() => void} to leave
 */
export function mount(root, parameters) {
  const state = fromAddress(parameters);
  let made = null; // the latest answer, and what it answers
  let exact = false; // whether it is of the state as it stands
  let secret = false; // an exercise: threshold and loss are not shown

  const waterfall = new Waterfall({ label: "Waterfall of the simulated ear: levels from loud to soft. The same in numbers is in the table below." });
  asPicture(waterfall);
  const told = h("p", { class: "told", role: "status" }, "Simulating…");
  const picture = h("div", { class: "card picture empty" }, waterfall.element);
  const problem = h("p", { class: "error", role: "alert", hidden: true });
  const beside = h("div", { class: "beside" });
  const panel = controls(state, changed);
  const asking = live(
    (question, signal) => api.post("/simulate", question, { signal }),
    {
      answered(answer, question, latest) {
        made = answer;
        exact = latest;
        problem.hidden = true;
        draw();
        // First the picture, at once; then what reading it says.
        if (latest && state.reads && !secret && !question.analyzer) asking.put(requestOf(state, "default"));
      },
      failed(error) {
        problem.hidden = false;
        problem.textContent = [error.message, error.hint].filter(Boolean).join(" ");
      },
    },
  );

  function changed(name) {
    if (name === "species") panel.refresh();
    history.replaceState(null, "", toAddress(state, { secret }));
    if ((name === "truth" || name === "clean") && made) {
      draw();
      return;
    }
    if (name === "reads" && !state.reads && made) {
      made.findings = null;
      draw();
      return;
    }
    exact = false;
    root.dataset.state = "moving";
    asking.put(requestOf(state));
  }

  function draw() {
    const reading = state.reads && !secret && !made.findings;
    picture.classList.remove("empty");
    waterfall.show(waterfallOf(made, { ...state, hidden: secret }));
    const rows = comparison(made);
    const residual = (NV * state.noise) / Math.sqrt(state.sweeps);
    replace(told, h("span", { class: "noise" }, `Noise left in an average: ${plain(residual, 0)} nV (${plain(state.noise, 1)} µV / √${Math.round(state.sweeps).toLocaleString("en")}). `),
      !secret && state.truth && thresholdWords(made),
      reading && h("span", { class: "quiet-text" }, " The analysis reads…"));
    replace(beside,
      !secret && made.findings && h("p", {}, scoreWords(rows)),
      !secret && latencyChart(made, state),
      !secret && (state.truth || made.findings) && h("details", {}, h("summary", {}, "Waves as a table"), h("div", { class: "scroll" }, table(rows))));
    root.dataset.state = exact && !reading ? "settled" : "moving";
  }

  const practice = exercise({
    begin() {
      secret = true;
      Object.assign(state, unknownEar(state));
      panel.refresh();
      panel.hide(true);
      made = null;
      changed("exercise");
    },
    end() {
      // The ear stays to be looked at, its truth beside it; sliders show what it was.
      secret = false;
      state.truth = true;
      panel.hide(false);
      panel.refresh();
      if (made) draw();
      changed("exercise"); // in the address now, and read where that is asked for
    },
    levels: () => levelsOf(state),
    truth: () => (exact ? made : null),
    step: () => Number(state.spacing),
  });

  root.append(
    h("div", { class: "heading" },
      h("h1", {}, "Simulate an ear"),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: copyAddress }, "Copy the address"),
        h("a", { class: "button quiet", href: "#/simulate" }, "Start over"))),
    h("p", { class: "quiet-text" }, "A model of published means, with stationary noise: for learning to read, not for diagnosis. Filled marks are true; hollow marks are what the analysis finds, and it shares its norms with the simulator, which flatters it."),
    h("div", { class: "bench" },
      panel.element,
      h("div", { class: "stage" },
        problem,
        picture, told, practice, beside)));
  asking.put(requestOf(state));

  return () => {
    asking.leave();
    waterfall.leave();
  };
}

async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("The address is copied: whoever opens it on this server sees the same ear.");
  } catch {
    sayError(new Error("The browser does not let the page copy. The address is in its bar."));
  }
}
