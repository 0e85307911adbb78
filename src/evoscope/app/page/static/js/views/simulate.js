// An ear with known truth: move a slider, see the response change. Nothing here is of a person.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { Waterfall } from "../plot/waterfall.js";
import { plain } from "../plot/scale.js";
import { controls } from "../simulate/controls.js";
import { exercise } from "../simulate/exercise.js";
import { live } from "../simulate/live.js";
import { fromAddress, levelsOf, recordedOf, requestOf, toAddress } from "../simulate/parameters.js";
import { asPicture, latencyChart, waterfallOf } from "../simulate/picture.js";
import { comparison, scoreWords, table, thresholdWords } from "../simulate/reading.js";
import { say, sayError } from "../say.js";

const NV = 1000;
const NARROW = "(max-width: 60rem)"; // as in simulate.css
const [SHARE, AROUND_PX, CLOSEST_PX] = [0.6, 96, 24]; // of the window for the picture there; its axis; between rows

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} parameters of the address
 * @returns {() => void} to leave
 */
export function mount(root, parameters) {
  const state = fromAddress(parameters);
  let made = null; // the latest answer, and what it answers
  let exact = false; // whether it is of the state as it stands
  let secret = null; // an exercise: { id }, of an ear that only the server knows

  const waterfall = new Waterfall({ label: "Waterfall of the simulated ear: levels from loud to soft. The same in numbers is in the table below." });
  asPicture(waterfall);
  const told = h("p", { class: "told", role: "status" }, "Simulating…");
  const picture = h("div", { class: "card picture empty" }, waterfall.element);
  const problem = h("p", { class: "error", role: "alert", hidden: true });
  const beside = h("div", { class: "beside" });
  const panel = controls(state, changed);
  const asking = live(
    ({ of, asked }, signal) => api.post(of ? sealed(of) : "/simulate", asked, { signal }),
    {
      answered(answer, { of, asked }, latest) {
        if (of !== secret) return; // an exercise was begun or left meanwhile
        if (of) of.id = answer.id;
        made = answer;
        exact = latest;
        problem.hidden = true;
        draw();
        // First the picture, at once; then what reading it says.
        if (latest && state.reads && !secret && !asked.analyzer) asking.put({ of: null, asked: requestOf(state, "default") });
      },
      failed(error) {
        problem.hidden = false;
        problem.textContent = [error.message, error.hint].filter(Boolean).join(" ");
      },
    },
  );

  function changed(name) {
    if (name === "species") panel.refresh();
    history.replaceState(null, "", toAddress(state, { secret: Boolean(secret) }));
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
    ask();
  }

  function ask() {
    asking.put({ of: secret, asked: secret ? recordedOf(state) : requestOf(state) });
  }

  function draw() {
    const reading = state.reads && !secret && !made.findings;
    picture.classList.remove("empty");
    waterfall.view({ spacing: spacing(made.levels.length) });
    waterfall.show(waterfallOf(made, { ...state, hidden: Boolean(secret) }));
    const rows = secret ? [] : comparison(made);
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
      secret = { id: null };
      panel.hide(true);
      made = null;
      changed("exercise");
    },
    isShown: () => exact && made !== null,
    async guess(guess_db) {
      const told = await api.post(`/exercises/${secret.id}/guess`, { guess_db, recorded: recordedOf(state) });
      // The ear stays to be looked at, its truth beside it; sliders show what it was.
      Object.assign(state, { threshold: told.made.true_threshold_db, loss: told.loss, seed: told.seed, truth: true });
      made = told.made;
      end();
      return told;
    },
    leave() {
      made = null; // nobody here knows what was so: back to the ear before
      end();
    },
    levels: () => levelsOf(state),
    step: () => Number(state.spacing),
  });

  /** Where something below the picture is used while it is looked at, all of its rows stay in sight. */
  function spacing(rows) {
    return narrow.matches || secret ? Math.max(CLOSEST_PX, Math.min(56, (SHARE * innerHeight - AROUND_PX) / (rows + 0.6))) : null;
  }

  function end() {
    secret = null;
    panel.hide(false);
    panel.refresh();
    if (made) draw();
    changed("exercise"); // in the address now, and read where that is asked for
  }

  const narrow = matchMedia(NARROW);
  const stage = h("div", { class: "stage" }, problem, picture, told, practice, beside);
  // The tab key goes the way that is seen: in one column the exercise stands before the controls.
  const arrange = () => (narrow.matches ? panel.element.before(practice) : told.after(practice));
  root.append(
    h("div", { class: "heading" },
      h("h1", {}, "Simulate an ear"),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: copyAddress }, "Copy the address"),
        h("a", { class: "button quiet", href: "#/simulate" }, "Start over"))),
    h("p", { class: "quiet-text" }, "A model of published means, with stationary noise: for learning to read, not for diagnosis. Filled marks are true; hollow marks are what the analysis finds, and it shares its norms with the simulator, which flatters it."),
    h("div", { class: "bench" }, panel.element, stage));
  arrange();
  narrow.addEventListener("change", arrange);
  ask();

  return () => {
    asking.leave();
    narrow.removeEventListener("change", arrange);
    waterfall.leave();
  };
}

/** Where the recordings of an unknown ear come from: of a new one, or of the one that was begun. */
function sealed({ id }) {
  return id ? `/exercises/${id}/recordings` : "/exercises";
}

async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("The address is copied: whoever opens it on this server sees the same ear.");
  } catch {
    sayError(new Error("The browser does not let the page copy. The address is in its bar."));
  }
}
