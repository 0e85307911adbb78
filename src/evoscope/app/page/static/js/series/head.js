// The top of a series: its name, its neighbours, whose reading is shown, and whether all is saved.
import { ageWords } from "../age.js";
import { h, replace } from "../dom.js";
import { MACHINE } from "./desk.js";
import { showKeys } from "./keys.js";

/**
 * @param {import("./desk.js").Desk} desk
 * @param {{ next: () => void, previous: () => void, back: string }} go
 */
export function head(desk, go) {
  const state = h("span", { class: "saved", role: "status" });
  const again = h("button", { type: "button", onclick: () => desk.saver.retry() }, "Retry");
  const undo = h("button", { type: "button", class: "quiet", title: "Undo (Ctrl+Z)", onclick: () => desk.undo() }, "Undo");
  const redo = h("button", { type: "button", class: "quiet", title: "Redo (Ctrl+Shift+Z)", onclick: () => desk.redo() }, "Redo");
  const shown = h("select", { onchange: () => desk.show(shown.value) });
  const beside = h("select", { onchange: () => { desk.beside = beside.value || null; desk.onchange(); } });
  const where = h("span", { class: "hint" });
  const previous = h("button", { type: "button", class: "quiet", title: "Previous series (P)", onclick: go.previous }, "‹ Previous");
  const next = h("button", { type: "button", class: "quiet", title: "Next series (N)", onclick: go.next }, "Next ›");
  const { info } = desk.findings;
  const facts = [
    info.species, info.ear === "unknown" ? null : `${info.ear} ear`, info.stimulus,
    info.transducer === "unknown" ? null : info.transducer,
    info.rate_hz ? `${info.rate_hz} /s` : null,
    ageWords(info),
    info.sex === "unknown" ? null : info.sex,
  ].filter(Boolean).join(" · ");
  const node = h("div", { class: "series-head" },
    h("p", { class: "way no-print" }, h("a", { href: go.back }, "‹ Ears")),
    h("div", { class: "title" }, h("h1", {}, info.name), h("div", { class: "actions no-print" }, previous, where, next)),
    h("div", { class: "title" },
      h("p", { class: "quiet-text" }, facts),
      h("div", { class: "actions no-print" }, h("label", {}, "Shown ", shown), h("label", {}, "beside ", beside))));
  // It stays in sight while the rest scrolls: whether work is saved should never be a guess.
  const bar = h("div", { class: "desk-bar actions no-print" },
    undo, redo, state, again,
    h("button", { type: "button", class: "quiet", onclick: showKeys, "aria-label": "Keys" }, "?"));

  function update() {
    const names = desk.readers;
    fill(shown, names.map((name) => [name, name === MACHINE ? "machine" : name]), desk.shown);
    fill(beside, [["", "nothing"], ...names.filter((name) => name !== desk.shown).map((name) => [name, name])], desk.beside ?? "");
    const saver = desk.saver;
    undo.disabled = !saver?.canUndo;
    redo.disabled = !saver?.canRedo;
    const now = saver?.state ?? "saved";
    state.dataset.state = now;
    const words = { saved: saver?.reading.acts ? "Saved" : "No corrections of yours", saving: "Saving…", unsaved: `Not saved: ${saver?.problem?.message ?? ""}` }[now];
    if (state.textContent !== words) replace(state, words);
    again.hidden = now !== "unsaved";
  }

  /** Where it stands among its neighbours. */
  function place(index, total) {
    replace(where, total > 1 && index >= 0 ? `${index + 1} of ${total}` : "");
    previous.disabled = index <= 0;
    next.disabled = index < 0 || index >= total - 1;
  }

  update();
  place(0, 1);
  return { nodes: [node, bar], update, redraw: update, place };
}

function fill(select, options, value) {
  const words = JSON.stringify(options);
  if (select.dataset.options !== words) {
    replace(select, options.map(([one, text]) => h("option", { value: one }, text)));
    select.dataset.options = words;
  }
  select.value = value;
}
