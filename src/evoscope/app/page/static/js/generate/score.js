// The score of a rater: how often right, with its interval, and how far apart the kinds are.
import { h } from "../dom.js";
import { lossWord } from "../ears/words.js";
import { plain } from "../plot/scale.js";

/**
 * @param {object} quiz as GET /quizzes/{id} shows it, all answered
 * @param {{ real: string, synthetic: string }} words of the two kinds
 * @returns {HTMLElement}
 */
export function scoreCard({ score, answered }, words) {
  const percent = (share) => `${plain(100 * share, 0)} %`;
  const chance = score.low <= 0.5 && score.high >= 0.5;
  const counted = (kind, said) => answered.filter((one) => one.kind === kind && one.said === said).length;
  return h("section", { class: "card score", "aria-label": "Your score" },
    h("p", { class: "figure" }, h("strong", {}, `${score.right} of ${score.n} right`), ` (${percent(score.proportion)}, 95 % interval ${percent(score.low)} to ${percent(score.high)})`),
    h("p", {}, chance
      ? "The interval holds 50 %: from these answers nobody can say that you tell them apart. That is not the same as being unable to."
      : score.proportion > 0.5 ? "You tell them apart better than chance." : "You tell them apart, and take each for the other."),
    score.d_prime !== null && h("p", {}, `d′ ${plain(score.d_prime, 2)} (0 is guessing, 1 is telling them apart in a way, 3 nearly always), criterion ${plain(score.criterion, 2)} (below 0: you tend to say “${words.synthetic.toLowerCase()}”).`),
    h("div", { class: "scroll" },
      h("table", {}, h("caption", {}, "Your answers"),
        h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, `said ${words.real.toLowerCase()}`), h("th", { scope: "col" }, `said ${words.synthetic.toLowerCase()}`))),
        h("tbody", {}, ["real", "synthetic"].map((kind) => h("tr", {}, h("th", { scope: "row" }, `was ${words[kind].toLowerCase()}`), h("td", {}, String(counted(kind, "real"))), h("td", {}, String(counted(kind, "synthetic"))))))),
      h("table", {}, h("caption", {}, "By class"),
        h("thead", {}, h("tr", {}, ["Class", "Right", "Of"].map((word) => h("th", { scope: "col" }, word)))),
        h("tbody", {}, score.classes.map((one) => h("tr", {}, h("td", {}, lossWord(one.loss_class)), h("td", {}, String(one.right)), h("td", {}, String(one.n))))))));
}
