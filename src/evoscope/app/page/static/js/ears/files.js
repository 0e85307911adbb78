// Files that a person chose or dropped, whole folders included, with their paths.

/** @typedef {{file: File, path: string}} Chosen a file and where it lay, below what was chosen */

/**
 * Files of an input; with `webkitdirectory` their paths begin with the folder's name.
 * @param {HTMLInputElement} input
 * @returns {Chosen[]}
 */
export function filesOfInput(input) {
  return seen([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

/**
 * Files of a drop, folders walked to their ends. To be called while the event is handled: a
 * browser empties it afterwards.
 * @param {DataTransfer} transfer
 * @returns {Promise<Chosen[]>}
 */
export async function filesOfDrop(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ file: entry, path: entry.name });
    else if (entry) await walk(entry, "", found);
  }
  return seen(found);
}

async function walk(entry, above, found) {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = entry.createReader();
  const read = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A browser hands out a hundred at a time, and an empty list at the end.
  for (let some = await read(); some.length; some = await read()) {
    for (const inner of some) await walk(inner, `${path}/`, found);
  }
}

const SHOWN = [".zarray", ".zattrs", ".zgroup", ".zmetadata"]; // parts of a recording that only look hidden

/** Without what systems hide in folders (.DS_Store, .git), in the order of their paths. */
function seen(files) {
  const hidden = ({ path }) => path.split("/").some((part) => part.startsWith(".") && !SHOWN.includes(part));
  return files.filter((one) => !hidden(one)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
