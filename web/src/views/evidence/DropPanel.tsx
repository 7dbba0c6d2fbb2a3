// What the answers become without the items that were taken out: the new interval solid, the one with everything hollow.
import { foremost, leaderOf, moversOf } from "../../analysis";
import { ConfidenceMark, Panel } from "../../components/parts";
import { labelOf, QuestionAnswers } from "../../components/QuestionAnswers";
import { termOf } from "../../components/IntervalBar";
import { intervalText, log10, percent, percentShort } from "../../format";
import { t, tn, type MessageKey } from "../../i18n";
import { setQuery } from "../../router";
import { useSettings } from "../../settings";
import type { Assessment, Question } from "../../documents";
import type { EvidenceRow } from "./rows";

const kShownMovers = 5;

export interface DropPanelProps {
  all: Assessment;
  now: Assessment;
  question: Question | undefined;
  without: readonly string[];
  waiting: boolean;
  problem: string | null;
  rows: readonly EvidenceRow[];
  onToggle(id: string): void;
}

export function DropPanel({ all, now, question, without, waiting, problem, rows, onToggle }: DropPanelProps) {
  if (!question) return null;
  const after = now.questions.find((entry) => entry.id === question.id) ?? question;
  const changed = without.length > 0;
  return (
    <Panel title={t("drop.title")} id="drop" aside={waiting ? <span role="status">{t("drop.wait")}</span> : null}>
      {changed ? <TakenOut without={without} onToggle={onToggle} /> : <p class="soft">{t("drop.hint")}</p>}
      {problem && <p class="bad" role="alert">{problem}</p>}
      <p class="drop-ask">{question.ask}</p>
      <div aria-live="polite">
        <Verdict before={question} after={after} changed={changed} />
      </div>
      <QuestionAnswers question={after} before={changed ? question : null} order="written" />
      <Others all={all} now={now} question={question} changed={changed} />
      <Movers all={all} question={question} rows={rows} onToggle={onToggle} />
    </Panel>
  );
}

function TakenOut({ without, onToggle }: { without: readonly string[]; onToggle(id: string): void }) {
  return (
    <div class="taken-out">
      <span>{tn("drop.out", without.length)}</span>
      {without.map((id) => <button key={id} type="button" class="ref" aria-label={t("evidence.put_back", { id })} onClick={() => onToggle(id)}>{id} ×</button>)}
      <button type="button" class="link-button" onClick={() => setQuery({ without: null })}>{t("drop.put_all_back")}</button>
    </div>
  );
}

/** As the report words it: an answer whose interval now begins under one half no longer stands. */
function verdictOf(before: Question, after: Question): MessageKey {
  if (before.leading !== after.leading) return after.leading === null ? "drop.becomes_open" : before.leading === null ? "drop.becomes_answered" : "drop.leader_changes";
  return before.resolved && !after.resolved ? "drop.stands_no_more" : "drop.leader_stays";
}

function Verdict({ before, after, changed }: { before: Question; after: Question; changed: boolean }) {
  const { yardstick } = useSettings();
  const leader = leaderOf(after);
  const front = leader ?? foremost(after);
  const verdict = verdictOf(before, after);
  return (
    <>
      <p class={`drop-answer${leader ? "" : " is-open"}`}>{leader ? labelOf(leader) : after.assessed ? t("overview.no_answer") : t("overview.not_assessed")}</p>
      {leader && front && (
        <p class="drop-line"><strong>{termOf(front.terms, yardstick) || t("term.none")}</strong> <span class="soft">{percent(front.probability.mid)}, {t("number.interval")} {intervalText(front.probability)}</span></p>
      )}
      {after.assessed && <p class="drop-line"><span class="soft">{t("overview.confidence")}</span> <ConfidenceMark level={after.confidence.level} /></p>}
      {changed && <p class={verdict === "drop.leader_stays" ? "drop-word" : "drop-word is-changed"}>{t(verdict)}</p>}
    </>
  );
}

function Others({ all, now, question, changed }: { all: Assessment; now: Assessment; question: Question; changed: boolean }) {
  const others = all.questions.filter((entry) => entry.id !== question.id && entry.assessed);
  if (!changed || others.length === 0) return null;
  return (
    <>
      <h3>{t("drop.others")}</h3>
      <ul class="drop-others">
        {others.map((before) => {
          const after = now.questions.find((entry) => entry.id === before.id) ?? before;
          const front = foremost(before)!;
          const then = after.assessed ? after.hypotheses.find((entry) => entry.id === front.id)?.probability.mid : null;
          const moved = after.leading !== before.leading;
          return (
            <li key={before.id} class={moved ? "is-changed" : undefined}>
              <span title={before.ask}>{labelOf(front)}</span>
              <span class="num">{percentShort(front.probability.mid)} → {percentShort(then)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Movers({ all, question, rows, onToggle }: { all: Assessment; question: Question; rows: readonly EvidenceRow[]; onToggle(id: string): void }) {
  const movers = moversOf(all, question.id).slice(0, kShownMovers);
  if (movers.length === 0) return null;
  const out = new Set(rows.filter((row) => row.out).map((row) => row.item.id));
  return (
    <>
      <h3>{t("drop.most")}</h3>
      <ol class="movers">
        {movers.map((mover) => (
          <li key={mover.id}>
            <input type="checkbox" checked={!out.has(mover.id)} aria-label={t(out.has(mover.id) ? "evidence.put_back" : "evidence.take_out", { id: mover.id })} onChange={() => onToggle(mover.id)} />
            <b>{mover.id}</b>
            <span class="movers-claim" title={mover.label}>{mover.label}</span>
            <span class="num soft">{t("drop.then", { value: percentShort(mover.probability_without) })}</span>
            <span class="num">{log10(mover.log10_odds)}</span>
            {mover.decisive && <span class="badge is-warn">{t("drop.decisive")}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}
