// The report in a tab of its own, where the browser prints it or saves it as PDF.
import { fetched } from "./save.js";

const ASKED_EVERY_MS = 100;

/**
 * Open the report. To be called at a click: a browser opens no tab later.
 * @param {() => Promise<object>} selection of which series, as POST /export takes it
 * @param {{print: boolean}} then whether to print it once it is there
 */
export async function openReport(selection, { print }) {
  const tab = window.open("about:blank", "_blank");
  if (!tab) throw new Error("The browser should open a tab. Found that it blocks them.");
  try {
    tab.document.title = "Evoscope report";
    tab.document.body.textContent = "The report is being made: about a second for each series.";
    const url = URL.createObjectURL(await fetched("/export", await selection()));
    if (tab.closed) return;
    tab.location.replace(url);
    if (print) await loaded(tab, url);
    if (print && !tab.closed) tab.print();
  } catch (error) {
    tab.close();
    throw error;
  }
}

function loaded(tab, url) {
  return new Promise((resolve) => {
    const asking = setInterval(() => {
      if (!tab.closed && (tab.location.href !== url || tab.document.readyState !== "complete")) return;
      clearInterval(asking);
      resolve();
    }, ASKED_EVERY_MS);
  });
}
