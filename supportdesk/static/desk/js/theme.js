// Light or dark: as the system says until the person chooses. The cookie lets the server paint the first frame.

const root = document.documentElement;

export function startTheme() {
  document.getElementById("theme")?.addEventListener("click", () => {
    const present = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const chosen = present === "dark" ? "light" : "dark";
    root.dataset.theme = chosen;
    document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
  });
}
