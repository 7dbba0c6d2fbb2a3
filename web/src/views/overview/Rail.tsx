// Beside the questions: what changed last, how serious it is, what to collect next, what contradicts what.
import { EvidenceRef, EvidenceRefs, Panel } from "../../components/parts";
import { dayLong, decimal, log10, percentShort } from "../../format";
import { t, tCode, tn } from "../../i18n";
import { hrefOf } from "../../router";
import { labelOf } from "../../components/QuestionAnswers";
import type { Assessment, DayAnswer, Severity, Timeline } from "../../documents";

const kShownActions = 5;
const kShownContradictions = 5;
const kWorthSaying = 0.05;   // log₁₀ odds: a change of an eighth, the least that moves a whole per cent near one half

type Claims = ReadonlyMap<string, string>;

export function Rail({ assessment, timeline, claims }: { assessment: Assessment; timeline: Timeline | null; claims: Claims }) {
  return (
    <div class="rail">
      <Changes assessment={assessment} timeline={timeline} claims={claims} />
      {assessment.severity !== undefined && <SeverityPanel severity={assessment.severity} />}
      <Next assessment={assessment} />
      {assessment.contradictions.length > 0 && <Contradictions assessment={assessment} claims={claims} />}
    </div>
  );
}

function Changes({ assessment, timeline, claims }: { assessment: Assessment; timeline: Timeline | null; claims: Claims }) {
  const days = timeline?.days.filter((day) => !assessment.as_of || day.day <= assessment.as_of) ?? [];
  const last = days[days.length - 1];
  if (!last) return null;
  const moved = last.answers.filter((answer) => answer.assessed && Math.abs(answer.log10_change) >= kWorthSaying)
    .sort((a, b) => Math.abs(b.log10_change) - Math.abs(a.log10_change));
  return (
    <Panel title={t("overview.changed")} aside={<a href={hrefOf("time")}>{dayLong(last.day)}</a>}>
      <p class="soft">{tn("overview.changed_new", last.new_items.length)} <EvidenceRefs ids={last.new_items} titles={claims} /></p>
      {days.length === 1 && <p class="soft">{t("overview.changed_none")}</p>}
      {days.length > 1 && moved.length === 0 && <p class="soft">{t("overview.changed_same")}</p>}
      {moved.map((answer) => <Change key={answer.question} answer={answer} assessment={assessment} claims={claims} />)}
    </Panel>
  );
}

function Change({ answer, assessment, claims }: { answer: DayAnswer; assessment: Assessment; claims: Claims }) {
  const question = assessment.questions.find((entry) => entry.id === answer.question);
  const hypothesis = question?.hypotheses.find((entry) => entry.id === answer.hypothesis);
  return (
    <div class="change">
      <p class="change-answer">
        <span>{hypothesis ? labelOf(hypothesis) : answer.question}</span>
        <strong class="nowrap">{percentShort(answer.mid)}</strong>
      </p>
      <ul class="change-moves">
        <li class="soft"><span>{t("time.change")}</span><span class="num">{log10(answer.log10_change)}</span></li>
        {answer.moves.slice(0, 3).map((move) => (
          <li key={move.item}><EvidenceRef id={move.item} title={claims.get(move.item)} /><span class="num soft">{log10(move.log10_odds)}</span></li>
        ))}
      </ul>
    </div>
  );
}

function SeverityPanel({ severity }: { severity: Severity | null }) {
  if (!severity) return <Panel title={t("overview.severity")}><p class="soft">{t("overview.severity_none")}</p></Panel>;
  const { nciss } = severity;
  const code = nciss.level.replace(/^baseline - /, "");   // "baseline - minor": the words after it are the level
  return (
    <Panel title={t("overview.severity")}>
      <p><span class="score">{tCode("nciss", code)}</span> <span class="soft">· {t("overview.severity_score", { score: decimal(nciss.score) })}</span></p>
      <p class="soft">{t("overview.severity_without", { score: decimal(nciss.score_without_actor) })}</p>
      {severity.ncsc_category !== null && (
        <p class="soft">{t("list.colon", { text: t("overview.severity_ncsc", { category: severity.ncsc_category }) })} {tCode("ncsc", String(severity.ncsc_category))}</p>
      )}
      <ul class="severity-bars">
        {severity.inputs.map((input) => (
          <li key={input.input} title={t("overview.severity_points", { points: input.points, weight: input.weight })}>
            <span>{tCode("input", input.input)}</span>
            <span class="meter" role="img" aria-label={t("overview.severity_points", { points: input.points, weight: input.weight })}><i style={{ width: `${input.points}%` }} /></span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Next({ assessment }: { assessment: Assessment }) {
  const asks = new Map(assessment.questions.map((question) => [question.id, question.ask]));
  const best = [...assessment.next_evidence].sort((a, b) => b.bits - a.bits).slice(0, kShownActions);
  return (
    <Panel title={t("overview.next")} aside={<span title={t("overview.next_hint")}>{t("overview.next_hint_short")}</span>}>
      {best.length === 0 && <p class="soft">{t("overview.next_none")}</p>}
      <ol class="next">
        {best.map((entry, index) => (
          <li key={index}>
            <span>{entry.action}</span>
            <span class="num soft">{t("overview.next_bits", { bits: entry.bits < 0.01 ? `<${decimal(0.01, 2)}` : decimal(entry.bits, 2) })}</span>
            <span class="next-question">
              {asks.get(entry.question)}
              {entry.confirms && <> · {t("overview.next_confirms", { item: entry.confirms })}</>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Contradictions({ assessment, claims }: { assessment: Assessment; claims: Claims }) {
  const shown = assessment.contradictions.slice(0, kShownContradictions);
  const rest = assessment.contradictions.length - shown.length;
  return (
    <Panel title={t("overview.contradictions")} aside={String(assessment.contradictions.length)}>
      <ul class="contradictions">
        {shown.map((entry, index) => (
          <li key={index}>
            <EvidenceRef id={entry.item_a} title={claims.get(entry.item_a)} /> ≠ <EvidenceRef id={entry.item_b} title={claims.get(entry.item_b)} />
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="soft">{t("shell.more", { count: rest })}</p>}
    </Panel>
  );
}
