// Many files, in uploads that a server takes. What belongs together stays together: recordings of
// one folder are joined into series, so that a folder is divided only where it is too large.

/** @typedef {import("./files.js").Chosen} Chosen */

const WANTED = { files: 100, bytes: 64 * 2 ** 20 }; // progress is seen, and a loss is small
const MOST = { files: 480, bytes: 500 * 2 ** 20 }; // below the server's 500 and 512 MiB

/**
 * Divide files into uploads.
 * @param {Chosen[]} files
 * @returns {Chosen[][]}
 */
export function batches(files) {
  const made = [];
  let open = [];
  for (const group of [...folders(files).values()].flatMap(bounded)) {
    if (open.length && !fits([...open, ...group], WANTED)) {
      made.push(open);
      open = [];
    }
    open.push(...group);
  }
  return open.length ? [...made, open] : made;
}

/**
 * Two smaller uploads in place of one whose worker did not survive it.
 * @param {Chosen[]} files two or more
 * @returns {Chosen[][]}
 */
export function halves(files) {
  const groups = folders(files).size > 1 ? [...folders(files).values()] : recordings(files);
  if (groups.length < 2) return [];
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle).flat(), groups.slice(middle).flat()];
}

function folders(files) {
  return grouped(files, ({ path }) => {
    const above = path.split("/").slice(0, -1);
    const array = arrayIn(path);
    return (array < 0 ? above : above.slice(0, array)).join("/");
  });
}

/** Where in a path a Zarr array begins: a folder of many files, part of the recording that it lies in. */
function arrayIn(path) {
  return path.split("/").findIndex((part) => part.toLowerCase().endsWith(".zarr"));
}

/** Files of one folder that may be parts of one recording: a.hea and a.dat, or all beside an array. */
function recordings(files) {
  if (files.some(({ path }) => arrayIn(path) >= 0)) return [files];
  return [...grouped(files, ({ path }) => path.replace(/(\.[^./]*)+$/, "")).values()];
}

function bounded(folder) {
  if (fits(folder, MOST)) return [folder];
  const made = [[]];
  for (const group of recordings(folder)) {
    const last = made.at(-1);
    if (last.length && !fits([...last, ...group], MOST)) made.push([...group]);
    else last.push(...group);
  }
  return made;
}

function fits(files, limit) {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return files.length <= limit.files && bytes <= limit.bytes;
}

function grouped(files, keyOf) {
  const groups = new Map();
  for (const one of files) {
    const key = keyOf(one);
    if (groups.has(key)) groups.get(key).push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
