// A probability as what it is: an interval on a scale from 0 to 100 %, with the ranges of a yardstick behind it.
import { intervalText, percent } from "../format";
import { t, tCode } from "../i18n";
import type { Interval, Terms } from "../documents";
import type { Yardstick } from "../settings";

/** Ranges of the yardsticks in per cent: src/attribution/words.cpp, from the published scales. */
export const kYardstickRanges: Record<Yardstick, readonly { term: string; low: number; high: number }[]> = {
  phia: [
    { term: "remote chance", low: 0, high: 5 },
    { term: "highly unlikely", low: 10, high: 20 },
    { term: "unlikely", low: 25, high: 35 },
    { term: "realistic possibility", low: 40, high: 50 },
    { term: "likely", low: 55, high: 75 },
    { term: "highly likely", low: 80, high: 90 },
    { term: "almost certain", low: 95, high: 100 },
  ],
  icd203: [
    { term: "almost no chance", low: 1, high: 5 },
    { term: "very unlikely", low: 5, high: 20 },
    { term: "unlikely", low: 20, high: 45 },
    { term: "roughly even chance", low: 45, high: 55 },
    { term: "likely", low: 55, high: 80 },
    { term: "very likely", low: 80, high: 95 },
    { term: "almost certain", low: 95, high: 99 },
  ],
};

/** The term of an answer on the chosen yardstick, in the reader's language; "" when the evidence gives none. */
export function termOf(terms: Terms, yardstick: Yardstick): string {
  const term = yardstick === "phia" ? terms.phia : terms.icd203;
  if (!term) return "";
  const word = tCode(yardstick, term);
  return yardstick === "phia" && terms.phia_in_gap ? t("term.gap", { term: word }) : word;
}

/** The same where there is no room: "≈ likely" for the nearer of two ranges. */
export const termShort = (terms: Terms, yardstick: Yardstick): string => {
  const term = yardstick === "phia" ? terms.phia : terms.icd203;
  return term ? (yardstick === "phia" && terms.phia_in_gap ? "≈\u202f" : "") + tCode(yardstick, term) : "–";
};

const at = (p: number): string => `${(p * 100).toFixed(3)}%`;

export interface IntervalBarProps {
  label: string;
  value: Interval;
  yardstick: Yardstick;
  /** Probability before any evidence: a tick. */
  prior?: number | null;
  /** What it was before something was taken away: a hollow mark. */
  before?: Interval | null;
  /** The answer that the evidence favours is drawn in colour, the others in grey. */
  leading?: boolean;
}

export function IntervalBar({ label, value, yardstick, prior, before, leading }: IntervalBarProps) {
  const known = value.low != null && value.mid != null && value.high != null;
  const spoken = known ? `${label}: ${percent(value.mid)}, ${t("number.interval")} ${intervalText(value)}` : `${label}: –`;
  return (
    <div class={`interval${leading ? " is-leading" : ""}`} role="img" aria-label={spoken}>
      <span class="interval-track" />
      {kYardstickRanges[yardstick].map(({ term, low, high }) => (
        <span key={term} class="interval-band" title={`${tCode(yardstick, term)}: ${low}–${high} %`}
          style={{ left: `${low}%`, width: `${high - low}%` }} />
      ))}
      {prior != null && <span class="interval-prior" style={{ left: at(prior) }} />}
      {before?.low != null && before.high != null && before.mid != null && (
        <>
          <span class="interval-before" style={{ left: at(before.low), width: at(before.high - before.low) }} />
          <span class="interval-before-mid" style={{ left: at(before.mid) }} />
        </>
      )}
      {known && (
        <>
          <span class="interval-span" style={{ left: at(value.low!), width: at(value.high! - value.low!) }} />
          <span class="interval-mid" style={{ left: at(value.mid!) }} />
        </>
      )}
    </div>
  );
}

/** Rows of the seven terms: neighbours apart, the long ones where there is room in French and Albanian too. */
const kAxisRows = [0, 1, 2, 1, 0, 1, 2];

/** The scale above a column of interval bars: terms in three rows, and the per cent. */
export function YardstickAxis({ yardstick }: { yardstick: Yardstick }) {
  return (
    <div class="axis" aria-hidden="true">
      {kYardstickRanges[yardstick].map(({ term, low, high }, index) => (
        <span key={term} class={`axis-term row-${kAxisRows[index]}${index === 0 ? " at-start" : index === 6 ? " at-end" : ""}`}
          style={index === 0 ? { left: "0" } : index === 6 ? { right: "0" } : { left: `${(low + high) / 2}%` }}>
          {tCode(yardstick, term)}
        </span>
      ))}
      {[0, 25, 50, 75, 100].map((value) => (
        <span key={value} class="axis-value" style={{ left: `${value}%` }}>{value}</span>
      ))}
    </div>
  );
}
