// "Guess the threshold": an ear by chance, its truth hidden until somebody has answered.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { say } from "../say.js";
import { levelsOf } from "./parameters.js";

const LOSSES = ["normal", "chl", "snhl"];
const RANGE_DB = { normal: [0, 25], chl: [30, 65], snhl: [30, 75] };
const BETWEEN = [0.3, 0.7]; // of a step below the lowest level with a response: not on a level

/**
 * An ear by chance, whose lowest level with a response is one of those that are played.
 * @param {import("./parameters.js").State} state
 * @returns {{ loss: string, threshold: number, seed: number }}
 */
export function unknownEar(state) {
  const levels = levelsOf(state);
  const loss = pick(LOSSES.filter((one) => levels.some((level) => within(RANGE_DB[one], level)))) ?? "normal";
  const fitting = levels.filter((level) => within(RANGE_DB[loss], level));
  const lowest = pick(fitting.length ? fitting : levels);
  const share = BETWEEN[0] + Math.random() * (BETWEEN[1] - BETWEEN[0]);
  return { loss, threshold: Math.round(lowest - share * Number(state.spacing)), seed: Math.floor(Math.random() * 1e6) };
}

const within = ([low, high], value) => value >= low && value <= high;
const pick = (from) => from[Math.floor(Math.random() * from.length)];

/**
 * What a guess is worth, in words.
 * @param {number | null} guess dB, null for "no response at any level"
 * @param {{ true_threshold_db: number, lowest_response_level_db: number | null }} truth
 * @param {number} step dB between levels
 * @returns {{ good: boolean, off: number | null, text: string }}
 */
export function judged(guess, { true_threshold_db, lowest_response_level_db: lowest }, step) {
  const truth = `True threshold: ${plain(true_threshold_db, 1)} dB. Lowest level with a response: ${lowest === null ? "none" : `${plain(lowest, 1)} dB`}.`;
  if (guess === null || lowest === null) {
    const good = guess === lowest;
    return { good, off: null, text: `${good ? "Right: no response." : guess === null ? "There is a response." : "There is none."} ${truth}` };
  }
  const off = guess - lowest;
  const words = off === 0 ? "Right." : `${plain(Math.abs(off), 1)} dB too ${off > 0 ? "high" : "low"}. ${
    off > 0 ? "A small response was taken for noise: look for a late wave V, and average more sweeps." : "Noise was taken for a response: does it come back in a replicate, and later as the level falls?"}`;
  return { good: Math.abs(off) < step / 2, off, text: `${words} ${truth}` };
}

/**
 * The panel of the exercise.
 * @param {{ begin: () => void, end: () => void, levels: () => number[], truth: () => object | null, step: () => number }} given
 * @returns {HTMLElement}
 */
export function exercise({ begin, end, levels, truth, step }) {
  const scores = [];
  const panel = h("section", { class: "exercise card", "aria-label": "Exercise" });
  const closed = () => replace(panel,
    h("h2", {}, "Guess the threshold"),
    h("p", { class: "quiet-text" }, "An ear that the page does not show you: which is the lowest level with a response?"),
    h("button", { type: "button", onclick: open }, "Begin"));
  const open = () => {
    begin();
    const form = h("form", { onsubmit: (event) => { event.preventDefault(); answer(new FormData(form).get("guess")); } },
      h("fieldset", {}, h("legend", {}, "Lowest level with a response"),
        h("div", { class: "guesses" },
          levels().map((level) => h("label", {}, h("input", { type: "radio", name: "guess", value: String(level), required: true }), ` ${plain(level, 1)} dB`)),
          h("label", {}, h("input", { type: "radio", name: "guess", value: "none" }), " none of them"))),
      h("div", { class: "actions" }, h("button", {}, "Answer"), h("button", { type: "button", class: "quiet", onclick: leave }, "End the exercise")));
    replace(panel, h("h2", {}, "Guess the threshold"),
      h("p", { class: "quiet-text" }, "You may change sweeps, noise, replicates and levels: threshold and loss stay hidden, and the ear stays the same."),
      form);
    form.querySelector("input").focus({ preventScroll: true });
  };
  const answer = (said) => {
    const made = truth();
    if (!made) {
      say("The picture is still on its way. Look at it first.");
      return;
    }
    const told = judged(said === "none" ? null : Number(said), made, step());
    if (told.off !== null) scores.push(Math.abs(told.off));
    end();
    replace(panel, h("h2", {}, "Guess the threshold"),
      h("p", { class: told.good ? "good" : "warning", role: "status" }, told.text),
      scores.length > 1 && h("p", { class: "quiet-text" }, `${scores.length} ears: ${plain(scores.reduce((sum, one) => sum + one, 0) / scores.length, 1)} dB off on average.`),
      h("div", { class: "actions" }, h("button", { type: "button", onclick: open }, "Another ear"), h("button", { type: "button", class: "quiet", onclick: closed }, "Close")));
    panel.querySelector("button").focus({ preventScroll: true });
  };
  const leave = () => {
    end();
    closed();
  };
  closed();
  return panel;
}
