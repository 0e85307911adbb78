// Two simulated ears, made into files and sent as any file is: a first waterfall without a file.
import { api } from "../api.js";

const LEVELS = [90, 80, 70, 60, 50, 40, 30, 20, 10];
const COMMON = { levels_db: LEVELS, sweeps: 2000, noise_uv: 1.5, replicates: 2 };
const EARS = [
  { ear: "right", asked: { ...COMMON, true_threshold_db: 15, loss: "normal", seed: 1 } },
  { ear: "left", asked: { ...COMMON, true_threshold_db: 45, loss: "snhl", seed: 8 } },
];
const SUBJECT = "Demo (simulated)";

/**
 * Simulate the demo's ears.
 * @returns {Promise<import("./files.js").Chosen[]>}
 */
export async function demoFiles() {
  return Promise.all(EARS.map(async ({ ear, asked }) => {
    const path = `demo ${ear} ear.csv`;
    const text = table(ear, asked, await api.post("/simulate", asked));
    return { path, file: new File([text], path, { type: "text/csv" }) };
  }));
}

/** A simulated series as a table of waveforms, a row each. */
function table(ear, asked, { level_reference, levels }) {
  const { start_ms, step_ms, averages_uv } = levels[0];
  const stated = {
    units: "uV", stimulus: "click", species: "human", transducer: "insert", rate_hz: 21.1, polarity: "alternating",
    sampling_rate_hz: 1000 / step_ms, onset_ms: -start_ms, level_reference, subject: SUBJECT, ear, sweeps: asked.sweeps,
  };
  const header = ["level_db", ...averages_uv[0].keys()].join(",");
  const rows = levels.flatMap((level) => level.averages_uv.map((values) => [level.level_db, ...values].join(",")));
  return [...Object.entries(stated).map(([key, value]) => `# ${key}: ${value}`), header, ...rows, ""].join("\n");
}
