// One row per evidence item: as written in the case, with what the assessment makes of it.
import { foremost, weightsByItem } from "../../analysis";
import type { Assessment, CaseDocument, CaseItem, CaseRoot, ItemWeight, Question, ReportingKind } from "../../documents";

export interface EvidenceRow {
  item: CaseItem;
  roots: CaseRoot[];
  /** Weights in the chosen question, by hypothesis. Empty: the item says nothing about it. */
  weights: ReadonlyMap<string, ItemWeight>;
  /** Why the item does not count, as a code of prova/assess/1; null when it counts. */
  silent: string | null;
  silentText: string | null;
  reporting: ReportingKind | null;
  out: boolean;
}

export function evidenceRows(caseDocument: CaseDocument, assessment: Assessment, question: Question | undefined, without: ReadonlySet<string>): EvidenceRow[] {
  const roots = new Map(caseDocument.roots.map((root) => [root.id, root]));
  const weights = question ? weightsByItem(question) : new Map<string, Map<string, ItemWeight>>();
  const silent = new Map(assessment.silent.map((entry) => [entry.item, entry]));
  const reporting = new Map(assessment.reporting?.map((entry) => [entry.item, entry.kind]));
  return caseDocument.evidence.map((item) => ({
    item,
    roots: item.roots.map((id) => roots.get(id) ?? { id, label: null, grade: null, pool: null }),
    weights: weights.get(item.id) ?? new Map(),
    silent: silent.get(item.id)?.reason ?? null,
    silentText: silent.get(item.id)?.text ?? null,
    reporting: reporting.get(item.id) ?? null,
    out: without.has(item.id),
  }));
}

/** The hypothesis whose weights the table shows. */
export const shownHypothesis = (question: Question | undefined) => (question ? foremost(question) ?? question.hypotheses[0] ?? null : null);

/** Every word of the query must stand somewhere in the item. */
export function matches(row: EvidenceRow, query: string): boolean {
  if (!query.trim()) return true;
  const { item } = row;
  const text = [item.id, item.kind, item.claim, item.issuer?.name, item.issuer?.wording, item.source.text, item.note, item.known_from,
    ...row.roots.flatMap((root) => [root.id, root.label])].join("\n").toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export type RowOrder = "item" | "known" | "weight";

export function sorted(rows: readonly EvidenceRow[], order: RowOrder, descending: boolean, hypothesis: string | null): EvidenceRow[] {
  const weight = (row: EvidenceRow) => (hypothesis === null ? 0 : (row.weights.get(hypothesis)?.log10_weight ?? 0));
  const byId = (a: EvidenceRow, b: EvidenceRow) => a.item.id.localeCompare(b.item.id, "en", { numeric: true });
  const compare = {
    item: byId,
    known: (a: EvidenceRow, b: EvidenceRow) => a.item.known_from.localeCompare(b.item.known_from) || byId(a, b),
    weight: (a: EvidenceRow, b: EvidenceRow) => weight(a) - weight(b) || byId(a, b),
  }[order];
  const out = [...rows].sort(compare);
  return descending ? out.reverse() : out;
}

/** How much an item tells the answers of the question apart: the widest difference of its weights. */
export function discrimination(row: EvidenceRow, hypotheses: readonly string[]): number {
  const values = hypotheses.map((id) => row.weights.get(id)?.log10_weight ?? 0);
  return Math.max(...values) - Math.min(...values);
}
