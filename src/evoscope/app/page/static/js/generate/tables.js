// Synthetic recordings and answers of the quiz as CSV.
import { csv } from "../compare/csv.js";

const WAVES = ["I", "II", "III", "IV", "V"];

/**
 * One row for a recording; that it is synthetic is in every row.
 * @param {object} made an answer of POST /generate
 * @returns {string}
 */
export function recordingsCsv(made) {
  const samples = made.recordings[0]?.values_uv.length ?? 0;
  const columns = ["ear", "loss_type", "level_db", "synthetic", "simulated", "model", "model_sha256", "start_ms", "step_ms",
    ...WAVES.flatMap((wave) => [`wave_${wave}_present`, `wave_${wave}_latency_ms`, `wave_${wave}_amplitude_uv`]),
    ...Array.from({ length: samples }, (_, i) => `uv_${i}`)];
  return csv(columns, made.recordings.map((one) => [
    one.ear, one.loss_type, one.level_db, true, made.simulated, made.model, made.model_sha256, one.start_ms, one.step_ms,
    ...WAVES.flatMap((name) => {
      const wave = one.waves.find((other) => other.name === name);
      return [wave.present, wave.latency_ms, wave.amplitude_uv];
    }),
    ...one.values_uv,
  ]));
}

/**
 * One row for an answer of the quiz.
 * @param {object} quiz as GET /quizzes/{id} shows it
 * @param {string} rater
 * @returns {string}
 */
export function answersCsv(quiz, rater) {
  return csv(["quiz", "rater", "number", "level_db", "class", "real_kind", "model", "was", "said", "right"], quiz.answered.map((one) => [
    quiz.id, rater, one.number, one.level_db, one.loss_class, quiz.real, quiz.model, one.kind, one.said, one.right,
  ]));
}
