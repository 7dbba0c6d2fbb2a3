import { foremost } from "../../analysis";
import { labelOf } from "../../components/QuestionAnswers";
import { dayShort, percentShort } from "../../format";
import { t } from "../../i18n";
import { bandPath, stepPath, type CourseDay } from "./course";

/** Steps of every answer over the days; the one in front on the chosen day is drawn in colour with its interval. */
export function CourseChart({ ask, course, at, onPick }: { ask: string; course: readonly CourseDay[]; at: number; onPick(index: number): void }) {
  const shown = course[at]?.question ?? null;
  const front = shown ? foremost(shown) : null;
  const ids = course.find((day) => day.question)?.question?.hypotheses.map((hypothesis) => hypothesis.id) ?? [];
  const of = (day: CourseDay, id: string) => {
    const interval = day.question?.assessed ? day.question.hypotheses.find((hypothesis) => hypothesis.id === id)?.probability : null;
    return interval?.mid != null && interval.low != null && interval.high != null ? { low: interval.low, mid: interval.mid, high: interval.high } : null;
  };
  const others = ids.filter((id) => id !== front?.id);
  const pick = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    onPick(Math.max(0, Math.min(course.length - 1, Math.floor(((event.clientX - box.left) / box.width) * course.length))));
  };
  return (
    <svg class="course" role="img" aria-label={described(ask, course, front ? { id: front.id, label: labelOf(front) } : null)} viewBox={`0 0 ${course.length} 1`}
      preserveAspectRatio="none" onClick={pick}>
      <path class="course-grid" d={`M0 0H${course.length}M0 .5H${course.length}M0 1H${course.length}`} />
      {others.map((id) => <path key={id} class="course-other" d={stepPath(course.map((day) => of(day, id)?.mid ?? null))} />)}
      {front && <path class="course-band" d={bandPath(course.map((day) => of(day, front.id)))} />}
      {front && <path class="course-front" d={stepPath(course.map((day) => of(day, front.id)?.mid ?? null))} />}
    </svg>
  );
}

/** The chart in words: the front answer on every day. */
function described(ask: string, course: readonly CourseDay[], front: { id: string; label: string } | null): string {
  if (!front) return t("time.chart", { ask });
  const values = course.map((day) => {
    const value = day.question?.hypotheses.find((hypothesis) => hypothesis.id === front.id)?.probability.mid;
    return `${dayShort(day.day)}: ${percentShort(day.question?.assessed ? value : null)}`;
  });
  return `${t("time.chart", { ask })} ${front.label}: ${values.join("; ")}`;
}
