/**
 * Light or dark, where a style sheet cannot know: inside a shadow root (marimo), whose host page says so on elements that
 * selectors do not reach. Elsewhere the style sheet reads the same marks by itself.
 */

const MARKED = { attributes: true, attributeFilter: ["class", "data-theme", "data-jp-theme-light"] };

export function followTheme(el: HTMLElement, signal: AbortSignal): void {
  if (!(el.getRootNode() instanceof ShadowRoot)) return;
  const apply = () => {
    const theme = [document.body, document.documentElement].map(themeOf).find((found) => found !== null);
    if (theme) el.dataset.limeTheme = theme;
    else delete el.dataset.limeTheme;
  };
  apply();
  const observer = new MutationObserver(apply);
  observer.observe(document.documentElement, MARKED);
  observer.observe(document.body, MARKED);
  signal.addEventListener("abort", () => observer.disconnect());
}

function themeOf({ classList, dataset }: HTMLElement): "light" | "dark" | null {
  if (dataset.jpThemeLight !== undefined) return dataset.jpThemeLight === "true" ? "light" : "dark";
  for (const theme of ["dark", "light"] as const) {
    if (classList.contains(theme) || classList.contains(`vscode-${theme}`) || dataset.theme === theme) return theme;
  }
  return null;
}
