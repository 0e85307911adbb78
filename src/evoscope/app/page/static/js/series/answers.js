// Threshold and loss type: what is said, how sure, by whom, and choosing otherwise.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { MACHINE } from "./desk.js";
import { byWhom, decibel, LOSSES, thresholdNote, thresholdWords } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function answers(desk) {
  const node = h("section", { class: "card answers", "aria-label": "Answers" });
  const threshold = answer("Threshold", (value) => desk.setThreshold(actOf(value)), () => desk.releaseThreshold());
  const loss = answer("Loss type", (value) => desk.setLoss(value), () => desk.releaseLoss());
  replace(node, threshold.node, loss.node);

  function update() {
    const mine = desk.threshold();
    const unit = decibel(mine.level_reference);
    const levels = desk.levelsDb;
    if (mine.value_db != null && !levels.includes(mine.value_db)) levels.push(mine.value_db);
    threshold.show({
      words: thresholdWords(mine), note: thresholdNote(mine), human: mine.human,
      machine: mine.human && `Analysis: ${thresholdWords(desk.threshold(MACHINE))}, ${thresholdNote(desk.threshold(MACHINE))}`,
      value: mine.status === "estimated" ? String(mine.value_db) : mine.status,
      options: [...levels.map((level) => [String(level), `${plain(level, 1)} ${unit}`]),
        ["no_response", "No response"], ["below_range", "Response at every level"], ["inconclusive", "Inconclusive"]],
    });
    const type = desk.loss();
    const found = desk.loss(MACHINE);
    loss.show({
      words: LOSSES[type.name], note: type.human ? byWhom(type.human) : lossNote(found), human: type.human,
      machine: type.human && `Analysis: ${LOSSES[found.name]}${found.probability == null ? "" : ` (${percent(found.probability)})`}`,
      value: type.name.replace(" ", "_"),
      options: Object.entries(LOSSES).map(([value, words]) => [value.replace(" ", "_"), words]),
    });
  }

  update();
  return { node, update, redraw: update };
}

function answer(title, choose, release) {
  const words = h("strong", { class: "answer" });
  const note = h("p", { class: "hint" });
  const machine = h("p", { class: "hint" });
  const select = h("select", { "aria-label": `${title}: choose`, onchange: () => choose(select.value) });
  const back = h("button", { type: "button", class: "quiet", onclick: release, title: "Back to what the analysis says" }, "Release");
  const node = h("div", { class: "one-answer" },
    h("h2", {}, title), h("p", {}, words), note, machine,
    h("div", { class: "actions" }, select, back));
  return {
    node,
    show(given) {
      replace(words, given.words);
      replace(note, given.note);
      replace(machine, given.machine || "");
      machine.hidden = !given.machine;
      words.classList.toggle("human", Boolean(given.human));
      back.hidden = !given.human;
      replace(select, given.options.map(([value, text]) => h("option", { value }, text)));
      select.value = given.value;
    },
  };
}

function actOf(value) {
  return Number.isFinite(Number(value)) ? { status: "estimated", value_db: Number(value) } : { status: value };
}

function lossNote({ name, probability, probabilities, reason }) {
  if (name === "cannot tell") return reason || "The analysis cannot tell.";
  const others = Object.entries(probabilities).filter(([other, p]) => other !== name && p >= 0.01).sort((a, b) => b[1] - a[1]);
  const rest = others.map(([other, p]) => `${LOSSES[other].toLowerCase()} ${percent(p)}`).join(", ");
  return `${probability == null ? "" : percent(probability)}${rest ? `; ${rest}` : ""}`;
}

function percent(share) {
  return `${plain(100 * share, 0)} %`;
}
