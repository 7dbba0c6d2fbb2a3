// Messages in the reader's language. English is always there; the others are chunks of their own.
// Keys are "area.name"; `{name}` is replaced by an argument; `~` is a no-break space, as in src/report/phrases_*.def, whose
// terms these messages reuse. A key missing in a language does not compile.
import en from "./en";
import type { Language } from "../settings";

export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;
export type Arguments = Record<string, string | number>;

let messages: Messages = en;
let active: Language = "en";

/** Whose numbers to write. Albanian writes them as French does, and not every browser knows Albanian. */
export const numberLocale = (): string => (active === "en" ? "en-GB" : "fr");

export const language = (): Language => active;

/** Loads the messages of a language and makes them the ones that `t` speaks. Render again afterwards. */
export async function speak(wanted: Language): Promise<void> {
  if (wanted === "fr") messages = (await import("./fr")).default;
  else if (wanted === "sq") messages = (await import("./sq")).default;
  else messages = en;
  active = wanted;
  document.documentElement.lang = wanted;
}

/** The message, with its arguments filled in. */
export function t(key: MessageKey, args?: Arguments): string {
  return filled(messages[key] ?? en[key], args);
}

function filled(text: string, args?: Arguments): string {
  const spaced = text.replaceAll("~", "\u00a0");
  return args ? spaced.replace(/\{(\w+)\}/g, (whole, name: string) => (name in args ? String(args[name]) : whole)) : spaced;
}

/** `key.one` or `key.other`, by the language's own rule for the count. `{count}` is the formatted number. */
export function tn(key: PluralKey, count: number, args: Arguments = {}): string {
  const one = active === "fr" ? Math.abs(count) < 2 : count === 1;   // CLDR's rules for the three languages
  const form = one ? "one" : "other";
  return t(`${key}.${form}` as MessageKey, { count: new Intl.NumberFormat(numberLocale()).format(count), ...args });
}
type PluralKey = MessageKey extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never;

/** The message of a key made of a code that comes from a document; the code itself when the interface knows no word for it. */
export function tCode(area: string, code: string | null | undefined): string {
  if (!code) return "";
  const key = `${area}.${code}`;
  return key in en ? t(key as MessageKey) : code.replaceAll("_", " ");
}
