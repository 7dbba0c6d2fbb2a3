// All of one item, as written, and what the assessment makes of it. Addresses are text: following one would tell its owner.
import type { ComponentChildren } from "preact";
import { EvidenceRefs, Panel } from "../../components/parts";
import { labelOf } from "../../components/QuestionAnswers";
import { weightsByItem } from "../../analysis";
import { dayLong, log10 } from "../../format";
import { t, tCode } from "../../i18n";
import type { Assessment, CaseDocument, Question } from "../../documents";
import type { EvidenceRow } from "./rows";

export function ItemDetail({ row, rows, caseDocument, assessment, onEdit, onClose, onToggle }: {
  row: EvidenceRow; rows: readonly EvidenceRow[]; caseDocument: CaseDocument; assessment: Assessment; onEdit(): void; onClose(): void; onToggle(): void;
}) {
  const { item } = row;
  const repeatedBy = rows.filter((other) => other.item.derived_from.includes(item.id)).map((other) => other.item.id);
  const claims = new Map(caseDocument.evidence.map((other) => [other.id, other.claim]));
  return (
    <Panel title={t("detail.title", { id: item.id })} aside={<button type="button" class="icon-button" aria-label={t("detail.close")} onClick={onClose}>×</button>}>
      <p class="detail-claim">{item.claim}</p>
      <dl class="detail">
        <Fact name={t("detail.kind")}>{tCode("kind", item.kind)}</Fact>
        <Fact name={t("detail.known_from")}>{dayLong(item.known_from)}</Fact>
        <Fact name={t("detail.event")}>{item.event_date && dayLong(item.event_date)}</Fact>
        <Fact name={t("detail.issuer")}>{item.issuer?.name}</Fact>
        <Fact name={t("detail.wording")}>{item.issuer?.wording && <q>{item.issuer.wording}</q>}</Fact>
        <Fact name={t("detail.their_scale")}>{theirScale(row)}</Fact>
        <Fact name={t("detail.roots")}>{row.roots.map((root) => <div key={root.id}>{root.id} {root.label} <span class="soft">({t("list.colon", { text: root.grade ?? "F" })} {tCode("grade", root.grade ?? "F")})</span></div>)}</Fact>
        <Fact name={t("detail.grade")}>{t("list.colon", { text: item.credibility })} {tCode("credibility", String(item.credibility))}</Fact>
        <Fact name={t("detail.spoof")}>{item.spoofability !== null && `${t("list.colon", { text: item.spoofability })} ${tCode("spoofability", String(item.spoofability))}`}</Fact>
        <Fact name={t("detail.state")}>{row.silent ? <span title={row.silentText ?? ""}>{tCode("silent", row.silent)}</span> : t("detail.counts")}</Fact>
        <Fact name={t("detail.reporting")}>{row.reporting && row.reporting !== "first_hand" && <span class="badge is-warn">{t(`reporting.${row.reporting}`)}</span>}</Fact>
        <Fact name={t("detail.derived")}>{item.derived_from.length > 0 && <EvidenceRefs ids={item.derived_from} titles={claims} />}</Fact>
        <Fact name={t("detail.repeated_by")}>{repeatedBy.length > 0 && <EvidenceRefs ids={repeatedBy} titles={claims} />}</Fact>
        <Fact name={t("detail.confirms")}>{item.confirms.length > 0 && <EvidenceRefs ids={item.confirms} titles={claims} />}</Fact>
        <Fact name={t("detail.disproves")}>{item.disproves.length > 0 && <EvidenceRefs ids={item.disproves} titles={claims} />}</Fact>
        <Fact name={t("detail.replaces")}>{item.replaces.length > 0 && <EvidenceRefs ids={item.replaces} titles={claims} />}</Fact>
        <Fact name={t("detail.source")}>{(item.source.text || item.source.urls.length > 0) && (
          <>{item.source.text}{item.source.urls.map((url) => <div key={url} class="mono">{url}</div>)}</>)}</Fact>
        <Fact name={t("detail.note")}>{item.note}</Fact>
      </dl>
      <Says row={row} assessment={assessment} />
      <div class="detail-actions">
        <button type="button" class="button" onClick={onEdit}>{t("detail.edit")}</button>
        <button type="button" class="button" onClick={onToggle}>{t(row.out ? "evidence.put_back" : "evidence.take_out", { id: item.id })}</button>
      </div>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === null || children === undefined || children === false || children === "") return null;
  return <><dt>{name}</dt><dd>{children}</dd></>;
}

function theirScale({ item }: EvidenceRow): string | null {
  const issuer = item.issuer;
  if (!issuer) return null;
  return [issuer.yardstick && issuer.yardstick !== "none" && issuer.yardstick !== "unstated" ? issuer.yardstick.toUpperCase() : null, issuer.likelihood, issuer.confidence]
    .filter(Boolean).join(" · ") || null;
}

function Says({ row, assessment }: { row: EvidenceRow; assessment: Assessment }) {
  const { says } = row.item;
  if (says.length === 0) return null;
  const asked = [...new Set(says.map((said) => said.question))];
  return (
    <>
      <h3 class="detail-says">{t("detail.says")}</h3>
      <ul class="says">
        {asked.map((questionId) => {
          const question = assessment.questions.find((entry) => entry.id === questionId);
          return (
            <li key={questionId}>
              <p class="soft">{question?.ask ?? questionId}</p>
              {says.filter((said) => said.question === questionId).map((said) => (
                <Strength key={said.hypothesis} question={question} hypothesisId={said.hypothesis} strength={said.strength} item={row.item.id} />
              ))}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Strength({ question, hypothesisId, strength, item }: { question: Question | undefined; hypothesisId: string; strength: string; item: string }) {
  const hypothesis = question?.hypotheses.find((entry) => entry.id === hypothesisId);
  const weight = question ? weightsByItem(question).get(item)?.get(hypothesisId) : undefined;
  return (
    <p class="says-line">
      <b class="says-mark" title={tCode("strength", strength)}>{strength.replaceAll("-", "−")}</b>
      <span>
        {hypothesis ? labelOf(hypothesis) : hypothesisId}
        {weight && <small class="soft"> {t("detail.weight", { stated: log10(weight.log10_stated), weight: log10(weight.log10_weight) })}{weight.absorbed && `; ${t("evidence.absorbed")}`}</small>}
      </span>
    </p>
  );
}
