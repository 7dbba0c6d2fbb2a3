// Sending an edit, and what can come back: saved, refused by the validator, or a case that changed meanwhile.
import { useState } from "preact/hooks";
import { ApiError, casePath, forgetCase, readDocument, sendEdit, type Edit } from "../api";
import type { CaseDocument, Problem } from "../documents";

export type SaveState =
  | { kind: "idle" }
  | { kind: "saving" }
  | { kind: "conflict"; fresh: CaseDocument }
  | { kind: "refused"; errors: Problem[] }
  | { kind: "failed"; why: string };

export interface Saving {
  state: SaveState;
  /** True when it was saved. */
  save(edit: Edit, revision: string): Promise<boolean>;
  reset(): void;
}

const problemsIn = (error: ApiError): Problem[] => {
  const { errors } = error.body;
  if (!Array.isArray(errors)) return [{ line: typeof error.body.line === "number" ? error.body.line : null, message: error.message }];
  return (errors as unknown[]).filter((entry): entry is Problem => entry !== null && typeof entry === "object" && "message" in entry);
};

export function useSaving(caseId: string): Saving {
  const [state, setState] = useState<SaveState>({ kind: "idle" });
  const failed = async (error: unknown): Promise<SaveState> => {
    if (!(error instanceof ApiError)) return { kind: "failed", why: String(error) };
    if (error.status === 422) return { kind: "refused", errors: problemsIn(error) };
    if (error.status !== 409 && error.status !== 412) return { kind: "failed", why: error.message };
    forgetCase(caseId);
    return { kind: "conflict", fresh: await readDocument<CaseDocument>(casePath(caseId)) };
  };
  return {
    state,
    reset: () => setState({ kind: "idle" }),
    async save(edit, revision) {
      setState({ kind: "saving" });
      try {
        await sendEdit<CaseDocument>(caseId, revision, edit);
        setState({ kind: "idle" });
        return true;
      } catch (error) {
        setState(await failed(error).catch((again: unknown): SaveState => ({ kind: "failed", why: again instanceof Error ? again.message : String(again) })));
        return false;
      }
    },
  };
}
