// Which view the address names: #/ears, #/series/<id>, ... A view is a module of js/views with
// `mount(root, parameters)`, which returns what to call when it is left.
import { h, replace } from "./dom.js";

const VIEWS = [
  { name: "ears", title: "Ears" },
  { name: "table", title: "Table" },
  { name: "simulate", title: "Simulate" },
  { name: "generate", title: "Generate" },
  { name: "text", title: "Text" },
];
const HIDDEN = ["series", "compare"]; // reached from other views
const KNOWN = new Set([...VIEWS.map(({ name }) => name), ...HIDDEN]);

/** Instead of a view whose files did not come: nothing at all would be there. */
const UNLOADED = {
  mount: (root) => void root.append(h("div", { class: "card", role: "alert" },
    h("p", { class: "error" }, "This view could not be loaded.", h("span", { class: "hint" }, " Is the server still running?")),
    h("button", { type: "button", onclick: () => location.reload() }, "Load the page again"))),
};

/** Show the view of the address in `root`, now and whenever the address changes. */
export function start(root, navigation) {
  replace(navigation, VIEWS.map(({ name, title }) => h("a", { href: `#/${name}`, "data-view": name }, title)));
  let leave = () => {};
  let shown = 0;
  const show = async () => {
    const mine = ++shown;
    const { view, parameters } = place();
    const module = await import(`./views/${view}.js`).catch(() => UNLOADED);
    if (mine !== shown) return;
    leave();
    leave = () => {};
    document.title = `Evoscope: ${view}`;
    for (const link of navigation.children) {
      const here = link.dataset.view === view || (view === "series" && link.dataset.view === "ears");
      link.toggleAttribute("aria-current", here);
      if (here) link.setAttribute("aria-current", "page");
    }
    const inside = h("div", { class: `view ${view}` });
    const hadFocus = root.contains(document.activeElement);
    replace(root, inside);
    const left = await module.mount(inside, parameters);
    // A link that was followed is gone with its view: the next key goes on from here, not from the top.
    if (hadFocus && mine === shown && document.activeElement === document.body) root.focus({ preventScroll: true });
    if (mine === shown) leave = left ?? (() => {});
    else left?.();
  };
  addEventListener("hashchange", show);
  show();
}

/** Where the address points: its view, and the parameters after it. */
function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/");
  const parameters = Object.fromEntries(new URLSearchParams(query));
  if (id) parameters.id = decodeURIComponent(id);
  return { view: KNOWN.has(view) ? view : "ears", parameters };
}
