// The answers to one question: their labels, clauses and priors; and a new one.
import { useState } from "preact/hooks";
import { casePath, useDocument } from "../api";
import { Sheet } from "../components/Sheet";
import { t, type MessageKey } from "../i18n";
import type { CaseDocument, CaseHypothesis, CaseQuestion } from "../documents";
import { useDraft } from "./draft";
import { TextField } from "./fields";
import { changedFields, isIdentifier, withoutNulls } from "./itemForm";
import { conflictsOf, SaveReport } from "./SaveReport";
import { useSaving } from "./save";
import "./editing.css";

interface HypothesisForm {
  id: string;
  label: string;
  statement: string;
  prior: string;
}

const formOf = (hypothesis: CaseHypothesis | undefined): HypothesisForm => ({
  id: hypothesis?.id ?? "", label: hypothesis?.label ?? "", statement: hypothesis?.statement ?? "", prior: hypothesis?.prior == null ? "" : String(hypothesis.prior),
});

const fieldsOf = (form: HypothesisForm): Record<string, unknown> => ({
  label: form.label.trim() || null, statement: form.statement.trim() || null, prior: form.prior.trim() === "" ? null : Number(form.prior),
});

const questionIn = (caseDocument: CaseDocument, id: string): CaseQuestion | undefined => caseDocument.questions.find((question) => question.id === id);

/** Works on the case as it is written, whatever language it is shown in. */
export function HypothesesSheet({ caseId, questionId, onClose }: { caseId: string; questionId: string; onClose(): void }) {
  const caseDocument = useDocument<CaseDocument>(casePath(caseId)).value;
  const question = caseDocument && questionIn(caseDocument, questionId);
  const [adding, setAdding] = useState(false);
  if (!caseDocument || !question) return null;
  const written = question.hypotheses.filter((hypothesis) => hypothesis.id !== "unknown");
  return (
    <Sheet wide title={t("edit.hypotheses")} onClose={onClose}>
      <p class="soft">{question.ask}</p>
      {written.map((hypothesis) => <HypothesisForm key={hypothesis.id} caseId={caseId} caseDocument={caseDocument} questionId={questionId} id={hypothesis.id} onSaved={() => undefined} />)}
      {adding ? (
        <HypothesisForm caseId={caseId} caseDocument={caseDocument} questionId={questionId} id={null} onSaved={() => setAdding(false)} />
      ) : (
        <button type="button" class="button" onClick={() => setAdding(true)}>{t("edit.add_hypothesis")}</button>
      )}
      <p class="field-hint">{t("field.unknown_hint")}</p>
    </Sheet>
  );
}

type Problems = Partial<Record<keyof HypothesisForm, MessageKey>>;

function problemsOf(form: HypothesisForm, taken: readonly string[], isNew: boolean): Problems {
  const problems: Problems = {};
  if (!isIdentifier(form.id)) problems.id = form.id ? "edit.id_wrong" : "edit.missing";
  else if (isNew && taken.includes(form.id)) problems.id = "edit.id_taken";
  const prior = Number(form.prior);
  if (form.prior.trim() !== "" && !(prior >= 0 && prior <= 1)) problems.prior = "edit.prior_wrong";
  return problems;
}

function HypothesisForm({ caseId, caseDocument, questionId, id, onSaved }: {
  caseId: string; caseDocument: CaseDocument; questionId: string; id: string | null; onSaved(): void;
}) {
  const isNew = id === null;
  const current = (document: CaseDocument) => formOf(questionIn(document, questionId)?.hypotheses.find((hypothesis) => hypothesis.id === id));
  const draft = useDraft<HypothesisForm>(caseId, `hypothesis/${questionId}/${id ?? ""}`, () => ({ base: current(caseDocument), revision: caseDocument.revision ?? "" }));
  const { state, save, reset } = useSaving(caseId);
  const [tried, setTried] = useState(false);
  const form = draft.form;
  const taken = questionIn(caseDocument, questionId)?.hypotheses.map((hypothesis) => hypothesis.id) ?? [];
  const problems = problemsOf(form, taken, isNew);
  const changes = changedFields(fieldsOf(draft.base), fieldsOf(form));
  const dirty = Object.keys(changes).length > 0 || form.id !== draft.base.id;
  const put = (key: keyof HypothesisForm) => (value: string) => draft.change({ ...form, [key]: value });
  const send = async (revision: string) => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const edit = isNew ? { op: "add-hypothesis", question: questionId, hypothesis: { id: form.id, ...withoutNulls(fieldsOf(form)) } }
      : { op: "change-hypothesis", question: questionId, id, changes };
    if (await save(edit, revision)) {
      draft.forget();
      setTried(false);
      onSaved();
    }
  };
  const fresh = state.kind === "conflict" ? current(state.fresh) : null;
  const saveAnyway = () => {
    if (state.kind !== "conflict" || !fresh) return;
    const revision = state.fresh.revision ?? "";
    draft.rebase(isNew ? draft.base : fresh, revision);
    void send(revision);
  };
  const name = (field: string) => `${field}-${id ?? "new"}`;
  return (
    <section class="hypothesis-form" aria-label={form.label || id || t("edit.add_hypothesis")}>
      <SaveReport state={state} onSaveAnyway={saveAnyway} conflicts={fresh && !isNew ? conflictsOf(fieldsOf(draft.base), fieldsOf(fresh), fieldsOf(form)) : []} />
      <div class="form">
        <TextField name={name("id")} label={t("field.id")} value={form.id} disabled={!isNew} problem={tried ? problems.id : undefined} onInput={put("id")} />
        <TextField name={name("prior")} label={t("field.prior")} hint={t("field.prior_hint")} value={form.prior} problem={tried ? problems.prior : undefined} onInput={put("prior")} />
        <TextField name={name("label")} wide label={t("field.label")} value={form.label} onInput={put("label")} />
        <TextField name={name("statement")} wide label={t("field.statement")} hint={t("field.statement_hint")} value={form.statement} onInput={put("statement")} />
      </div>
      {dirty && (
        <div class="form-actions">
          {draft.restored && <span class="soft sheet-note">{t("edit.draft_kept")}</span>}
          <button type="button" class="button" onClick={() => { draft.forget(); reset(); setTried(false); }}>{t("edit.discard")}</button>
          <button type="button" class="button is-primary" disabled={state.kind === "saving"} onClick={() => void send(draft.revision)}>{t("edit.save")}</button>
        </div>
      )}
    </section>
  );
}
