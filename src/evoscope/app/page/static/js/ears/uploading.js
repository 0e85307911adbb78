// Uploads under way. They outlive the view that shows them: looking at an ear meanwhile is fine.
import { api, follow } from "../api.js";
import { batches, halves } from "./batches.js";
import { send } from "./send.js";
import { beside } from "./told.js";

/** @typedef {import("./files.js").Chosen} Chosen */
/**
 * @typedef {object} Item a file on its way
 * @property {number} id
 * @property {string} path
 * @property {File | null} file null for what only the server named
 * @property {"waiting"|"sending"|"analyzing"|"read"|"failed"|"skipped"|"cancelled"} state
 * @property {number} share of it that was sent, 0 to 1
 * @property {string} why
 * @property {string} hint
 */

const AT_A_TIME = 2; // one is sent while another is analyzed
const RUNNING = ["waiting", "sending", "analyzing"];

class Uploading extends EventTarget {
  /** @type {Item[]} */
  items = [];
  /** What is at work now: a line for each upload. @type {Map<number, string>} */
  steps = new Map();
  /** Series that came of it. @type {string[]} */
  series = [];
  #queue = [];
  #running = 0;
  #stopping = new AbortController();
  #jobs = new Set();
  #next = 0;

  get isRunning() {
    return this.#running > 0;
  }

  get isOver() {
    return this.items.length > 0 && !this.isRunning;
  }

  /**
   * Send files and have them analyzed.
   * @param {Chosen[]} files
   * @param {Record<string, string | number>} options
   */
  add(files, options) {
    if (!this.isRunning) this.clear();
    const items = files.map(({ file, path }) => this.#item(path, file));
    this.#queue.push(...batches(items).map((batch) => ({ batch, options })));
    this.#tell(items);
    while (this.#running < AT_A_TIME && this.#queue.length) this.#work();
  }

  /** Call off what has not ended; what was stored stays. */
  async cancel() {
    for (const { batch } of this.#queue) this.#set(batch, { state: "cancelled" });
    this.#queue = [];
    this.#stopping.abort();
    this.#stopping = new AbortController();
    await Promise.allSettled([...this.#jobs].map((job) => api.delete(`/jobs/${job}`)));
  }

  /** Forget what has ended. */
  clear() {
    this.items = [];
    this.series = [];
    this.#tell([]);
  }

  #item(path, file) {
    const item = { id: this.#next++, path, file, state: "waiting", share: 0, why: "", hint: "" };
    this.items.push(item);
    return item;
  }

  async #work() {
    this.#running += 1;
    for (let task = this.#queue.shift(); task; task = this.#queue.shift()) await this.#upload(task);
    this.#running -= 1;
    if (!this.isRunning) this.dispatchEvent(new Event("end"));
    this.#tell([]);
  }

  async #upload({ batch, options }) {
    const number = this.#next++;
    try {
      this.#set(batch, { state: "sending" });
      const job = await send(batch, options, (share) => this.#sent(batch, share), this.#stopping.signal);
      this.#set(batch, { state: "analyzing", share: 1 });
      this.#jobs.add(job.id);
      const end = await follow(job, (view) => this.#step(number, words(view)));
      this.#jobs.delete(job.id);
      await this.#ended(end, batch, options);
    } catch (error) {
      if (error.name === "AbortError") this.#set(batch, { state: "cancelled" });
      else this.#set(batch, { state: "failed", why: error.message, hint: error.hint ?? "" });
    } finally {
      this.steps.delete(number);
      this.#tell([]);
    }
  }

  async #ended(job, batch, options) {
    if (job.state === "cancelled") {
      this.#set(batch, { state: "cancelled" });
    } else if (job.state === "done") {
      await this.#done(job.result, batch);
    } else {
      const { status, error, hint } = job.problem;
      const smaller = status >= 500 ? halves(batch) : [];
      // A file that ends its worker takes the others with it: apart, they are read.
      if (smaller.length) {
        this.#set(batch, { state: "waiting" });
        this.#queue.unshift(...smaller.map((half) => ({ batch: half, options })));
      } else {
        this.#set(batch, { state: "failed", why: error, hint });
      }
    }
  }

  async #done(result, batch) {
    const told = result.errors || result.skipped ? await api.get(`/uploads/${result.upload}`) : { errors: [], skipped: [] };
    const failed = beside(batch, told.errors);
    const skipped = beside(batch, told.skipped);
    for (const [item, { reason, hint }] of failed.matched) this.#set([item], { state: "failed", why: reason, hint });
    for (const [item, { why }] of skipped.matched) this.#set([item], { state: "skipped", why });
    for (const { file, reason, hint, inner } of failed.others) this.#named(file, inner, { state: "failed", why: reason, hint });
    for (const { file, why, inner } of skipped.others) this.#named(file, inner, { state: "skipped", why });
    this.#set(batch.filter(({ state }) => RUNNING.includes(state)), { state: "read" });
    this.series.push(...result.series);
    this.dispatchEvent(new CustomEvent("stored", { detail: result }));
  }

  /** What the server says of a name that was not sent: of a folder that is one recording, say. */
  #named(file, inner, fields) {
    this.#set([this.#item(file, null)], fields);
    this.#set(inner.filter(({ state }) => RUNNING.includes(state)), { state: fields.state });
  }

  #sent(batch, share) {
    const bytes = batch.reduce((sum, { file }) => sum + file.size, 0);
    let before = 0;
    const changed = [];
    for (const item of batch) {
      const { size } = item.file;
      const own = size ? Math.min(1, Math.max(0, (share * bytes - before) / size)) : Number(share === 1);
      if (own !== item.share) changed.push(Object.assign(item, { share: own }));
      before += size;
    }
    this.#tell(changed);
  }

  #step(number, line) {
    this.steps.set(number, line);
    this.#tell([]);
  }

  #set(items, fields) {
    for (const item of items) Object.assign(item, fields);
    this.#tell(items);
  }

  #tell(items) {
    this.dispatchEvent(new CustomEvent("change", { detail: items }));
  }
}

function words({ state, step, done, total }) {
  if (state === "waiting" || !step) return "Waiting for the analyzer";
  return step === "reading" ? `Reading file ${done} of ${total}` : `Analyzing series ${done} of ${total}`;
}

/** The uploads of this page. */
export const uploading = new Uploading();

addEventListener("beforeunload", (event) => {
  // What was not sent yet is lost with the page; what was sent is analyzed all the same.
  if (uploading.items.some(({ state }) => state === "waiting" || state === "sending")) event.preventDefault();
});
