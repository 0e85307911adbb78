// Numbers to places and back, and where an axis has its ticks.

/**
 * A linear scale from `domain` to `range`, both [first, last].
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {((value: number) => number) & { invert: (place: number) => number }}
 */
export function linear([a, b], [from, to]) {
  const slope = b === a ? 0 : (to - from) / (b - a);
  const scale = (value) => from + (value - a) * slope;
  scale.invert = (place) => (slope === 0 ? a : a + (place - from) / slope);
  return scale;
}

/**
 * Round numbers within [low, high], about `count` of them.
 * @param {number} low
 * @param {number} high
 * @param {number} [count]
 * @returns {number[]}
 */
export function ticks(low, high, count = 6) {
  if (!(high > low)) return [low];
  const step = niceStep((high - low) / Math.max(1, count));
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

/**
 * The smallest of 1, 2, 5 x 10^n that is not below a number.
 * @param {number} rough
 * @returns {number}
 */
export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * (1 - 1e-9)) ?? 10 * power;
}

/**
 * A number as a person reads it: no needless decimals, a true minus sign.
 * @param {number} value
 * @param {number} [digits] at most
 * @returns {string}
 */
export function plain(value, digits = 2) {
  const text = Number(value.toFixed(digits)).toString();
  return (text === "-0" ? "0" : text).replace("-", "\u2212");
}
