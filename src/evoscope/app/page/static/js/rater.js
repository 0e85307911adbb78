// Who corrects: a name of their own choice, kept in this browser. Corrections need one.
import { say } from "./say.js";

const KEY = "evoscope.rater";
let field = null;

export const rater = {
  attach(input) {
    field = input;
    field.value = localStorage.getItem(KEY) ?? "";
    field.addEventListener("change", () => {
      localStorage.setItem(KEY, this.name);
      document.dispatchEvent(new Event("raterchange"));
    });
  },
  /** The name; empty where nobody gave one. */
  get name() {
    return field ? field.value.trim() : "";
  },
  /** The name; where there is none, ask for it and return null. */
  required() {
    if (this.name) return this.name;
    say("A correction keeps who made it. Enter your name at the top first.", { kind: "warning" });
    field.focus();
    return null;
  },
};
