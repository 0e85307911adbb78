// Which of the files sent a server means when it names one: it makes names safe before it reads.

/** @typedef {{file: string, reason?: string, hint?: string, why?: string}} Told */

/**
 * Put what was told of files beside them.
 * @template {{path: string}} Sent
 * @param {Sent[]} sent
 * @param {Told[]} told
 * @returns {{matched: [Sent, Told][], others: (Told & {inner: Sent[]})[]}} `others` name none of them: a
 *   pseudonym, or a folder that is one recording, with `inner` files
 */
export function beside(sent, told) {
  const known = new Map();
  for (const one of sent) {
    const key = plain(one.path);
    known.set(key, [...(known.get(key) ?? []), one]);
  }
  const matched = [];
  const others = [];
  for (const one of told) {
    const file = known.get(plain(one.file))?.shift();
    if (file) matched.push([file, one]);
    else others.push({ ...one, inner: sent.filter(({ path }) => plain(path).startsWith(`${plain(one.file)}/`)) });
  }
  return { matched, others };
}

/** A path as no file system or server changes it. */
function plain(path) {
  return path
    .split(/[/\\]+/)
    .map((part) => part.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, ""))
    .join("/")
    .toLowerCase();
}
