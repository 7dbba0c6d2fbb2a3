// The answers to one question as rows of intervals on the chosen yardstick.
import { byProbability } from "../analysis";
import { intervalText, percentShort } from "../format";
import { t, tCode } from "../i18n";
import type { Hypothesis, Interval, Question } from "../documents";
import { useSettings } from "../settings";
import { IntervalBar, termOf, termShort } from "./IntervalBar";

export const labelOf = (hypothesis: Pick<Hypothesis, "id" | "label">): string =>
  hypothesis.id === "unknown" ? t("answer.unknown") : hypothesis.label || tCode("answer", hypothesis.id);

export interface QuestionAnswersProps {
  question: Question;
  /** The same question before something was taken away: hollow marks. */
  before?: Question | null;
  order?: "probability" | "written";
  /** Only the first so many answers. */
  limit?: number;
}

export function QuestionAnswers({ question, before, order = "probability", limit }: QuestionAnswersProps) {
  const { yardstick } = useSettings();
  const answers = order === "probability" ? byProbability(question) : question.hypotheses;
  const earlier = new Map<string, Interval>(before?.assessed ? before.hypotheses.map((h) => [h.id, h.probability]) : []);
  return (
    <ul class="answers">
      {answers.slice(0, limit).map((hypothesis) => {
        const leads = hypothesis.id === question.leading;
        return (
          <li key={hypothesis.id} class={leads ? "leads" : undefined}>
            <span class="answer-label" title={labelOf(hypothesis)}>{labelOf(hypothesis)}</span>
            <IntervalBar label={labelOf(hypothesis)} value={hypothesis.probability} yardstick={yardstick} leading={leads}
              prior={hypothesis.prior} before={earlier.get(hypothesis.id) ?? null} />
            <span class="answer-mid">{percentShort(hypothesis.probability.mid)}</span>
            <span class="answer-range">{intervalText(hypothesis.probability)}</span>
            <span class="answer-term" title={termOf(hypothesis.terms, yardstick)}>{question.assessed ? termShort(hypothesis.terms, yardstick) : "–"}</span>
          </li>
        );
      })}
    </ul>
  );
}
