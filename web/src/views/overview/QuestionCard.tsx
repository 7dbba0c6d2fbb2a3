import { leaderOf, moversOf } from "../../analysis";
import { criterionText } from "../../components/criteria";
import { termOf } from "../../components/IntervalBar";
import { ConfidenceMark, EvidenceRef } from "../../components/parts";
import { labelOf, QuestionAnswers } from "../../components/QuestionAnswers";
import { intervalText, log10, percent, percentShort } from "../../format";
import { t, tCode } from "../../i18n";
import { useSettings } from "../../settings";
import type { Assessment, Question } from "../../documents";

export function QuestionCard({ question, assessment, claims, onEdit }: {
  question: Question; assessment: Assessment; claims: ReadonlyMap<string, string>; onEdit(): void;
}) {
  return (
    <section class={`question${question.given ? " is-given" : ""}`} aria-labelledby={`ask-${question.id}`} id={`question-${question.id}`}>
      <h2 class="question-ask">
        <span id={`ask-${question.id}`}>{question.ask}</span>
        <button type="button" class="link-button" aria-label={`${t("overview.edit")}: ${question.ask}`} onClick={onEdit}>{t("overview.edit_short")}</button>
      </h2>
      <Answer question={question} />
      <Given question={question} questions={assessment.questions} />
      {question.assessed ? <QuestionAnswers question={question} /> : (
        <p class="soft">{t("overview.answers_open")} {question.hypotheses.map(labelOf).join(" · ")}</p>
      )}
      {question.assessed && <Foot question={question} assessment={assessment} claims={claims} />}
    </section>
  );
}

function Answer({ question }: { question: Question }) {
  const { yardstick } = useSettings();
  const leader = leaderOf(question);
  if (!question.assessed) return <p class="question-answer is-open">{t("overview.not_assessed")}</p>;
  if (!leader) {
    return (
      <>
        <p class="question-answer is-open">{t("overview.no_answer")}</p>
        <div class="question-line"><Confidence question={question} /></div>
      </>
    );
  }
  return (
    <>
      <p class="question-answer">{labelOf(leader)}</p>
      <div class="question-line">
        <span>
          <strong>{termOf(leader.terms, yardstick) || t("term.none")}</strong>
          <span class="soft"> · {percent(leader.probability.mid)}, {t("number.interval")} {intervalText(leader.probability)}</span>
        </span>
        <Confidence question={question} />
      </div>
    </>
  );
}

const Confidence = ({ question }: { question: Question }) => (
  <span class="confidence-line"><span class="soft">{t("overview.confidence")}</span> <ConfidenceMark level={question.confidence.level} /></span>
);

function Given({ question, questions }: { question: Question; questions: readonly Question[] }) {
  if (!question.given) return null;
  const { given } = question;
  const above = questions.find((other) => other.id === given.question)?.hypotheses.find((h) => h.id === given.hypothesis);
  const label = above ? labelOf(above) : given.hypothesis;
  return (
    <p class="question-given">
      {given.probability === null ? t("overview.given_open", { label }) : t("overview.given", { label, value: percentShort(given.probability) })}
    </p>
  );
}

const kPosingWorthSaying = 0.05;   // docs/methods/statement.md, "What is open": from 5 % on

function Foot({ question, assessment, claims }: { question: Question; assessment: Assessment; claims: ReadonlyMap<string, string> }) {
  const mover = moversOf(assessment, question.id)[0];
  const leader = leaderOf(question);
  return (
    <div class="question-foot">
      {mover && (
        <p>
          {t("list.colon", { text: t("overview.mover") })} <EvidenceRef id={mover.id} title={claims.get(mover.id)} /> {claims.get(mover.id) ?? mover.label}{" "}
          <span class="nowrap">({t("overview.mover_effect", { value: percent(mover.probability_without) })}, {log10(mover.log10_odds)} log₁₀)</span>
          {mover.decisive && " "}{mover.decisive && <span class="badge is-warn">{t("overview.mover_decisive")}</span>}
        </p>
      )}
      {leader && !question.resolved && <p>{t("overview.unresolved")}</p>}
      {leader && (leader.posing ?? 0) >= kPosingWorthSaying && <p>{t("overview.posing", { value: percent(leader.posing) })}</p>}
      <details>
        <summary>{t("overview.criteria")}</summary>
        <ul class="criteria">
          {(question.confidence.criteria ?? []).map((criterion, index) => (
            <li key={index} class={criterion.met ? "is-met" : undefined}>
              <span class="criterion-state">{criterion.met ? t("overview.met") : t("overview.not_met")}</span>
              <span>{tCode("level", criterion.level)}</span>
              <span>{criterionText(criterion)}</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
