// Light or dark: as the system says, until someone presses the button.
const KEY = "evoscope.theme";

/** Apply what was chosen, and let a button change it. Views that draw hear "themechange". */
export function themeButton(button) {
  apply(localStorage.getItem(KEY));
  button.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    localStorage.setItem(KEY, chosen);
    apply(chosen);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
}

/** Whether the page is dark now. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The value of a colour of base.css, for canvases. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function apply(chosen) {
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  announce();
}

function announce() {
  document.dispatchEvent(new Event("themechange"));
}
