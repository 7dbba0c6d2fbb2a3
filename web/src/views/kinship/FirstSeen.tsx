// When the matched families were first seen, and from when the case knows of the kinship: how old the shared code is.
import { Untrusted } from "../../components/Untrusted";
import { dayShort } from "../../format";
import { t, tn } from "../../i18n";
import type { CaseItem } from "../../documents";
import type { ListedProgram } from "./documents";

interface SeenFamily {
  family: string;
  actor: string | null;
  first: string;
  known: string | null;
}

const time = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Malware families that share telling code with a program of the case, by the day they were first seen. */
function seenFamilies(programs: ListedProgram[], evidence: CaseItem[]): SeenFamily[] {
  const families = new Map<string, SeenFamily>();
  for (const { program } of programs) {
    for (const family of program.families) {
      if (family.role !== "malware" || family.shared_functions === 0 || !family.first_seen) continue;
      const item = evidence.find((one) => one.kind === "kinship" && one.claim.includes(family.family));
      families.set(family.family, { family: family.family, actor: family.actor, first: family.first_seen, known: item?.known_from ?? null });
    }
  }
  return [...families.values()].sort((a, b) => a.first.localeCompare(b.first));
}

const kLeft = 150, kRight = 720, kRow = 58, kTop = 28;

export function FirstSeen({ programs, evidence }: { programs: ListedProgram[]; evidence: CaseItem[] }) {
  const families = seenFamilies(programs, evidence);
  if (families.length === 0) return <p class="soft">{t("kinship.seen_never")}</p>;
  const days = families.flatMap((one) => [one.first, one.known ?? one.first]).map(time).filter(Number.isFinite);
  const firstYear = new Date(Math.min(...days)).getUTCFullYear(), lastYear = new Date(Math.max(...days)).getUTCFullYear() + 1;
  const begin = Date.UTC(firstYear, 0, 1), end = Date.UTC(lastYear, 0, 1);
  const x = (day: string) => kLeft + ((time(day) - begin) / (end - begin)) * (kRight - kLeft);
  const step = Math.max(1, Math.ceil((lastYear - firstYear) / 12));
  const years = Array.from({ length: Math.floor((lastYear - firstYear) / step) + 1 }, (_, i) => firstYear + i * step);
  const height = kTop + families.length * kRow;
  return (
    <div class="first-seen">
      <p class="soft">{t("kinship.seen_hint")}</p>
      <svg viewBox={`0 0 760 ${height}`} width={760} height={height} aria-hidden="true">
        {years.map((year) => {
          const at = kLeft + ((Date.UTC(year, 0, 1) - begin) / (end - begin)) * (kRight - kLeft);
          return <g key={year}><line class="graph-rule" x1={at} x2={at} y1={kTop - 6} y2={height} /><text class="graph-soft" x={at} y={14} text-anchor="middle">{year}</text></g>;
        })}
        {families.map((one, i) => {
          const y = kTop + i * kRow + kRow / 2;
          return (
            <g key={one.family}>
              <text x={kLeft - 14} y={y + 4} text-anchor="end" class="is-chosen">{one.family}</text>
              {one.known && <line class="seen-span" x1={x(one.first)} x2={x(one.known)} y1={y} y2={y} />}
              <circle class="graph-dot is-malware" cx={x(one.first)} cy={y} r={5} />
              <text class="graph-soft" x={x(one.first)} y={y - 11}>{dayShort(one.first)}</text>
              {one.known && <><circle class="seen-known" cx={x(one.known)} cy={y} r={5} /><text class="graph-soft" x={x(one.known)} y={y + 21} text-anchor="end">{dayShort(one.known)}</text></>}
            </g>
          );
        })}
      </svg>
      <ul class="seen-list">
        {families.map((one) => (
          <li key={one.family}>
            <b><Untrusted text={one.family} /></b>{one.actor && <span class="soft"> (<Untrusted text={one.actor} />)</span>}: {t("kinship.seen_first", { day: dayShort(one.first) })}
            {one.known && <>, {t("kinship.seen_known", { day: dayShort(one.known) })}; {t("kinship.seen_gap", { years: tn("kinship.years", Math.floor((time(one.known) - time(one.first)) / 31_557_600_000)) })}</>}
          </li>
        ))}
      </ul>
    </div>
  );
}
