// Shapes of marks: waves differ in shape as well as in colour.

const SIDES = {
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  up: [[0, -1.1], [1, 0.75], [-1, 0.75]],
  down: [[0, 1.1], [1, -0.75], [-1, -0.75]],
  diamond: [[0, -1.15], [1.05, 0], [0, 1.15], [-1.05, 0]],
  star: Array.from({ length: 10 }, (_, i) => {
    const far = i % 2 ? 0.5 : 1.25;
    const turn = (Math.PI * i) / 5;
    return [far * Math.sin(turn), -far * Math.cos(turn)];
  }),
};

/** The shape of each wave's mark. */
export const WAVE_SHAPES = { I: "square", II: "up", III: "diamond", IV: "down", V: "circle" };

/** The colour of each wave: a name of base.css. */
export const WAVE_COLOURS = { I: "wave-i", II: "wave-ii", III: "wave-iii", IV: "wave-iv", V: "wave-v" };

/**
 * The outline of a shape as an SVG path, which a canvas draws, too.
 * @param {string} shape circle, square, up, down, diamond or star
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {string}
 */
export function shapePath(shape, x, y, radius) {
  const sides = SIDES[shape];
  if (!sides) return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
  return `M${sides.map(([dx, dy]) => `${(x + radius * dx).toFixed(2)} ${(y + radius * dy).toFixed(2)}`).join("L")}Z`;
}
