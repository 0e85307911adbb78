// What a simulated ear is told: each control with its range, why it matters, and its place in the
// address. The address holds what differs from the defaults, so that it can be sent to someone.

/** @typedef {{ value: string, label: string }} Choice */
/**
 * @typedef {{ name: string, label: string, kind: "range" | "choice" | "number", group: string, why: string,
 *   least?: number, most?: number, step?: number, fallback: number | string, log?: boolean,
 *   choices?: Choice[], stops?: Choice[], unit?: string, secret?: boolean, human?: boolean }} Control
 */

const AGES = [
  { value: "", label: "not said" },
  { value: "0w", label: "birth" }, { value: "6w", label: "6 weeks" }, { value: "13w", label: "3 months" },
  { value: "26w", label: "6 months" }, { value: "52w", label: "1 year" }, { value: "104w", label: "2 years" },
  ...[5, 10, 20, 30, 40, 50, 60, 70, 80].map((years) => ({ value: `${years}y`, label: `${years} years` })),
];
const STIMULI = [
  { value: "click", label: "click" }, { value: "chirp", label: "chirp" },
  ...[500, 1000, 2000, 4000, 8000, 16000, 32000].map((hz) => ({ value: String(hz), label: `tone ${hz >= 1000 ? `${hz / 1000} kHz` : `${hz} Hz`}` })),
];
const words = (...values) => values.map((value) => ({ value, label: value }));
const LEVELS_AT_MOST = 30;

/** @type {Control[]} */
export const CONTROLS = [
  { name: "threshold", label: "True threshold", group: "The ear", kind: "range", least: -20, most: 110, step: 1, fallback: 25, unit: "dB", secret: true,
    why: "Below it there is no response. Just above it the waves are late and small." },
  { name: "loss", label: "Kind of loss", group: "The ear", kind: "choice", fallback: "normal", secret: true,
    choices: [{ value: "normal", label: "none (normal)" }, { value: "chl", label: "conductive" }, { value: "snhl", label: "sensorineural" }],
    why: "A conductive loss is like playing softer: every latency is that of a lower level. In a sensorineural loss latencies come close to normal at high levels (recruitment)." },
  { name: "species", label: "Species", group: "The ear", kind: "choice", fallback: "human",
    choices: words("human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"),
    why: "Small animals answer within about 5 ms, and their levels are in dB SPL." },
  { name: "age", label: "Age", group: "The ear", kind: "range", fallback: "", stops: AGES, human: true,
    why: "Infants' waves come later: nerves are not myelinated yet. Most of it is gone at two years." },
  { name: "sex", label: "Sex", group: "The ear", kind: "choice", fallback: "unknown", human: true,
    choices: words("unknown", "female", "male"),
    why: "Women's wave V is about 0.2 ms earlier: shorter pathways." },
  { name: "stimulus", label: "Stimulus", group: "What is played", kind: "choice", fallback: "click", choices: STIMULI,
    why: "Low tones are heard farther along the cochlea, and are answered later." },
  { name: "highest", label: "Highest level", group: "What is played", kind: "range", least: 0, most: 110, step: 5, fallback: 80, unit: "dB",
    why: "As the level falls, latency grows and amplitude shrinks." },
  { name: "lowest", label: "Lowest level", group: "What is played", kind: "range", least: -10, most: 100, step: 5, fallback: 0, unit: "dB",
    why: "To find a threshold there have to be levels without a response, too." },
  { name: "spacing", label: "Step", group: "What is played", kind: "choice", fallback: "10", choices: words("5", "10", "20"),
    why: "A threshold is known no better than the step." },
  { name: "rate", label: "Rate", group: "What is played", kind: "range", least: 5, most: 90, step: 0.1, fallback: 21.1, unit: "/ s",
    why: "Faster stimulation saves time; nerves tire, and the waves come later." },
  { name: "sweeps", label: "Sweeps", group: "The recording", kind: "range", least: 50, most: 20000, fallback: 2000, log: true,
    why: "The noise that is left in an average falls with the square root: four times the sweeps, half the noise." },
  { name: "noise", label: "Noise of a sweep", group: "The recording", kind: "range", least: 0, most: 6, step: 0.1, fallback: 1.2, unit: "µV",
    why: "A sleeping adult has about 1 µV; a restless child several. The response is 0.1 to 0.5 µV." },
  { name: "replicates", label: "Replicates", group: "The recording", kind: "choice", fallback: "1", choices: words("1", "2", "3", "4"),
    why: "What is there in both traces is a response; what is not is noise." },
  { name: "seed", label: "Seed", group: "The recording", kind: "number", least: 0, most: 2147483647, step: 1, fallback: 1, secret: true,
    why: "The same seed has the same noise. Another one shows what noise alone changes." },
];

