// The day whose knowledge every view shows. One control, in the same place everywhere; the day is in the address.
import { casePath, useDocument } from "../api";
import { dayShort } from "../format";
import { t } from "../i18n";
import { setQuery, useRoute } from "../router";
import type { Timeline } from "../documents";

/** The known-from days of the case, ascending; empty until they are here. */
export function useDays(caseId: string): string[] {
  const timeline = useDocument<Timeline>(casePath(caseId, "/timeline"));
  return timeline.value?.days.map((day) => day.day) ?? [];
}

/** `steps` days on from the chosen one; the last day is "everything known", which has no parameter. */
export function stepDay(days: readonly string[], chosen: string | null, steps: number): string | null {
  if (days.length === 0) return null;
  const last = days.length - 1;
  // A day between two known ones stands at the one before it.
  const at = chosen === null ? last : days.filter((day) => day <= chosen).length - 1;
  const next = Math.max(0, Math.min(last, at + steps));
  return next === last ? null : days[next]!;
}

export function moveDay(days: readonly string[], steps: number, chosen: string | null): void {
  if (days.length > 0) setQuery({ as_of: stepDay(days, chosen, steps) });
}

export function AsOf({ caseId }: { caseId: string }) {
  const days = useDays(caseId);
  const chosen = useRoute().query.get("as_of");
  const last = days[days.length - 1];
  const value = chosen ?? "";
  const listed = chosen !== null && !days.includes(chosen);
  return (
    <div class="asof" role="group" aria-label={t("asof.label")} title={t("asof.hint")}>
      <span class="asof-label">{t("asof.label")}{chosen === null && last ? ` · ${t("asof.today")}` : ""}</span>
      <button type="button" class="icon-button" aria-label={t("asof.previous")} disabled={days.length < 2 || (chosen !== null && chosen <= days[0]!)}
        onClick={() => moveDay(days, -1, chosen)}>‹</button>
      <select aria-label={t("asof.label")} value={value} onChange={(event) => setQuery({ as_of: event.currentTarget.value || null })}>
        {listed && <option value={chosen}>{dayShort(chosen)}</option>}
        {days.slice(0, -1).map((day) => <option key={day} value={day}>{dayShort(day)}</option>)}
        <option value="">{last ? dayShort(last) : t("asof.today")}</option>
      </select>
      <button type="button" class="icon-button" aria-label={t("asof.next")} disabled={days.length < 2 || chosen === null} onClick={() => moveDay(days, 1, chosen)}>›</button>
    </div>
  );
}
