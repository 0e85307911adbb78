// Draws what canvas_pen.js draws, as elements of an SVG picture.
import { svg } from "../dom.js";
import { FONT } from "./canvas_pen.js";
import { shapePath } from "./shapes.js";

export class SvgPen {
  /** @param {number} width @param {number} height px */
  constructor(width, height) {
    this.element = svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT });
  }

  line(places, { colour, width = 1, dash = [], alpha = 1 }) {
    let d = "";
    let down = false;
    for (let i = 0; i < places.length; i += 2) {
      if (Number.isNaN(places[i + 1])) {
        down = false;
        continue;
      }
      d += `${down ? "L" : "M"}${places[i].toFixed(2)} ${places[i + 1].toFixed(2)}`;
      down = true;
    }
    this.#add("path", { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linejoin": "round", "stroke-dasharray": dash.join(" ") || null, "stroke-opacity": alpha });
  }

  box(x, y, width, height, { fill = "none", colour, alpha = 1, round = 0 }) {
    this.#add("rect", { x, y, width, height, rx: round, fill, stroke: colour, opacity: alpha });
  }

  shape(shape, x, y, radius, { fill = "none", colour, width = 1, alpha = 1 }) {
    this.#add("path", { d: shapePath(shape, x, y, radius), fill, stroke: colour, "stroke-width": width, opacity: alpha });
  }

  text(x, y, text, { colour, size = 12, bold = false, align = "left", halo }) {
    const anchor = { left: "start", center: "middle", right: "end" }[align];
    const ring = halo ? { stroke: halo, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" } : {};
    this.#add("text", { x, y, fill: colour, "font-size": size, "font-weight": bold ? 600 : 400, "text-anchor": anchor, "dominant-baseline": "central", ...ring }, text);
  }

  widthOf(text, size = 12) {
    return 0.6 * size * text.length;
  }

  #add(tag, attributes, ...children) {
    this.element.append(svg(tag, attributes, ...children));
  }
}
