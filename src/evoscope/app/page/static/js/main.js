// Starts the page: navigation, who corrects, light or dark, and the view that the address names.
import { start } from "./router.js";
import { rater } from "./rater.js";
import { themeButton } from "./theme.js";

rater.attach(document.getElementById("rater"));
const main = document.getElementById("main");
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // an address of this page names a view
  main.focus();
});
themeButton(document.getElementById("theme"));
start(main, document.getElementById("views"));
