// Sends acts one after the other, shows them before they are answered, and keeps what could not be
// sent: a rater's work on a series outlives the view, until the page is closed.
import { api } from "../api.js";
import { emptyReading, withAct } from "./picks.js";

const savers = new Map();

/** The one saver of a rater's work on a series. @returns {Saver} */
export function saverOf(series, rater) {
  const key = `${series} ${rater}`;
  if (!savers.has(key)) savers.set(key, new Saver(series, rater));
  return savers.get(key);
}

addEventListener("beforeunload", (event) => {
  if ([...savers.values()].some((one) => one.waiting)) event.preventDefault();
});

class Saver {
  #answered;
  #pending = []; // the first is on its way while `state` is "saving"
  /** "saved", "saving" or "unsaved" */
  state = "saved";
  /** Why it is unsaved. @type {Error | null} */
  problem = null;
  /** Called after every change; a refused act is given. @type {(refused?: Error) => void} */
  onchange = () => {};

  constructor(series, rater) {
    Object.assign(this, { series, rater });
    this.#answered = emptyReading(rater);
  }

  /** What the server says, unless this saver knows more. */
  seen(reading) {
    if (!this.waiting && reading.acts >= this.#answered.acts) this.#answered = reading;
  }

  /** Acts that the server does not have yet. */
  get waiting() {
    return this.#pending.length;
  }

  /** What the rater says, with everything that is still on its way. */
  get reading() {
    return this.#pending.reduce((reading, act) => withAct(reading, act, this.rater), this.#answered);
  }

  get canUndo() {
    return this.#answered.can_undo || this.waiting > 0;
  }

  get canRedo() {
    return this.#answered.can_redo && this.waiting === 0;
  }

  act(act) {
    if (act.kind === "undo" && this.state === "unsaved") this.#pending.pop(); // it never left
    else this.#pending.push(act);
    this.#send();
    this.onchange();
  }

  /** Try again what was not saved. */
  retry() {
    this.#send();
    this.onchange();
  }

  async #send() {
    if (this.state === "saving") return;
    this.state = "saving";
    this.problem = null;
    while (this.#pending.length) {
      try {
        // How large a wave is, the server measures: what the page says of it is for the meantime.
        const { amplitude_uv, ...act } = this.#pending[0];
        const body = { rater: this.rater, act };
        this.#answered = await api.post(`/series/${this.series}/corrections`, body);
        this.#pending.shift();
      } catch (error) {
        if (!isRefusal(error)) {
          Object.assign(this, { state: "unsaved", problem: error });
          this.onchange();
          return;
        }
        this.#pending.shift();
        this.onchange(error);
        continue;
      }
      this.onchange();
    }
    this.state = "saved";
    this.onchange();
  }
}

/** The server understood, and will not take it however often it is asked. */
function isRefusal({ status }) {
  return [400, 404, 409, 413, 422].includes(status);
}
