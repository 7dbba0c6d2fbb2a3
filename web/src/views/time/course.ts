// The course of a question over the known-from days, ready to draw: one value per day and answer.
import type { Question, Timeline } from "../../documents";

export interface CourseDay {
  day: string;
  question: Question | null;
}

/** Every day with the question as it then stood. */
export const courseOf = (timeline: Timeline, question: string): CourseDay[] =>
  timeline.days.map((day) => ({ day: day.day, question: day.questions?.find((entry) => entry.id === question) ?? null }));

/** Position in the list of days of what was known by `asOf`; the last one when nothing was chosen, -1 before the first. */
export function indexOfDay(days: readonly { day: string }[], asOf: string | null): number {
  return asOf === null ? days.length - 1 : days.filter(({ day }) => day <= asOf).length - 1;
}

/** An SVG path of steps, one per column of width 1; days without a value leave a gap. y: 0 at the top is 100 %. */
export function stepPath(values: readonly (number | null)[]): string {
  let path = "";
  let open = false;
  values.forEach((value, column) => {
    if (value === null) {
      open = false;
      return;
    }
    const y = (1 - value).toFixed(4);
    path += open ? `V${y}H${column + 1}` : `M${column} ${y}H${column + 1}`;
    open = true;
  });
  return path;
}

/** Closed rectangles between two series of values, one per column. */
export const bandPath = (values: readonly ({ low: number; high: number } | null)[]): string =>
  values.map((value, column) => (value === null ? "" : `M${column} ${(1 - value.high).toFixed(4)}h1V${(1 - value.low).toFixed(4)}h-1Z`)).join("");
