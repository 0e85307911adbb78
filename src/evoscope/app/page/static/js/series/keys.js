// Keys of the waterfall, and the dialog that names them.
import { h } from "../dom.js";
import { WAVES } from "./picks.js";

const FINE_MS = 0.02;
const COARSE_MS = 0.1;
const HELP = [
  ["↑ ↓", "choose the level"],
  ["1 – 5", "choose wave I – V; once more places it where it is missing"],
  ["← →", "move the wave by 0.02 ms, with Shift by 0.1 ms"],
  ["Enter", "place the chosen wave on its peak"],
  ["Delete", "the wave is not there"],
  ["R", "release: back to what the analysis says"],
  ["T, Shift+T", "threshold at the chosen level; no response"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
  ["+ −", "gain"],
  ["N, P", "next, previous series"],
  ["Escape", "call off what is being dragged"],
  ["?", "these keys"],
];

/**
 * Listen on the waterfall's canvas.
 * @param {import("./desk.js").Desk} desk
 * @param {ReturnType<import("./stage.js").stage>} stage
 * @param {{ next: () => void, previous: () => void }} go
 */
export function keys(desk, stage, go) {
  const chosen = () => [desk.selected.row, desk.selected.name];
  const plainKeys = {
    ArrowUp: () => desk.select(desk.selected.row - 1),
    ArrowDown: () => desk.select(desk.selected.row + 1),
    ArrowLeft: (event) => desk.nudge(event.shiftKey ? -COARSE_MS : -FINE_MS),
    ArrowRight: (event) => desk.nudge(event.shiftKey ? COARSE_MS : FINE_MS),
    Enter: () => desk.placeChosen(),
    Delete: () => desk.selected.name && desk.absent(...chosen()),
    Backspace: () => desk.selected.name && desk.absent(...chosen()),
    r: () => desk.selected.name && desk.release(...chosen()),
    t: () => desk.setThreshold({ status: "estimated", value_db: desk.levelsDb[desk.selected.row] }),
    T: () => desk.setThreshold({ status: "no_response" }),
    "+": () => stage.gain(0.5),
    "=": () => stage.gain(0.5),
    "-": () => stage.gain(-0.5),
    n: go.next,
    p: go.previous,
    "?": showKeys,
    ...Object.fromEntries(WAVES.map((wave, i) => [String(i + 1), () => {
      if (desk.selected.name === wave) desk.placeChosen();
      else desk.select(desk.selected.row, wave);
    }])),
  };
  stage.waterfall.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z" && event.key.toLowerCase() !== "y") return;
      event.preventDefault();
      if (event.shiftKey || event.key.toLowerCase() === "y") desk.redo();
      else desk.undo();
      return;
    }
    if (event.key === "Escape") {
      if (!stage.waterfall.cancel()) stage.disarm();
      return;
    }
    if (event.altKey || !plainKeys[event.key]) return;
    event.preventDefault();
    plainKeys[event.key](event);
  });
}

/** Show what keys do. */
export function showKeys() {
  const dialog = h("dialog", { class: "keys", onclose: () => dialog.remove() },
    h("h2", {}, "Keys of the waterfall"),
    h("table", {}, h("tbody", {}, HELP.map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, does))))),
    h("p", { class: "hint" }, "With the mouse: drag a mark or the threshold line; Alt takes the nearest peak. Choose a wave under Place, then click on traces."),
    h("form", { method: "dialog" }, h("button", {}, "Close")));
  document.body.append(dialog);
  dialog.showModal();
}
