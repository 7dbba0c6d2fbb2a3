// What the reader chose for this browser: language, theme, yardstick, single-key shortcuts.
import { createStore, useStore } from "./store";

export type Language = "en" | "fr" | "sq";
export type Theme = "system" | "light" | "dark";
export type Yardstick = "phia" | "icd203";

export interface Settings {
  language: Language;
  theme: Theme;
  yardstick: Yardstick;
  shortcuts: boolean;
}

export const kLanguageNames: Record<Language, string> = { en: "English", fr: "Français", sq: "Shqip" };
export const kLanguages: readonly Language[] = ["en", "fr", "sq"];
const kThemes: readonly Theme[] = ["system", "light", "dark"];
const kYardsticks: readonly Yardstick[] = ["phia", "icd203"];
const kKey = "prova.settings";

function oneOf<T extends string>(value: unknown, options: readonly T[], otherwise: T): T {
  return options.includes(value as T) ? (value as T) : otherwise;
}

function stored(): Partial<Record<keyof Settings, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(kKey) ?? "{}");
    return value !== null && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}

function initial(): Settings {
  const saved = stored();
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => kLanguages.includes(tag as Language));
  return {
    language: oneOf(saved.language, kLanguages, oneOf(preferred, kLanguages, "en")),
    theme: oneOf(saved.theme, kThemes, "system"),
    yardstick: oneOf(saved.yardstick, kYardsticks, "phia"),
    shortcuts: saved.shortcuts !== false,
  };
}

export const settings = createStore<Settings>(initial());
export const useSettings = (): Settings => useStore(settings);

export function changeSettings(changes: Partial<Settings>): void {
  const next = { ...settings.get(), ...changes };
  settings.set(next);
  try {
    localStorage.setItem(kKey, JSON.stringify(next));
  } catch {
    // A browser that stores nothing (private window, full disk): the choice lasts as long as the page.
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme(): void {
  const { theme } = settings.get();
  const resolved = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  document.documentElement.dataset.theme = resolved;
}

export function watchTheme(): void {
  applyTheme();
  settings.subscribe(applyTheme);
  dark.addEventListener("change", applyTheme);
}
