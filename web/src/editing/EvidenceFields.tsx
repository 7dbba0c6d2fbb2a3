import { labelOf } from "../components/QuestionAnswers";
import { decimal } from "../format";
import { t, tCode } from "../i18n";
import type { CaseDocument, CaseQuestion } from "../documents";
import { ChoiceField, TextField } from "./fields";
import type { ItemForm, ItemProblem } from "./itemForm";

interface Props {
  form: ItemForm;
  caseDocument: CaseDocument;
  isNew: boolean;
  problems: Partial<Record<keyof ItemForm, ItemProblem>>;
  onChange(form: ItemForm): void;
}

type TextKey = { [Key in keyof ItemForm]: ItemForm[Key] extends string ? Key : never }[keyof ItemForm];

export function EvidenceFields(props: Props) {
  const { form, caseDocument, isNew, problems, onChange } = props;
  const put = (key: TextKey) => (value: string) => onChange({ ...form, [key]: value });
  const kind = caseDocument.choices.kinds.find((row) => row.name === form.kind);
  return (
    <div class="form">
      <TextField name="claim" wide lines={3} label={t("field.claim")} hint={t("field.claim_hint")} value={form.claim} problem={problems.claim} onInput={put("claim")} />
      <TextField name="id" label={t("field.id")} value={form.id} problem={problems.id} disabled={!isNew} onInput={put("id")} />
      <ChoiceField name="kind" label={t("field.kind")} value={form.kind} problem={problems.kind} onInput={put("kind")} hint={kind ? t("field.cap", { cap: decimal(kind.cap, kind.cap % 1 ? 1 : 0) }) : undefined}
        options={[{ id: "", label: t("field.none") }, ...caseDocument.choices.kinds.map((row) => ({ id: row.name, label: tCode("kind", row.name) }))]} />
      <TextField name="known_from" label={t("field.known_from")} hint={t("field.known_from_hint")} value={form.known_from} problem={problems.known_from} onInput={put("known_from")} />
      <TextField name="event_date" label={t("field.event_date")} hint={t("field.event_date_hint")} value={form.event_date} problem={problems.event_date} onInput={put("event_date")} />
      <Roots {...props} />
      <h3 class="is-wide">{t("field.group_grade")}</h3>
      <ChoiceField name="credibility" label={t("field.credibility")} value={form.credibility} onInput={put("credibility")}
        options={["1", "2", "3", "4", "5", "6"].map((id) => ({ id, label: `${id}: ${tCode("credibility", id)}` }))} />
      <ChoiceField name="spoofability" label={t("field.spoofability")} value={form.spoofability} onInput={put("spoofability")}
        options={[{ id: "", label: t("field.spoofability_default", { value: kind ? `${kind.spoofability}, ${tCode("spoofability", String(kind.spoofability))}` : "–" }) },
          ...["1", "2", "3", "4", "5"].map((id) => ({ id, label: `${id}: ${tCode("spoofability", id)}` }))]} />
      <Says {...props} />
      <Issuer {...props} put={put} />
      <h3 class="is-wide">{t("field.group_source")}</h3>
      <TextField name="source" wide label={t("field.source")} value={form.source} onInput={put("source")} />
      <TextField name="urls" wide lines={2} label={t("field.urls")} hint={t("field.urls_hint")} value={form.urls} onInput={put("urls")} />
      <h3 class="is-wide">{t("field.relations")}</h3>
      <TextField name="derived_from" label={t("field.derived_from")} hint={t("field.derived_from_hint")} value={form.derived_from} onInput={put("derived_from")} />
      <TextField name="confirms" label={t("field.confirms")} hint={t("field.items_hint")} value={form.confirms} onInput={put("confirms")} />
      <TextField name="disproves" label={t("field.disproves")} hint={t("field.items_hint")} value={form.disproves} onInput={put("disproves")} />
      <TextField name="replaces" label={t("field.replaces")} hint={t("field.items_hint")} value={form.replaces} onInput={put("replaces")} />
      <TextField name="note" wide lines={2} label={t("field.note")} value={form.note} onInput={put("note")} />
    </div>
  );
}

function Issuer({ form, caseDocument, put }: Props & { put(key: TextKey): (value: string) => void }) {
  return (
    <>
      <h3 class="is-wide">{t("field.group_issuer")}</h3>
      <TextField name="issuer" label={t("field.issuer")} value={form.issuer} onInput={put("issuer")} />
      <TextField name="wording" label={t("field.wording")} hint={t("field.wording_hint")} value={form.wording} onInput={put("wording")} />
      <ChoiceField name="yardstick" label={t("field.yardstick")} value={form.yardstick} onInput={put("yardstick")}
        options={[{ id: "", label: t("field.none") }, ...caseDocument.choices.issuer_yardsticks.map((id) => ({ id, label: tCode("yardstick", id) }))]} />
      <TextField name="likelihood" label={t("field.likelihood")} value={form.likelihood} onInput={put("likelihood")} />
      <TextField name="issuer_confidence" label={t("field.confidence")} value={form.issuer_confidence} onInput={put("issuer_confidence")} />
    </>
  );
}

function Roots({ form, caseDocument, problems, onChange }: Props) {
  const toggle = (id: string) => onChange({ ...form, roots: form.roots.includes(id) ? form.roots.filter((other) => other !== id) : [...form.roots, id] });
  return (
    <fieldset class={`field is-wide${problems.roots ? " is-wrong" : ""}`}>
      <legend>{t("field.roots")}</legend>
      <div class="root-choices">
        {caseDocument.roots.map((root) => (
          <label key={root.id} class="check">
            <input type="checkbox" checked={form.roots.includes(root.id)} onChange={() => toggle(root.id)} />
            <span>{root.id} {root.label} <span class="soft">({root.grade ?? "F"})</span></span>
          </label>
        ))}
      </div>
      {problems.roots && <p class="field-problem">{t(problems.roots)}</p>}
      <p class="field-hint">{t("field.roots_hint")}</p>
    </fieldset>
  );
}

const written = (strength: string): string => strength.replaceAll("-", "−");

function Says({ form, caseDocument, onChange }: Props) {
  const put = (place: string, strength: string) => onChange({ ...form, says: { ...form.says, [place]: strength } });
  const strengths = caseDocument.choices.strengths;
  return (
    <fieldset class="field is-wide">
      <legend>{t("field.says")}</legend>
      <p class="field-hint">{t("field.says_hint")}</p>
      {caseDocument.questions.map((question) => (
        <div key={question.id} class="says-question">
          <p>{question.ask || question.id}</p>
          {question.hypotheses.filter((hypothesis) => hypothesis.id !== "unknown").map((hypothesis) => (
            <Strength key={hypothesis.id} question={question} hypothesis={hypothesis.id} label={labelOf({ id: hypothesis.id, label: hypothesis.label ?? "" })}
              value={form.says[`${question.id}/${hypothesis.id}`] ?? ""} strengths={strengths} onPut={put} />
          ))}
        </div>
      ))}
    </fieldset>
  );
}

function Strength({ question, hypothesis, label, value, strengths, onPut }: {
  question: CaseQuestion; hypothesis: string; label: string; value: string; strengths: readonly string[]; onPut(place: string, strength: string): void;
}) {
  const all = value && !strengths.includes(value) ? [...strengths, value] : strengths;
  return (
    <label class="says-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPut(`${question.id}/${hypothesis}`, event.currentTarget.value)}>
        <option value="">{t("field.none")}</option>
        {all.map((strength) => <option key={strength} value={strength}>{`${written(strength)}  ${tCode("strength", strength)}`}</option>)}
      </select>
    </label>
  );
}
