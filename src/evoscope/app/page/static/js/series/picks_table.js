// Every pick as a number that can be read and typed: what the waterfall shows, without a canvas.
import { h, replace } from "../dom.js";
import { plain } from "../plot/scale.js";
import { WAVES } from "./picks.js";
import { byWhom, decibel, milliseconds, pickWords } from "./words.js";

/** @param {import("./desk.js").Desk} desk */
export function picksTable(desk) {
  const unit = decibel(desk.findings.info.level_reference);
  const body = h("tbody");
  let cells = [];
  const node = h("section", { class: "card picks" },
    h("h2", {}, "Picks"),
    h("p", { class: "hint" }, "Latency in ms. Type to correct; empty means the wave is absent."),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, unit), WAVES.map((wave) => h("th", { scope: "col", class: `wave-${wave.toLowerCase()}` }, wave)))),
      body)));

  function build() {
    cells = desk.levels.flatMap((level, row) => WAVES.map((wave) => cell(row, wave)));
    replace(body, desk.levels.map((level, row) => h("tr", {},
      h("th", { scope: "row" }, plain(level.level_db, 1)),
      cells.filter((one) => one.row === row).map((one) => h("td", {}, one.input)))));
    update();
  }

  function cell(row, wave) {
    const input = h("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", size: 4, "data-level": desk.levels[row].level_db, "data-wave": wave,
      onfocus: () => { if (desk.selected.row !== row || desk.selected.name !== wave) desk.select(row, wave); },
      onchange: () => typed(row, wave, input),
      onkeydown: (event) => {
        if (event.key === "Enter") typed(row, wave, input);
        if (event.key === "Escape") show({ row, wave, input }, true);
      },
    });
    return { row, wave, input };
  }

  function typed(row, wave, input) {
    const text = input.value.trim().replace(",", ".");
    const pick = desk.pick(row, wave);
    if (text === milliseconds(pick.latency_ms)) return;
    const ms = Number(text);
    if (text === "") desk.absent(row, wave);
    else if (ms > 0 && ms <= 50) desk.place(row, wave, ms);
    else input.setAttribute("aria-invalid", "true");
  }

  function show({ row, wave, input }, always = false) {
    const pick = desk.pick(row, wave);
    const words = pickWords(pick, unit);
    const text = milliseconds(pick.latency_ms);
    if (always || document.activeElement !== input || input.dataset.words !== words) {
      input.value = text;
      input.removeAttribute("aria-invalid");
    }
    input.dataset.words = words;
    input.dataset.human = pick.human?.rater ?? "";
    input.placeholder = pick.human && !pick.present ? "×" : "–";
    input.setAttribute("aria-label", `Wave ${wave} at ${plain(pick.level_db, 1)} ${unit}, latency in ms${pick.human ? `, marked by ${pick.human.rater}` : ""}`);
    input.title = pick.human ? `${words} (${byWhom(pick.human)})` : words;
  }

  function update() {
    for (const one of cells) {
      show(one);
      one.input.classList.toggle("chosen", desk.selected.row === one.row && desk.selected.name === one.wave);
    }
  }

  build();
  return { node, update, redraw: build };
}
