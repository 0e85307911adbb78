// From page to page.
import { h } from "../dom.js";

const SIZES = ["25", "50", "100", "200"];

/**
 * Which rows are shown of how many, and the way to the others.
 * @param {{total: number, query: Record<string, string>, onmove: (offset: number) => void, onsize: (limit: string) => void}} given
 * @returns {HTMLElement}
 */
export function paging({ total, query, onmove, onsize }) {
  const [limit, offset] = [Number(query.limit), Number(query.offset)];
  const last = Math.min(total, offset + limit);
  const size = h("select", { "aria-label": "Rows on a page", onchange: () => onsize(size.value) },
    [...new Set([...SIZES, query.limit])].map((value) => h("option", { value, selected: value === query.limit }, `${value} rows`)));
  return h("nav", { class: "paging", "aria-label": "Pages" },
    h("button", { type: "button", class: "quiet", disabled: offset === 0, onclick: () => onmove(Math.max(0, offset - limit)) }, "Earlier"),
    h("span", {}, total ? `${offset + 1}–${last} of ${total}` : "none"),
    h("button", { type: "button", class: "quiet", disabled: last >= total, onclick: () => onmove(offset + limit) }, "Later"),
    size);
}
