// How far each file is, and what was wrong with it, beside it.
import { h, replace } from "../dom.js";
import { count } from "./words.js";
import { uploading } from "./uploading.js";

const SHOWN = 300; // rows; beyond, only what failed gets one
const SAID_EVERY_MS = 5000; // to who listens instead of looking
const STATES = {
  waiting: "waiting", sending: "sending", analyzing: "with the analyzer", read: "read",
  failed: "could not be read", skipped: "left out", cancelled: "called off",
};

/**
 * The list of files on their way; hidden while there are none.
 * @returns {{element: HTMLElement, leave: () => void}}
 */
export function progressList() {
  const title = h("h2", {}, "");
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Files done" });
  const steps = h("p", { class: "hint" });
  const list = h("ul", { class: "files", tabindex: "0", "aria-label": "Files" });
  const more = h("p", { class: "hint", hidden: true });
  const spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const stop = h("button", { type: "button", class: "quiet", onclick: () => uploading.cancel() }, "Call off");
  const done = h("button", { type: "button", class: "quiet", onclick: () => uploading.clear() }, "Close");
  const element = h("section", { class: "progress card", "aria-label": "Progress", hidden: true },
    h("div", { class: "progress-head" }, title, h("div", { class: "actions" }, stop, done)), bar, steps, list, more, spoken);

  const rows = new Map();
  const changed = new Set();
  let frame = 0;
  let said = 0;

  const draw = () => {
    frame = 0;
    const { items } = uploading;
    element.hidden = items.length === 0;
    if (items.length === 0) {
      rows.clear();
      list.replaceChildren();
    }
    for (const item of changed) drawRow(item);
    changed.clear();
    const numbers = tally(items);
    const left = items.length - rows.size;
    more.hidden = left <= 0;
    more.textContent = `and ${count(left, "more file")}`;
    bar.value = items.length ? items.reduce((sum, item) => sum + part(item), 0) / items.length : 0;
    bar.hidden = !uploading.isRunning;
    stop.hidden = !uploading.isRunning;
    done.hidden = uploading.isRunning;
    title.textContent = summary(numbers);
    replace(steps, [...uploading.steps.values()].join(" · "));
    steps.hidden = uploading.steps.size === 0;
    speak(numbers);
  };

  const drawRow = (item) => {
    if (!uploading.items.includes(item)) return;
    let row = rows.get(item.id);
    if (!row) {
      if (rows.size >= SHOWN && item.state !== "failed") return;
      row = h("li", {});
      rows.set(item.id, row);
      list.append(row);
    }
    if (item.state === "failed" && row.dataset.state !== "failed") list.prepend(row); // what needs a hand comes first
    row.dataset.state = item.state;
    replace(row,
      h("span", { class: "file" }, item.path),
      h("span", { class: "state" }, item.state === "sending" ? `sending ${Math.floor(100 * item.share)} %` : STATES[item.state]),
      item.why && h("p", { class: "why" }, item.why, item.hint && h("span", { class: "hint" }, ` ${item.hint}`)));
  };

  const speak = (numbers) => {
    const now = performance.now();
    if (uploading.isRunning && now - said < SAID_EVERY_MS) return;
    said = now;
    const words = uploading.items.length ? summary(numbers) : "";
    if (spoken.textContent !== words) spoken.textContent = words;
  };

  const change = ({ detail }) => {
    for (const item of detail) changed.add(item);
    frame ||= requestAnimationFrame(draw);
  };
  uploading.addEventListener("change", change);
  change({ detail: uploading.items });
  return {
    element,
    leave: () => {
      uploading.removeEventListener("change", change);
      cancelAnimationFrame(frame);
    },
  };
}

function tally(items) {
  const numbers = Object.fromEntries(Object.keys(STATES).map((state) => [state, 0]));
  for (const { state } of items) numbers[state] += 1;
  return numbers;
}

function summary({ waiting, sending, analyzing, read, failed, skipped, cancelled }) {
  const left = waiting + sending + analyzing;
  const parts = [
    left && `${left} of ${left + read + failed + skipped + cancelled} to go`,
    read && `${count(read, "file")} read`,
    failed && `${failed} could not be read`,
    skipped && `${skipped} left out`,
    cancelled && `${cancelled} called off`,
  ];
  return parts.filter(Boolean).join(", ");
}

function part({ state, share }) {
  if (state === "waiting") return 0;
  if (state === "sending") return share / 2;
  return state === "analyzing" ? 0.5 : 1;
}
