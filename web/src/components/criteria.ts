// The conditions of a confidence level in the reader's language: the phrases of the report, filled from the numbers of
// prova/assess/1. Shares (carried, soft) come as 0 .. 1.
import { t, type MessageKey } from "../i18n";
import type { Criterion } from "../documents";

const kShares = ["carried", "soft"];

export function criterionText(criterion: Criterion): string {
  if (!criterion.rule) return criterion.text;
  const share = kShares.includes(criterion.rule);
  const shown = (value: number) => (share ? t("number.percent", { value: Math.round(value * 100) }) : String(value));
  return t(`criterion.${criterion.rule}` as MessageKey, {
    found: shown(criterion.found ?? 0), needed: shown(criterion.needed ?? 0), source: criterion.source ?? "",
  });
}
