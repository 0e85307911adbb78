// The home of the page: recordings in, ears with what was found.
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { confirmed } from "../ears/confirm.js";
import { acceptDrops, dropZone } from "../ears/drop.js";
import { earList } from "../ears/list.js";
import { progressList } from "../ears/progress.js";
import { recentUploads } from "../ears/recent.js";
import { uploading } from "../ears/uploading.js";
import { count } from "../ears/words.js";
import { say, sayError } from "../say.js";

const AT_ONCE = 60;
const UPLOADS = 20;
const ASK_AGAIN_MS = 3000; // an upload that another page, or this one before a reload, has begun

/**
 * Show the view.
 * @param {HTMLElement} root
 * @returns {Promise<() => void>}
 */
export async function mount(root) {
  let shown = AT_ONCE;
  let timer = 0;
  let opensDemo = false;
  let isLeft = false;
  const heading = h("h1", { tabindex: "-1" }, "Ears");
  const about = h("p", { class: "about" });
  const list = h("div", { class: "subjects" });
  const recent = h("div", {});
  const place = h("div", {});
  const progress = progressList();
  replace(root, heading, about, place, progress.element, list, recent);

  const refresh = async () => {
    clearTimeout(timer);
    try {
      const [page, uploads] = await Promise.all([
        api.get("/series", { limit: shown, rater: "*" }), // whoever marked it last
        api.get("/uploads", { limit: UPLOADS }),
      ]);
      if (isLeft) return;
      draw(page, uploads);
      if (uploads.some(({ state }) => state === "running")) timer = setTimeout(refresh, ASK_AGAIN_MS);
    } catch (error) {
      sayError(error);
    }
  };
  const draw = ({ total, series }, uploads) => {
    const isEmpty = total === 0;
    root.classList.toggle("empty", isEmpty);
    replace(heading, isEmpty ? "Read auditory brainstem responses" : "Ears");
    replace(about, isEmpty
      ? "Waves, thresholds and their uncertainty, from the files of your device. Everything stays on this machine."
      : [`${count(total, "series", "series")}. `, h("a", { href: "#/table" }, "Search, sort and export them in the table")]);
    const more = total > series.length && h("button", { type: "button", class: "quiet", onclick: showMore }, `Show ${Math.min(AT_ONCE, total - series.length)} more of ${total}`);
    replace(list, earList(series, forgetSeries), more);
    const open = recent.querySelector("details")?.open;
    replace(recent, uploads.length > 0 && recentUploads(uploads, forgetUpload));
    if (open) recent.firstElementChild.open = true;
  };
  const showMore = () => {
    shown = Math.min(1000, shown + AT_ONCE);
    refresh();
  };
  const forget = async (path, question, consequence, told) => {
    if (!(await confirmed(question, { consequence, yes: "Delete" }))) return;
    try {
      await api.delete(path);
      say(told);
    } catch (error) {
      sayError(error);
    }
    await refresh();
    heading.focus(); // what had the focus is gone
  };
  const forgetSeries = ({ id, name }) => forget(`/series/${id}`, `Delete ${name}?`,
    "Its findings and all corrections of it are deleted, too. This cannot be undone.", `${name} is deleted.`);
  const forgetUpload = ({ id, series }) => forget(`/uploads/${id}`, "Delete this upload?",
    series.length ? `${count(series.length, "series", "series")} with findings and corrections are deleted. This cannot be undone.` : "It has no series.",
    "The upload is deleted.");

  const stored = ({ detail }) => {
    refresh();
    if (opensDemo && detail.series.length) location.hash = `#/series/${detail.series[0]}`;
  };
  uploading.addEventListener("stored", stored);
  uploading.addEventListener("end", refresh);
  const health = api.get("/health").catch(() => ({}));
  const drawn = refresh();
  const zone = dropZone({
    always: (await health).pseudonymised === true,
    onfiles: () => { opensDemo = false; },
    ondemo: () => { opensDemo = true; },
  });
  replace(place, zone);
  const stop = acceptDrops(zone);
  await drawn;
  return () => {
    isLeft = true;
    clearTimeout(timer);
    stop();
    progress.leave();
    uploading.removeEventListener("stored", stored);
    uploading.removeEventListener("end", refresh);
  };
}
