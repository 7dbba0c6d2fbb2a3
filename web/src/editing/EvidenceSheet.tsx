// Adding an item of evidence, or changing and grading one. Only the fields that were changed are sent.
import { useState } from "preact/hooks";
import { casePath, useDocument } from "../api";
import { Sheet } from "../components/Sheet";
import { t } from "../i18n";
import type { CaseDocument } from "../documents";
import { useDraft } from "./draft";
import { EvidenceFields } from "./EvidenceFields";
import { changedFields, emptyItem, fieldsOf, formOf, nextId, problemsOf, withoutNulls, type ItemForm } from "./itemForm";
import { conflictsOf, SaveReport } from "./SaveReport";
import { useSaving } from "./save";
import "./editing.css";

const spoofabilityOf = (caseDocument: CaseDocument, kind: string) => caseDocument.choices.kinds.find((row) => row.name === kind)?.spoofability;

function currentForm(caseDocument: CaseDocument, itemId: string | null): ItemForm {
  const item = itemId === null ? undefined : caseDocument.evidence.find((entry) => entry.id === itemId);
  return item ? formOf(item, spoofabilityOf(caseDocument, item.kind)) : emptyItem(itemId ?? nextId(caseDocument.evidence.map((entry) => entry.id)));
}

interface SheetProps {
  caseId: string;
  itemId: string | null;
  onClose(): void;
}

/** The form works on the case as it is written: a translation that is shown must never find its way into case.yaml. */
export function EvidenceSheet(props: SheetProps) {
  const written = useDocument<CaseDocument>(casePath(props.caseId));
  return written.value && <EvidenceForm {...props} caseDocument={written.value} />;
}

function EvidenceForm({ caseId, caseDocument, itemId, onClose }: SheetProps & { caseDocument: CaseDocument }) {
  const isNew = itemId === null;
  const draft = useDraft<ItemForm>(caseId, `evidence/${itemId ?? "new"}`, () => ({ base: currentForm(caseDocument, itemId), revision: caseDocument.revision ?? "" }));
  const { state, save, reset } = useSaving(caseId);
  const [tried, setTried] = useState(false);
  const changes = isNew ? fieldsOf(draft.form) : changedFields(fieldsOf(draft.base), fieldsOf(draft.form));
  const dirty = isNew ? JSON.stringify(draft.form) !== JSON.stringify(draft.base) : Object.keys(changes).length > 0;
  const problems = problemsOf(draft.form, caseDocument.evidence.map((entry) => entry.id), isNew);
  const fresh = state.kind === "conflict" ? currentForm(state.fresh, itemId) : null;

  const send = async (revision: string) => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const edit = isNew ? { op: "add-evidence", item: { id: draft.form.id, ...withoutNulls(changes) } } : { op: "change-evidence", id: draft.form.id, changes };
    if (await save(edit, revision)) {
      draft.forget();
      onClose();
    }
  };
  const saveAnyway = () => {
    if (state.kind !== "conflict" || !fresh) return;
    const revision = state.fresh.revision ?? "";
    draft.rebase(isNew ? draft.base : fresh, revision);
    void send(revision);
  };
  const discard = () => {
    draft.forget();
    setTried(false);
    reset();
  };
  return (
    <Sheet wide title={isNew ? t("edit.add") : t("edit.change", { id: itemId })} onClose={onClose} footer={
      <>
        <span class="soft sheet-note">{dirty ? t("edit.recorded") : t("edit.no_change")}</span>
        {!isNew && <Remove caseId={caseId} caseDocument={caseDocument} id={itemId} onDone={onClose} />}
        {dirty && <button type="button" class="button" onClick={discard}>{t("edit.discard")}</button>}
        <button type="button" class="button is-primary" disabled={!dirty || state.kind === "saving"} onClick={() => void send(draft.revision)}>
          {state.kind === "saving" ? t("edit.saving") : t("edit.save")}
        </button>
      </>
    }>
      {draft.restored && dirty && <p class="save-report" role="status">{t("edit.draft_kept")}</p>}
      <SaveReport state={state} onSaveAnyway={saveAnyway} conflicts={fresh && !isNew ? conflictsOf(fieldsOf(draft.base), fieldsOf(fresh), fieldsOf(draft.form)) : []} />
      <EvidenceFields form={draft.form} caseDocument={caseDocument} isNew={isNew} problems={tried ? problems : {}} onChange={draft.change} />
    </Sheet>
  );
}

function Remove({ caseId, caseDocument, id, onDone }: { caseId: string; caseDocument: CaseDocument; id: string; onDone(): void }) {
  const { state, save } = useSaving(caseId);
  const [asked, setAsked] = useState(false);
  const remove = async () => {
    if (await save({ op: "remove-evidence", id }, caseDocument.revision ?? "")) onDone();
  };
  if (!asked) return <button type="button" class="button is-danger" onClick={() => setAsked(true)}>{t("edit.remove")}</button>;
  return (
    <>
      <span class="sheet-note" role="alert">{t("edit.remove_sure", { id })}</span>
      <SaveReport state={state} conflicts={[]} onSaveAnyway={() => void remove()} />
      <button type="button" class="button" onClick={() => setAsked(false)}>{t("shell.cancel")}</button>
      <button type="button" class="button is-danger" onClick={() => void remove()}>{t("edit.remove")}</button>
    </>
  );
}
