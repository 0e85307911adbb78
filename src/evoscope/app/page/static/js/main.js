// Starts the page: navigation, who corrects, light or dark, and the view that the address names.
import { start } from "./router.js";
import { rater } from "./rater.js";
import { themeButton } from "./theme.js";

rater.attach(document.getElementById("rater"));
themeButton(document.getElementById("theme"));
start(document.getElementById("main"), document.getElementById("views"));
