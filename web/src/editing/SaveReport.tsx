// What came back from saving, above the form that is still there: a conflict field by field, or the validator's mistakes.
import { t, type MessageKey } from "../i18n";
import type { Problem } from "../documents";
import type { SaveState } from "./save";

export interface FieldConflict {
  field: string;
  then: unknown;
  theirs: unknown;
  yours: unknown;
}

/** Fields of an entry that somebody else changed since the writing began. */
export function conflictsOf(base: Record<string, unknown>, theirs: Record<string, unknown>, yours: Record<string, unknown>): FieldConflict[] {
  return Object.keys(base)
    .filter((field) => JSON.stringify(base[field] ?? null) !== JSON.stringify(theirs[field] ?? null))
    .map((field) => ({ field, then: base[field], theirs: theirs[field], yours: yours[field] }));
}

const shown = (value: unknown): string => (value === null || value === undefined || value === "" ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));

export function SaveReport({ state, conflicts, onSaveAnyway }: { state: SaveState; conflicts: readonly FieldConflict[]; onSaveAnyway(): void }) {
  if (state.kind === "refused") return <Refused errors={state.errors} />;
  if (state.kind === "failed") return <p class="save-report is-bad" role="alert">{t("edit.failed", { why: state.why })}</p>;
  if (state.kind !== "conflict") return null;
  return (
    <div class="save-report" role="alert">
      <p><strong>{t("edit.conflict")}</strong> {t("edit.conflict_help")}</p>
      {conflicts.length === 0 ? <p>{t("edit.conflict_same")}</p> : (
        <table>
          <thead>
            <tr>{(["edit.conflict_field", "edit.conflict_then", "edit.conflict_theirs", "edit.conflict_yours"] satisfies MessageKey[]).map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr>
          </thead>
          <tbody>
            {conflicts.map((entry) => (
              <tr key={entry.field}>
                <th scope="row" class="mono">{entry.field}</th>
                <td>{shown(entry.then)}</td>
                <td>{shown(entry.theirs)}</td>
                <td>{shown(entry.yours)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <button type="button" class="button" onClick={onSaveAnyway}>{t("edit.save_anyway")}</button>
    </div>
  );
}

function Refused({ errors }: { errors: readonly Problem[] }) {
  return (
    <div class="save-report is-bad" role="alert">
      <p><strong>{t("edit.refused")}</strong></p>
      <ol>
        {errors.map((error, index) => <li key={index}>{error.line ? <code>case.yaml:{error.line}</code> : null} {error.message}</li>)}
      </ol>
    </div>
  );
}
