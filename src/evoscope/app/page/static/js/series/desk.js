// Everything that is known of one series while someone reads it: findings, norms, readings, what is
// selected, and what was done. It holds no element; parts of the view show it and tell it.
import { rater } from "../rater.js";
import { peakNear } from "../plot/traces.js";
import { amplitudeAt } from "./amplitude.js";
import { corrects, emptyReading, expectedMs, levelsOf, lossOf, pickOf, thresholdAt, thresholdOf, withAct } from "./picks.js";
import { saverOf } from "./saver.js";

const NUDGE_RESTS_MS = 500; // keys that move a mark come to one act once they rest
export const MACHINE = "machine";

export class Desk {
  /** The level and wave that keys mean. */
  selected = { row: 0, name: null };
  norms = [];
  #nudge = null; // { act, timer }: moved, not yet an act

  /**
   * @param {object} one as GET /series/{id} answers
   * @param {{ onchange: () => void, onrefused: (error: Error) => void }} tell
   */
  constructor(one, { onchange, onrefused }) {
    this.onchange = onchange;
    this.onrefused = onrefused;
    this.take(one);
    this.beside = null;
    this.asRater();
  }

  /** Other findings of the same series: another version, a new analysis. */
  take(one) {
    this.one = one;
    this.findings = one.findings;
    this.levels = levelsOf(one.findings);
    this.saver?.seen(this.#stored(this.saver.rater));
    this.selected.row = Math.min(this.selected.row, this.levels.length - 1);
  }

  /** The rater at the top of the page is who works here; their own reading is shown. */
  asRater() {
    this.flush();
    if (this.saver) this.saver.onchange = () => {};
    this.saver = rater.name ? saverOf(this.one.summary.id, rater.name) : null;
    this.shown = rater.name || MACHINE;
    if (!this.saver) return;
    this.saver.seen(this.#stored(rater.name));
    this.saver.onchange = (refused) => {
      if (refused) this.onrefused(refused);
      this.onchange();
    };
  }

  /** Everyone whose reading can be shown; who took everything back says what the machine says. */
  get readers() {
    const looked = [this.shown, this.beside];
    const others = this.one.readings.filter((one) => corrects(one) || looked.includes(one.rater))
      .map((one) => one.rater).filter((name) => name !== rater.name);
    return [MACHINE, ...(rater.name ? [rater.name] : []), ...others];
  }

  /** A reader's reading; null for the machine's. */
  readingOf(name) {
    if (name === MACHINE) return null;
    if (this.saver && name === this.saver.rater) {
      return this.#nudge ? withAct(this.saver.reading, this.#nudge.act, name) : this.saver.reading;
    }
    return this.#stored(name);
  }

  get reading() {
    return this.readingOf(this.shown);
  }

  pick(row, wave, reader = this.shown) {
    return pickOf(this.levels[row], wave, this.readingOf(reader));
  }

  threshold(reader = this.shown) {
    return thresholdOf(this.findings, this.readingOf(reader));
  }

  loss(reader = this.shown) {
    return lossOf(this.findings, this.readingOf(reader));
  }

  get levelsDb() {
    return this.levels.map((level) => level.level_db);
  }

  /** Where a chosen wave that is not there would be placed; null where nothing is missing. */
  get hint() {
    const { row, name } = this.selected;
    if (!name || this.pick(row, name).present) return null;
    return { row, name, ms: this.#expected(row, name) };
  }

  show(reader) {
    this.flush();
    this.shown = reader;
    this.onchange();
  }

  select(row, name = this.selected.name) {
    this.flush();
    this.selected = { row: Math.min(this.levels.length - 1, Math.max(0, row)), name };
    this.onchange();
  }

  /** A wave is there, at this time. */
  place(row, wave, ms) {
    this.#act(this.#mark(row, wave, ms));
  }

  /** Place the chosen wave where it is expected, on its peak. */
  placeChosen() {
    const { hint } = this;
    if (hint) this.place(hint.row, hint.name, peakNear(this.levels[hint.row].denoised, hint.ms, 0.8));
  }

  absent(row, wave) {
    this.#act({ kind: "wave", level_db: this.levels[row].level_db, wave, present: false });
  }

  release(row, wave) {
    const level_db = this.levels[row].level_db;
    if (this.#mine()?.waves.some((one) => one.level_db === level_db && one.wave === wave)) {
      this.#act({ kind: "release", level_db, wave });
    }
  }

  setThreshold(act) {
    this.#act({ kind: "threshold", ...act });
  }

  thresholdAtGap(gap) {
    this.#act(thresholdAt(gap, this.levelsDb));
  }

  releaseThreshold() {
    if (this.#mine()?.threshold) this.#act({ kind: "release" });
  }

  setLoss(value) {
    this.#act({ kind: "loss_type", value });
  }

  releaseLoss() {
    if (this.#mine()?.loss_type) this.#act({ kind: "release", loss_type: true });
  }

  /** Move the chosen wave; an act once the keys rest. */
  nudge(by) {
    const { row, name } = this.selected;
    if (!name) return;
    const pick = this.pick(row, name);
    if (!pick.present || !this.#ready()) return;
    const act = this.#mark(row, name, pick.latency_ms + by);
    clearTimeout(this.#nudge?.timer);
    this.#nudge = { act, timer: setTimeout(() => this.flush(), NUDGE_RESTS_MS) };
    this.onchange();
  }

  /** Make an act of what keys moved. */
  flush() {
    if (!this.#nudge) return;
    const { act, timer } = this.#nudge;
    clearTimeout(timer);
    this.#nudge = null;
    this.saver.act(act);
  }

  undo() {
    this.flush();
    if (this.saver?.canUndo) this.#act({ kind: "undo" });
  }

  redo() {
    this.flush();
    if (this.saver?.canRedo) this.#act({ kind: "redo" });
  }

  /** Let go of what outlives the view; what is unsaved stays with its saver. */
  leave() {
    this.flush();
    if (this.saver) this.saver.onchange = () => {};
  }

  #act(act) {
    this.flush();
    if (this.#ready()) this.saver.act(act);
  }

  /** Whoever acts sees their own reading from then on. */
  #ready() {
    if (!rater.required()) {
      this.onchange(); // what was typed or chosen is nobody's: fields say again what is so
      return false;
    }
    this.shown = this.saver.rater;
    return true;
  }

  #mark(row, wave, ms) {
    const level = this.levels[row];
    const { start_ms, step_ms, values_uv } = level.denoised;
    const last = start_ms + step_ms * (values_uv.length - 1);
    const latency_ms = Number(Math.min(last, Math.max(0.01, ms)).toFixed(3));
    const amplitude_uv = amplitudeAt(level.denoised, latency_ms, this.findings.info.species);
    return { kind: "wave", level_db: level.level_db, wave, present: true, latency_ms, amplitude_uv };
  }

  #mine() {
    return this.saver ? this.readingOf(this.saver.rater) : null;
  }

  #expected(row, wave) {
    return expectedMs(this.levels, this.norms, row, wave, this.reading);
  }

  #stored(name) {
    return this.one.readings.find((one) => one.rater === name) ?? emptyReading(name);
  }
}
