// A slider over the known-from days. The answers of every day are here, so moving it asks the server nothing.
import { useEffect, useState } from "preact/hooks";
import { casePath, spoken, useDocument, withQuery } from "../../api";
import { claimsOf, foremost, leaderOf } from "../../analysis";
import { ConfidenceMark, EvidenceRef, Panel, ViewHead, WeightBar } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { labelOf, QuestionAnswers } from "../../components/QuestionAnswers";
import { termOf, termShort, YardstickAxis } from "../../components/IntervalBar";
import { dayLong, dayShort, intervalText, percentShort } from "../../format";
import { t, tn } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import { useSettings } from "../../settings";
import { YardstickChoice } from "../../components/YardstickChoice";
import type { CaseDocument, Question, Timeline, TimelineDay } from "../../documents";
import type { ViewProps } from "..";
import { CourseChart } from "./CourseChart";
import { courseOf, indexOfDay } from "./course";
import "./time.css";

export default function TimeView({ caseId, caseDocument }: ViewProps) {
  const { language } = useSettings();
  const timeline = useDocument<Timeline>(withQuery(casePath(caseId, "/timeline"), { language: spoken(language) }));
  return (
    <>
      <ViewHead title={t("view.time")} note={t("time.intro")}><YardstickChoice /></ViewHead>
      <Show loaded={timeline}>
        {(value) => (value.days.length === 0 ? <EmptyState title={t("time.empty")} /> : <Days timeline={value} caseDocument={caseDocument} />)}
      </Show>
    </>
  );
}

function Days({ timeline, caseDocument }: { timeline: Timeline; caseDocument: CaseDocument }) {
  const { query } = useRoute();
  const { days } = timeline;
  const at = Math.max(0, indexOfDay(days, query.get("as_of")));
  const go = (index: number) => setQuery({ as_of: index >= days.length - 1 ? null : days[Math.max(0, index)]!.day });
  const questions = days[at]!.questions ?? [];
  const chosen = questions.find((question) => question.id === query.get("question")) ?? questions[0];
  return (
    <div class="time">
      <div class="time-grid" style={{ "--days": days.length, "--at": at }}>
        <DaySlider days={days} at={at} go={go} />
        <div class="time-rows">
          <span class="time-cursor" aria-hidden="true" />
          {questions.map((question) => (
            <CourseRow key={question.id} question={question} timeline={timeline} at={at} go={go} chosen={question === chosen} />
          ))}
        </div>
      </div>
      <div class="time-detail">
        <News day={days[at]!} caseDocument={caseDocument} question={chosen} />
        {chosen && <AllAnswers question={chosen} day={days[at]!.day} />}
      </div>
    </div>
  );
}

const kPlayStep = 1100;   // milliseconds per day: long enough to read one number

function DaySlider({ days, at, go }: { days: readonly TimelineDay[]; at: number; go(index: number): void }) {
  const [playing, setPlaying] = useState(false);
  const last = days.length - 1;
  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => go(at + 1), kPlayStep);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  const play = () => {
    if (!playing && at >= last) go(0);
    setPlaying(!playing);
  };
  const day = days[at]!;
  return (
    <div class="time-slider">
      <div class="time-day">
        <p class="time-date" aria-live="polite">{dayLong(day.day)}</p>
        <p class="soft">{tn("time.new", day.new_items.length)}</p>
      </div>
      <div class="time-rail">
        <div class="time-marks" aria-hidden="true">
          {days.map((entry, index) => (
            <span key={entry.day} class={index === at ? "is-at" : index < at ? "is-past" : undefined} onClick={() => go(index)}>
              <i style={{ height: `${Math.min(1.5, 0.25 + entry.new_items.length * 0.09)}rem` }} title={`${dayLong(entry.day)}: ${tn("time.new", entry.new_items.length)}`} />
            </span>
          ))}
        </div>
        <input type="range" min={0} max={last} step={1} value={at} aria-label={t("time.slider")} disabled={last === 0}
          aria-valuetext={t("time.day_of", { day: dayLong(day.day), n: at + 1, of: days.length })}
          onInput={(event) => go(Number(event.currentTarget.value))} />
        <div class="time-labels" aria-hidden="true">
          {days.map((entry, index) => <span key={entry.day} class={index === at ? "is-at" : undefined}>{labelled(days, index) ? dayLabel(days, index) : ""}</span>)}
        </div>
      </div>
      <div class="time-buttons">
        <button type="button" class="icon-button" aria-label={t("time.first")} disabled={at === 0} onClick={() => go(0)}>⇤</button>
        <button type="button" class="icon-button" aria-label={t("asof.previous")} disabled={at === 0} onClick={() => go(at - 1)}>‹</button>
        <button type="button" class="button" aria-pressed={playing} disabled={last === 0} onClick={play}>{playing ? t("time.pause") : t("time.play")}</button>
        <button type="button" class="icon-button" aria-label={t("asof.next")} disabled={at === last} onClick={() => go(at + 1)}>›</button>
        <button type="button" class="icon-button" aria-label={t("time.last")} disabled={at === last} onClick={() => go(last)}>⇥</button>
      </div>
    </div>
  );
}

