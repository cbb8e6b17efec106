// The theme follows the system until the person chooses; the choice is a cookie, so the server writes it
// into the page and nothing flashes.
const dark = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";

const changed = () => document.dispatchEvent(new CustomEvent("theme"));

export function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  changed();
}

dark.addEventListener("change", changed);
