// Draws on a canvas. svg_pen.js draws the same calls as SVG.
import { shapePath } from "./shapes.js";

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** @typedef {{ colour: string, width?: number, dash?: number[], alpha?: number }} Stroke */

export class CanvasPen {
  /** @param {CanvasRenderingContext2D} context scaled so that a unit is a CSS pixel */
  constructor(context) {
    this.context = context;
  }

  /**
   * A line through places [x, y, x, y, ...]; a y that is NaN interrupts it.
   * @param {ArrayLike<number>} places
   * @param {Stroke} stroke
   */
  line(places, { colour, width = 1, dash = [], alpha = 1 }) {
    const { context } = this;
    context.beginPath();
    let down = false;
    for (let i = 0; i < places.length; i += 2) {
      if (Number.isNaN(places[i + 1])) down = false;
      else if (down) context.lineTo(places[i], places[i + 1]);
      else {
        context.moveTo(places[i], places[i + 1]);
        down = true;
      }
    }
    context.lineJoin = "round";
    context.lineWidth = width;
    context.setLineDash(dash);
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {{ fill?: string, colour?: string, alpha?: number, round?: number }} style
   */
  box(x, y, width, height, { fill, colour, alpha = 1, round = 0 }) {
    const { context } = this;
    context.beginPath();
    context.roundRect(x, y, width, height, round);
    this.#paint({ fill, colour, alpha, width: 1 });
  }

  /**
   * @param {string} shape see shapes.js
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {{ fill?: string, colour?: string, width?: number, alpha?: number }} style
   */
  shape(shape, x, y, radius, { fill, colour, width = 1, alpha = 1 }) {
    this.#paint({ fill, colour, width, alpha }, new Path2D(shapePath(shape, x, y, radius)));
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} text
   * @param {{ colour: string, size?: number, bold?: boolean, align?: CanvasTextAlign, halo?: string }} style
   */
  text(x, y, text, { colour, size = 12, bold = false, align = "left", halo }) {
    const { context } = this;
    context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    if (halo) {
      context.lineJoin = "round";
      context.setLineDash([]);
      context.lineWidth = 3;
      context.strokeStyle = halo;
      context.strokeText(text, x, y);
    }
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  /**
   * @param {string} text
   * @param {number} [size]
   * @returns {number} px
   */
  widthOf(text, size = 12) {
    this.context.font = `600 ${size}px ${FONT}`;
    return this.context.measureText(text).width;
  }

  #paint({ fill, colour, width, alpha }, path) {
    const { context } = this;
    const given = path ? [path] : [];
    context.globalAlpha = alpha;
    if (fill) {
      context.fillStyle = fill;
      context.fill(...given);
    }
    if (colour) {
      context.setLineDash([]);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke(...given);
    }
    context.globalAlpha = 1;
  }
}
