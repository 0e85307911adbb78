// What people marked, who and when, newest first; one's own marks can be taken back.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { MACHINE } from "./desk.js";
import { corrects } from "./picks.js";
import { byWhom, decibel, LOSSES, milliseconds, thresholdWords } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function marksList(desk) {
  const list = h("ul", { class: "marks" });
  const compare = h("p", {});
  const node = h("section", { class: "card" }, h("h2", {}, "Marked by people"), list, compare);

  function update() {
    const readers = desk.readers.map((name) => desk.readingOf(name)).filter(Boolean);
    const marks = readers.flatMap((reading) => entriesOf(desk, reading)).sort((a, b) => b.at.localeCompare(a.at));
    replace(list, marks.length ? marks.map(item) : h("li", { class: "hint" }, "Nothing yet. Drag a mark, type a latency, or choose a threshold."));
    const people = readers.filter(corrects).map(({ rater }) => rater);
    const [a, b] = people.length > 1 ? people : [MACHINE, people[0]];
    const query = new URLSearchParams({ a, b, series: desk.one.summary.id });
    replace(compare, people.length ? h("a", { href: `#/compare?${query}` }, `Compare ${a} and ${b}`) : "");
    compare.hidden = people.length === 0;
  }

  update();
  return { node, update, redraw: update };
}

function item({ words, rater, at, release }) {
  return h("li", {},
    h("span", {}, h("strong", {}, words), h("br"), h("span", { class: "hint" }, byWhom({ rater, at }))),
    release && h("button", { type: "button", class: "quiet", "aria-label": `Release: ${words}`, onclick: release }, "Release"));
}

function entriesOf(desk, reading) {
  const { rater } = reading;
  const own = desk.saver?.rater === rater;
  const { level_reference } = desk.findings.info;
  const unit = decibel(level_reference);
  const waves = reading.waves.map((mark) => ({
    words: `Wave ${mark.wave} at ${plain(mark.level_db, 1)} ${unit}: ${mark.present ? `${milliseconds(mark.latency_ms)} ms` : "absent"}`,
    rater, at: mark.at,
    release: own && (() => desk.release(desk.levelsDb.indexOf(mark.level_db), mark.wave)),
  }));
  const { threshold, loss_type: loss } = reading;
  return [
    ...waves,
    ...(threshold ? [{ words: `Threshold: ${thresholdWords({ level_reference, ...threshold })}`, rater, at: threshold.at, release: own && (() => desk.releaseThreshold()) }] : []),
    ...(loss ? [{ words: `Loss type: ${LOSSES[loss.value]}`, rater, at: loss.at, release: own && (() => desk.releaseLoss()) }] : []),
  ];
}
