// "Guess the threshold": an ear by chance, whose truth the server holds until somebody has answered.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { say, sayError } from "../say.js";

/**
 * What a guess is worth, in words.
 * @param {number | null} guess dB, null for "no response at any level"
 * @param {object} told an answer of POST /exercises/{id}/guess
 * @param {number} step dB between levels
 * @returns {{ good: boolean, text: string }}
 */
function judged(guess, { off_db: off, made: { true_threshold_db, lowest_response_level_db: lowest } }, step) {
  const truth = `True threshold: ${plain(true_threshold_db, 1)} dB. Lowest level with a response: ${lowest === null ? "none" : `${plain(lowest, 1)} dB`}.`;
  if (off === null) {
    const good = guess === lowest;
    return { good, text: `${good ? "Right: no response." : guess === null ? "There is a response." : "There is none."} ${truth}` };
  }
  const words = off === 0 ? "Right." : `${plain(Math.abs(off), 1)} dB too ${off > 0 ? "high" : "low"}. ${
    off > 0 ? "A small response was taken for noise: look for a late wave V, and average more sweeps." : "Noise was taken for a response: does it come back in a replicate, and later as the level falls?"}`;
  return { good: Math.abs(off) < step / 2, text: `${words} ${truth}` };
}

/**
 * The panel of the exercise.
 * @param {object} given
 * @param {() => void} given.begin ask for an ear
 * @param {() => boolean} given.isShown whether its picture is there as it was asked for
 * @param {(guess_db: number | null) => Promise<object>} given.guess what was so, which the page may show from then on
 * @param {() => void} given.leave without a guess
 * @param {() => number[]} given.levels
 * @param {() => number} given.step
 * @returns {HTMLElement}
 */
export function exercise({ begin, isShown, guess, leave, levels, step }) {
  const scores = [];
  const panel = h("section", { class: "exercise card", "aria-label": "Exercise" });
  const closed = () => replace(panel,
    h("h2", {}, "Guess the threshold"),
    h("p", { class: "quiet-text" }, "An ear that only the server knows: which is the lowest level with a response?"),
    h("button", { type: "button", onclick: open }, "Begin"));
  const open = () => {
    begin();
    const form = h("form", { onsubmit: (event) => { event.preventDefault(); answer(new FormData(form).get("guess")); } },
      h("fieldset", {}, h("legend", {}, "Lowest level with a response"),
        h("div", { class: "guesses" },
          levels().map((level) => h("label", {}, h("input", { type: "radio", name: "guess", value: String(level), required: true }), ` ${plain(level, 1)} dB`)),
          h("label", {}, h("input", { type: "radio", name: "guess", value: "none" }), " none of them"))),
      h("div", { class: "actions" }, h("button", {}, "Answer"), h("button", { type: "button", class: "quiet", onclick: end }, "End the exercise")));
    replace(panel, h("h2", {}, "Guess the threshold"),
      h("p", { class: "quiet-text" }, "You may change sweeps, noise, replicates and levels: threshold, loss and seed stay with the server, and the ear stays the same."),
      form);
    form.querySelector("input").focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" }); // all of it: where the answer is given, too
  };
  const answer = async (said) => {
    if (!isShown()) {
      say("The picture is still on its way. Look at it first.");
      return;
    }
    const guessed = said === "none" ? null : Number(said);
    let told;
    try {
      told = await guess(guessed);
    } catch (error) {
      sayError(error);
      return;
    }
    const { good, text } = judged(guessed, told, step());
    if (told.off_db !== null) scores.push(Math.abs(told.off_db));
    replace(panel, h("h2", {}, "Guess the threshold"),
      h("p", { class: good ? "good" : "warning", role: "status" }, text),
      scores.length > 1 && h("p", { class: "quiet-text" }, `${scores.length} ears: ${plain(scores.reduce((sum, one) => sum + one, 0) / scores.length, 1)} dB off on average.`),
      h("div", { class: "actions" }, h("button", { type: "button", onclick: open }, "Another ear"), h("button", { type: "button", class: "quiet", onclick: closed }, "Close")));
    panel.querySelector("button").focus({ preventScroll: true });
  };
  const end = () => {
    leave();
    closed();
  };
  closed();
  return panel;
}
