// An evidence item as the form holds it (texts), and as case.yaml holds it (docs/formats/case.md).
import type { CaseItem } from "../documents";

export interface ItemForm {
  id: string;
  kind: string;
  claim: string;
  known_from: string;
  event_date: string;
  roots: string[];
  credibility: string;
  /** "" leaves it to the kind. */
  spoofability: string;
  issuer: string;
  wording: string;
  yardstick: string;
  likelihood: string;
  issuer_confidence: string;
  source: string;
  urls: string;
  /** "QUESTION/HYPOTHESIS" to strength. */
  says: Record<string, string>;
  derived_from: string;
  confirms: string;
  disproves: string;
  replaces: string;
  note: string;
}

export const emptyItem = (id: string): ItemForm => ({
  id, kind: "", claim: "", known_from: "", event_date: "", roots: [], credibility: "3", spoofability: "", issuer: "", wording: "", yardstick: "", likelihood: "",
  issuer_confidence: "", source: "", urls: "", says: {}, derived_from: "", confirms: "", disproves: "", replaces: "", note: "",
});

const joined = (ids: readonly string[]): string => ids.join(", ");

/** `defaultSpoofability` is that of the item's kind: a value equal to it need not be written. */
export function formOf(item: CaseItem, defaultSpoofability: number | undefined): ItemForm {
  return {
    id: item.id, kind: item.kind, claim: item.claim, known_from: item.known_from, event_date: item.event_date ?? "", roots: [...item.roots],
    credibility: String(item.credibility), spoofability: item.spoofability === null || item.spoofability === defaultSpoofability ? "" : String(item.spoofability),
    issuer: item.issuer?.name ?? "", wording: item.issuer?.wording ?? "", yardstick: item.issuer?.yardstick ?? "", likelihood: item.issuer?.likelihood ?? "",
    issuer_confidence: item.issuer?.confidence ?? "", source: item.source.text ?? "", urls: item.source.urls.join("\n"),
    says: Object.fromEntries(item.says.map((said) => [`${said.question}/${said.hypothesis}`, said.strength])),
    derived_from: joined(item.derived_from), confirms: joined(item.confirms), disproves: joined(item.disproves), replaces: joined(item.replaces), note: item.note ?? "",
  };
}

const list = (text: string): string[] | null => {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  return parts.length > 0 ? parts : null;
};
const textOrNull = (text: string): string | null => text.trim() || null;
const numberOrNull = (text: string): number | null => (text === "" ? null : Number(text));

/** The keys of case.yaml; null where the item has no such key. */
export function fieldsOf(form: ItemForm): Record<string, unknown> {
  const issuer = { name: textOrNull(form.issuer), wording: textOrNull(form.wording), yardstick: textOrNull(form.yardstick),
    likelihood: textOrNull(form.likelihood), confidence: textOrNull(form.issuer_confidence) };
  const source = { text: textOrNull(form.source), urls: list(form.urls) };
  return {
    kind: textOrNull(form.kind), claim: textOrNull(form.claim), event_date: textOrNull(form.event_date), known_from: textOrNull(form.known_from),
    roots: form.roots.length > 0 ? form.roots : null, credibility: numberOrNull(form.credibility), spoofability: numberOrNull(form.spoofability),
    issuer: withoutNulls(issuer), says: saysOf(form), source: withoutNulls(source), derived_from: list(form.derived_from), confirms: list(form.confirms),
    disproves: list(form.disproves), replaces: list(form.replaces), note: textOrNull(form.note),
  };
}

export function withoutNulls(value: Record<string, unknown>): Record<string, unknown> | null {
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

function saysOf(form: ItemForm): Record<string, Record<string, string>> | null {
  const says: Record<string, Record<string, string>> = {};
  for (const [place, strength] of Object.entries(form.says)) {
    if (!strength) continue;
    const [question = "", hypothesis = ""] = place.split("/", 2);
    (says[question] ??= {})[hypothesis] = strength;
  }
  return Object.keys(says).length > 0 ? says : null;
}

/** Fields whose value differs, with their new value: an edit says nothing about the others, so nothing of them can be lost. */
export function changedFields(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const changed = Object.keys({ ...before, ...after }).filter((key) => JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null));
  return Object.fromEntries(changed.map((key) => [key, after[key] ?? null]));
}

const kDate = /^\d{4}(-\d\d(-\d\d)?)?(\.\.\d{4}(-\d\d(-\d\d)?)?)?$/;
export const isDate = (text: string): boolean => kDate.test(text.trim());
export const isIdentifier = (text: string): boolean => /^[A-Za-z0-9_.-]{1,64}$/.test(text);

export type ItemProblem = "edit.missing" | "edit.id_taken" | "edit.id_wrong" | "edit.date_wrong";

/** What the form can say is wrong before the server is asked. The validator of prova has the last word. */
export function problemsOf(form: ItemForm, taken: readonly string[], isNew: boolean): Partial<Record<keyof ItemForm, ItemProblem>> {
  const problems: Partial<Record<keyof ItemForm, ItemProblem>> = {};
  if (!isIdentifier(form.id)) problems.id = form.id ? "edit.id_wrong" : "edit.missing";
  else if (isNew && taken.includes(form.id)) problems.id = "edit.id_taken";
  if (!form.kind) problems.kind = "edit.missing";
  if (!form.claim.trim()) problems.claim = "edit.missing";
  if (!form.known_from) problems.known_from = "edit.missing";
  else if (!isDate(form.known_from)) problems.known_from = "edit.date_wrong";
  if (form.event_date && !isDate(form.event_date)) problems.event_date = "edit.date_wrong";
  if (form.roots.length === 0) problems.roots = "edit.missing";
  return problems;
}

/** The next free id after the highest of the form LETTERS + number: E1, E2 ... */
export function nextId(taken: readonly string[]): string {
  let prefix = "E";
  let highest = 0;
  let width = 1;
  for (const id of taken) {
    const parts = /^([A-Za-z]+)(\d+)[a-z]?$/.exec(id);
    if (!parts || Number(parts[2]) < highest) continue;
    prefix = parts[1]!;
    highest = Number(parts[2]);
    width = parts[2]!.length;
  }
  return `${prefix}${String(highest + 1).padStart(width, "0")}`;
}