const kLabels = 14;   // dates that fit side by side under the slider at the usual width

const labelled = (days: readonly TimelineDay[], index: number): boolean =>
  index % Math.ceil(days.length / kLabels) === 0 || index === days.length - 1;

/** Day and month; the year where it changes. */
function dayLabel(days: readonly TimelineDay[], index: number): string {
  const text = dayShort(days[index]!.day);
  const year = days[index]!.day.slice(0, 4);
  const isNew = index === 0 || days[index - 1]!.day.slice(0, 4) !== year;
  return isNew ? text : text.replace(year, "").trim();
}

function CourseRow({ question, timeline, at, go, chosen }: { question: Question; timeline: Timeline; at: number; go(index: number): void; chosen: boolean }) {
  return (
    <div class={`time-row${chosen ? " is-chosen" : ""}`}>
      <button type="button" class="time-ask" aria-pressed={chosen} onClick={() => setQuery({ question: question.id })}>{question.ask}</button>
      <CourseChart ask={question.ask} course={courseOf(timeline, question.id)} at={at} onPick={go} />
      <DayAnswerText question={question} />
    </div>
  );
}

function DayAnswerText({ question }: { question: Question }) {
  const { yardstick } = useSettings();
  if (!question.assessed) return <div class="time-answer"><p class="soft">{t("time.not_asked")}</p></div>;
  const leader = leaderOf(question);
  const front = foremost(question)!;
  return (
    <div class="time-answer">
      <p class={leader ? "time-label" : "time-label is-open"}>{leader ? labelOf(front) : t("time.no_answer")}</p>
      <p>
        {leader && <strong class="nowrap" title={termOf(front.terms, yardstick)}>{termShort(front.terms, yardstick)}</strong>}{" "}
        <span class="soft nowrap">{leader ? `${percentShort(front.probability.mid)} (${intervalText(front.probability)})` : `${labelOf(front)} ${percentShort(front.probability.mid)}`}</span>
      </p>
      <ConfidenceMark level={question.confidence.level} />
    </div>
  );
}

function News({ day, caseDocument, question }: { day: TimelineDay; caseDocument: CaseDocument; question: Question | undefined }) {
  const claims = claimsOf(caseDocument);
  const moves = new Map(day.answers.find((answer) => answer.question === question?.id)?.moves.map((move) => [move.item, move.log10_odds]));
  const limit = Math.max(0.3, ...[...moves.values()].map(Math.abs));
  return (
    <Panel title={tn("time.new", day.new_items.length)} aside={<span title={t("time.moves_hint")}>{t("time.moves")} (log₁₀)</span>}>
      {day.new_items.length === 0 && <p class="soft">{t("time.new_none")}</p>}
      <ul class="news">
        {day.new_items.map((id) => (
          <li key={id}>
            <EvidenceRef id={id} />
            <span>{claims.get(id)}</span>
            {moves.has(id) ? <WeightBar value={moves.get(id)!} limit={limit} /> : <span class="soft num">–</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function AllAnswers({ question, day }: { question: Question; day: string }) {
  const { yardstick } = useSettings();
  return (
    <Panel title={t("time.all_answers", { day: dayLong(day) })}>
      <p class="soft time-all-ask">{question.ask}</p>
      <div class="answer-grid"><span /><YardstickAxis yardstick={yardstick} /></div>
      <QuestionAnswers question={question} order="written" />
    </Panel>
  );
}