/** What is drawn and asked beside the ear. */
export const TOGGLES = [
  { name: "truth", label: "Show the truth", fallback: true },
  { name: "clean", label: "Show the response without noise", fallback: false },
  { name: "reads", label: "Let the analysis read it", fallback: false },
];

/** @typedef {Record<string, string | number | boolean>} State a value for each control and toggle */

/**
 * The state of a page that says nothing.
 * @returns {State}
 */
export function defaults() {
  return Object.fromEntries([...CONTROLS, ...TOGGLES].map(({ name, fallback }) => [name, fallback]));
}

/**
 * The state that an address names; what cannot be is the default.
 * @param {Record<string, string>} parameters
 * @returns {State}
 */
export function fromAddress(parameters) {
  const state = defaults();
  for (const control of CONTROLS) {
    const given = parameters[control.name];
    if (given === undefined) continue;
    const allowed = control.choices ?? control.stops;
    if (allowed) {
      if (allowed.some((one) => one.value === given)) state[control.name] = given;
    } else if (given.trim() !== "" && Number.isFinite(Number(given))) {
      state[control.name] = Math.min(control.most, Math.max(control.least, Number(given)));
    }
  }
  for (const { name } of TOGGLES) if (parameters[name] !== undefined) state[name] = parameters[name] === "1";
  return state;
}

/**
 * The address of a state.
 * @param {State} state
 * @param {{ secret?: boolean }} [options] secret: leave out what an exercise asks for
 * @returns {string}
 */
export function toAddress(state, { secret = false } = {}) {
  const said = new URLSearchParams();
  for (const { name, fallback, secret: hidden } of CONTROLS) {
    if (state[name] !== fallback && !(secret && hidden)) said.set(name, String(state[name]));
  }
  for (const { name, fallback } of TOGGLES) if (state[name] !== fallback) said.set(name, state[name] ? "1" : "0");
  const query = said.toString();
  return `#/simulate${query ? `?${query}` : ""}`;
}

/**
 * The levels of a state, highest first.
 * @param {State} state
 * @returns {number[]}
 */
export function levelsOf({ highest, lowest, spacing }) {
  const [from, to] = [Math.max(highest, lowest), Math.min(highest, lowest)];
  const levels = [];
  for (let level = from; level >= to - 1e-9 && levels.length < LEVELS_AT_MOST; level -= Number(spacing)) levels.push(level);
  return levels;
}

/**
 * How an ear is recorded, and whose it is: what an exercise may be told.
 * @param {State} state
 * @returns {object}
 */
export function recordedOf(state) {
  const tone = Number(state.stimulus);
  const age = state.species === "human" ? state.age : "";
  return {
    levels_db: levelsOf(state),
    species: state.species,
    stimulus: tone ? "tone" : state.stimulus,
    ...(tone ? { frequency_hz: tone } : {}),
    sweeps: Math.round(state.sweeps),
    noise_uv: state.noise,
    replicates: Number(state.replicates),
    rate_hz: state.rate,
    ...(age.endsWith("w") ? { age_weeks: parseFloat(age) } : {}),
    ...(age.endsWith("y") ? { age_years: parseFloat(age) } : {}),
    sex: state.species === "human" ? state.sex : "unknown",
  };
}

/**
 * What POST /simulate takes.
 * @param {State} state
 * @param {string} [analyzer] who shall read it
 * @returns {object}
 */
export function requestOf(state, analyzer) {
  return {
    ...recordedOf(state),
    true_threshold_db: state.threshold,
    loss: state.loss,
    seed: Math.round(state.seed),
    ...(analyzer ? { analyzer } : {}),
  };
}

/**
 * The value of a control in words.
 * @param {Control} control
 * @param {string | number} value
 * @returns {string}
 */
export function wordOf(control, value) {
  const named = (control.choices ?? control.stops)?.find((one) => one.value === value);
  if (named) return named.label;
  const number = control.log ? Math.round(value).toLocaleString("en") : String(value);
  return control.unit ? `${number} ${control.unit}` : number;
}
