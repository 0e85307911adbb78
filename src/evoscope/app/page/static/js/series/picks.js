// What a series says of each wave at each level, once a reading lies over what the analysis found.
export const WAVES = ["I", "II", "III", "IV", "V"];

/**
 * @typedef {{ level_db: number, wave: string, present: boolean, latency_ms: number | null,
 *   low_ms: number | null, high_ms: number | null, amplitude_uv: number | null,
 *   probability: number | null, human: { rater: string, at: string } | null }} Pick
 */

/** The levels of findings, loudest first: as they are read. */
export function levelsOf(findings) {
  return [...findings.levels].sort((a, b) => b.level_db - a.level_db);
}

/**
 * One pick; `reading` null is the machine's.
 * @returns {Pick}
 */
export function pickOf(level, wave, reading) {
  const mark = reading?.waves.find((one) => one.level_db === level.level_db && one.wave === wave);
  const common = { level_db: level.level_db, wave };
  if (mark) {
    return {
      ...common, present: mark.present, latency_ms: mark.latency_ms, low_ms: null, high_ms: null,
      amplitude_uv: mark.amplitude_uv, probability: null, human: { rater: mark.rater, at: mark.at },
    };
  }
  const found = level.waves.find((one) => one.name === wave);
  const latency = found?.present ? found.latency_ms : null;
  return {
    ...common, present: Boolean(found?.present && latency), latency_ms: latency?.value ?? null,
    low_ms: latency?.low ?? null, high_ms: latency?.high ?? null,
    amplitude_uv: found?.present ? found.amplitude_uv?.value ?? null : null,
    probability: found?.probability ?? null, human: null,
  };
}

/** The threshold with its status; `human` where a person marked it. */
export function thresholdOf(findings, reading) {
  const mark = reading?.threshold;
  if (!mark) return { ...findings.threshold, human: null };
  const { level_reference, curve } = findings.threshold;
  return { status: mark.status, value_db: mark.value_db, low_db: null, high_db: null, level_reference, curve, reason: "", human: { rater: mark.rater, at: mark.at } };
}

/** The loss type; `human` where a person marked it. */
export function lossOf(findings, reading) {
  const mark = reading?.loss_type;
  if (!mark) return { ...findings.loss_type, human: null };
  return { name: mark.value, probability: null, probabilities: {}, reason: "", human: { rater: mark.rater, at: mark.at } };
}

/**
 * Where the line of a threshold lies: below so many levels, loudest first; null for none.
 * @param {{ status: string, value_db: number | null }} threshold
 * @param {number[]} levels loudest first
 * @returns {number | null}
 */
export function gapOf({ status, value_db }, levels) {
  if (status === "no_response") return 0;
  if (status === "below_range") return levels.length;
  if (status !== "estimated" || value_db === null) return null;
  return levels.filter((level) => level >= value_db).length;
}

/** The act that a line at a gap means. */
export function thresholdAt(gap, levels) {
  if (gap === 0) return { kind: "threshold", status: "no_response" };
  if (gap === levels.length) return { kind: "threshold", status: "below_range" };
  return { kind: "threshold", status: "estimated", value_db: levels[gap - 1] };
}

/**
 * About when a wave that is not there would come: as at the nearest level that has it, else the norm.
 * @returns {number}
 */
export function expectedMs(levels, norms, row, wave, reading) {
  const found = levels
    .map((level, i) => ({ far: Math.abs(i - row), pick: pickOf(level, wave, reading) }))
    .filter(({ pick }) => pick.present)
    .sort((a, b) => a.far - b.far)[0];
  if (found) return found.pick.latency_ms;
  const norm = norms.find((one) => one.wave === wave && one.level_db === levels[row].level_db);
  if (norm) return norm.mean_ms;
  const { start_ms, step_ms, values_uv } = levels[row].denoised;
  return start_ms + (step_ms * values_uv.length * (WAVES.indexOf(wave) + 1)) / 8;
}

/**
 * A reading after an act that is not answered yet. Undo and redo are the server's to know.
 */
export function withAct(reading, act, rater) {
  const made = { rater, at: new Date().toISOString(), number: Infinity };
  const others = (waves) => waves.filter((one) => one.level_db !== act.level_db || one.wave !== act.wave);
  switch (act.kind) {
    case "wave": {
      const { kind, ...mark } = act;
      return { ...reading, waves: [...others(reading.waves), { latency_ms: null, amplitude_uv: null, ...mark, ...made }] };
    }
    case "threshold":
      return { ...reading, threshold: { status: act.status, value_db: act.value_db ?? null, ...made } };
    case "loss_type":
      return { ...reading, loss_type: { value: act.value === "cannot_tell" ? "cannot tell" : act.value, ...made } };
    case "release":
      if (act.loss_type) return { ...reading, loss_type: null };
      if (act.wave == null) return { ...reading, threshold: null };
      return { ...reading, waves: others(reading.waves) };
    default:
      return reading;
  }
}

/** A rater who said nothing yet. */
export function emptyReading(rater) {
  return { rater, waves: [], threshold: null, loss_type: null, can_undo: false, can_redo: false, acts: 0 };
}

/** Whether a mark stands: what was undone or released is as the analysis has it. */
export function corrects({ waves, threshold, loss_type }) {
  return waves.length > 0 || threshold != null || loss_type != null;
}
