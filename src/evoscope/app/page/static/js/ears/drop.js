// Where files come in: dropped anywhere on the view, chosen, or a whole folder of them.
import { h } from "../dom.js";
import { say, sayError } from "../say.js";
import { filesOfDrop, filesOfInput } from "./files.js";
import { optionsFields, takeOptions } from "./options.js";
import { uploading } from "./uploading.js";

const FORMATS = "IHS SmartEP, TDT BioSig (.arf, CSV, text), EPL CFTS, psi, WFDB, EDF, CSV";

/**
 * The drop zone.
 * @param {{always: boolean, onfiles: () => void, ondemo: () => void}} given `always`: names are always replaced;
 *   `onfiles`: files are on their way; `ondemo`: the demo's are
 * @returns {HTMLElement}
 */
export function dropZone({ always, onfiles, ondemo }) {
  const take = (files) => {
    if (files.length === 0) {
      say("There should be a file among them. Found none, or hidden ones only.", { kind: "warning" });
      return;
    }
    uploading.add(files, takeOptions());
    onfiles();
  };
  const picker = (folder) => h("input", {
    type: "file", multiple: true, webkitdirectory: folder, class: "visually-hidden", tabindex: "-1", "aria-hidden": "true",
    onchange: ({ target }) => { take(filesOfInput(target)); target.value = ""; },
  });
  const files = picker(false);
  const folder = picker(true);
  const demo = h("button", { type: "button", class: "quiet", onclick: tryDemo }, "Try the demo ears");
  async function tryDemo() {
    demo.disabled = true;
    try {
      const { demoFiles } = await import("./demo.js"); // few need it: it does not hold up the page
      const made = await demoFiles();
      ondemo();
      uploading.add(made, {});
    } catch (error) {
      sayError(error);
    }
    demo.disabled = false;
  }
  const zone = h("section", { class: "drop card", "aria-label": "Add recordings" },
    h("p", { class: "drop-title" }, "Drop recordings here, files or whole folders"),
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => files.click() }, "Choose files"),
      h("button", { type: "button", onclick: () => folder.click() }, "Choose a folder"),
      demo),
    h("p", { class: "hint" }, `${FORMATS}; mixed as they are.`),
    files, folder,
    optionsFields(always));
  return Object.assign(zone, { take });
}

/**
 * Take files that are dropped anywhere on the page, and say so while they hover.
 * @param {HTMLElement & {take: (files: object[]) => void}} zone
 * @returns {() => void} stops it
 */
export function acceptDrops(zone) {
  const hover = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    zone.classList.add("over");
  };
  const leave = (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  };
  const drop = async (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.remove("over");
    try {
      zone.take(await filesOfDrop(event.dataTransfer));
    } catch (error) {
      sayError({ message: `The files should be readable. Found: ${error.message}`, hint: "Choose them with the button." });
    }
  };
  const listeners = { dragover: hover, dragleave: leave, drop };
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener);
  };
}
