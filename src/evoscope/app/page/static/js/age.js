// A person's age, for files that do not state it: a number, and what it counts.
import { h } from "./dom.js";

const LIMITS = { years: [0, 130], weeks: [-20, 7000] }; // as the API takes them; below 0: before term

/**
 * The field. `read` gives what the API takes, nothing where it is empty; `show` fills it from that.
 * @param {string} hint
 * @returns {{node: HTMLElement, read: () => {age_years?: number, age_weeks?: number}, show: (stated: {age_years?: number | null, age_weeks?: number | null}) => void}}
 */
export function ageField(hint) {
  const number = h("input", { type: "number", name: "age", step: "any", inputmode: "decimal", onchange: () => number.reportValidity() });
  const unit = h("select", { name: "age_unit", "aria-label": "Age in", onchange: limit }, Object.keys(LIMITS).map((value) => h("option", { value }, value)));

  function limit() {
    [number.min, number.max] = LIMITS[unit.value];
  }

  limit();
  return {
    node: h("div", { class: "age" }, h("label", {}, h("span", {}, "Age"), number), unit, hint && h("span", { class: "hint" }, hint)),
    read: () => (number.value === "" ? {} : { [`age_${unit.value}`]: Number(number.value) }),
    show({ age_years: years, age_weeks: weeks }) {
      number.value = weeks ?? years ?? "";
      unit.value = weeks == null ? "years" : "weeks";
      limit();
    },
  };
}

/** An age in a few words; empty where nobody stated it. @returns {string} */
export function ageWords({ age_years: years, age_weeks: weeks }) {
  const [value, unit] = weeks == null ? [years, "year"] : [weeks, "week"];
  return value == null ? "" : `${value} ${unit}${value === 1 ? "" : "s"}`;
}
