import type { CaseDocument } from "../documents";
export function EvidenceSheet(_: { caseId: string; caseDocument: CaseDocument; itemId: string | null; onClose(): void }) {
  return null;
}
