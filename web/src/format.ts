// Numbers, dates and sizes as the report writes them (docs/methods/statement.md): whole per cent with "under 1 %" and "over 99 %"
// at the ends, no digits that nobody measured.
import { numberLocale, t, type MessageKey } from "./i18n";
import type { Interval } from "./documents";

/** Whole per cent; the ends are worded. */
export function percent(p: number | null | undefined): string {
  if (p == null) return "–";
  if (p < 0.01) return t("number.under_one");
  if (p > 0.99) return t("number.over_ninety_nine");
  return t("number.percent", { value: Math.round(p * 100) });
}

/** A per cent where the column has no room for words: "<1 %", ">99 %". */
export function percentShort(p: number | null | undefined): string {
  if (p == null) return "–";
  if (p < 0.01) return "<\u202f" + t("number.percent", { value: 1 });
  if (p > 0.99) return ">\u202f" + t("number.percent", { value: 99 });
  return t("number.percent", { value: Math.round(p * 100) });
}

const bare = (p: number): string => (p < 0.01 ? "<1" : p > 0.99 ? ">99" : String(Math.round(p * 100)));

/** The 80 % interval: "27 – 62 %". */
export function intervalText(value: Interval): string {
  if (value.low == null || value.high == null) return "–";
  const low = bare(value.low);
  const high = bare(value.high);
  return t("number.percent", { value: low === high ? low : `${low}\u202f–\u202f${high}` });
}

/** A signed base-ten logarithm: "+0.59", "−1.2", "0". */
export function log10(value: number, digits = 2): string {
  const rounded = Number(value.toFixed(digits));
  if (rounded === 0) return "0";
  const text = new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(Math.abs(rounded));
  return (rounded < 0 ? "\u2212" : "+") + text;
}

export const count = (value: number): string => new Intl.NumberFormat(numberLocale()).format(value);

export const decimal = (value: number, digits = 1): string =>
  new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** Bytes with a binary unit, two digits: "1.2 MiB". */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let scaled = value;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : 1;
  return `${decimal(scaled, digits)}\u00a0${units[unit]}`;
}

const kDay = /^(\d{4})-(\d\d)-(\d\d)$/;

/** "8 September 2022", in words of our own: not every browser knows the months of every language. */
function dated(day: string | null | undefined, month: "month" | "month_short"): string {
  if (!day) return "–";
  const parts = kDay.exec(day);
  if (!parts || Number(parts[2]) < 1 || Number(parts[2]) > 12) return day;
  const number = Number(parts[3]);
  return t(number === 1 ? "date.first_day" : "date.day", { day: number, month: t(`date.${month}.${Number(parts[2])}` as MessageKey), year: parts[1]! });
}

/** "8 September 2022". What is not a whole day ("2022-07", "2021-05..2022-01") stays as written. */
export const dayLong = (day: string | null | undefined): string => dated(day, "month");
/** "8 Sep 2022". */
export const dayShort = (day: string | null | undefined): string => dated(day, "month_short");

/** A moment in RFC 3339, in the reader's own time zone, to the minute: "8 Sep 2022, 14:05". */
export function moment(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${dayShort(`${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`)}, ${two(date.getHours())}:${two(date.getMinutes())}`;
}
