// Reading an assessment: which answer leads, what moves it. No inference here; the server does that.
import type { Assessment, CaseDocument, Hypothesis, ItemWeight, Question, Sensitivity } from "./documents";

/** The answer that the evidence favours; null when it separates none. */
export const leaderOf = (question: Question): Hypothesis | null =>
  question.hypotheses.find((hypothesis) => hypothesis.id === question.leading) ?? null;

/** The answer to draw in front: the leader, or else the most probable one (ties: the first as written). */
export function foremost(question: Question): Hypothesis | null {
  if (!question.assessed) return null;
  return leaderOf(question) ?? question.hypotheses.reduce<Hypothesis | null>(
    (best, next) => (best === null || (next.probability.mid ?? 0) > (best.probability.mid ?? 0) ? next : best), null);
}

/** Answers from most to least probable; "unknown" last among equals. */
export const byProbability = (question: Question): Hypothesis[] =>
  question.assessed ? [...question.hypotheses].sort((a, b) => (b.probability.mid ?? 0) - (a.probability.mid ?? 0)) : question.hypotheses;

/** The single items that move the answer, largest first. */
export const moversOf = (assessment: Assessment, question: string): Sensitivity[] =>
  assessment.sensitivity.filter((entry) => entry.question === question && entry.of === "item")
    .sort((a, b) => Number(b.decisive) - Number(a.decisive) || Math.abs(b.log10_odds) - Math.abs(a.log10_odds) || (a.id < b.id ? -1 : 1));

/** Weights of one item in one question, by hypothesis: the strongest contribution, counted once. */
export function weightsByItem(question: Question): Map<string, Map<string, ItemWeight>> {
  const items = new Map<string, Map<string, ItemWeight>>();
  for (const weight of question.items ?? []) {
    const row = items.get(weight.item) ?? new Map<string, ItemWeight>();
    const seen = row.get(weight.hypothesis);
    if (!seen || Math.abs(weight.log10_weight) > Math.abs(seen.log10_weight)) row.set(weight.hypothesis, weight);
    items.set(weight.item, row);
  }
  return items;
}

export const claimsOf = (document: CaseDocument): ReadonlyMap<string, string> => new Map(document.evidence.map((item) => [item.id, item.claim]));

/** Marks of the matrix: a factor of 3 is strong, of 1.12 is seen (docs/methods/statement.md, "The matrix"). */
export function markOf(log10Weight: number): "++" | "+" | "0" | "−" | "−−" {
  const strong = Math.log10(3);
  const seen = Math.log10(1.12);
  if (log10Weight >= strong) return "++";
  if (log10Weight >= seen) return "+";
  if (log10Weight <= -strong) return "−−";
  return log10Weight <= -seen ? "−" : "0";
}
