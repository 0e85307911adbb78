// A difference with its sign; what rounds to nothing has none.

/**
 * A number with its sign.
 * @param {number} value
 * @param {number} digits behind the point
 * @returns {string}
 */
export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}
