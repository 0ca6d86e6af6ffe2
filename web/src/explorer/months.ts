/** Months as text (2024-03) and as whole numbers, which can be counted with. */

export function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

export function monthText(number: number): string {
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}

const LONG = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en", { month: "short", year: "numeric", timeZone: "UTC" });

/** The month in words: March 2024. */
export function monthWords(number: number, form: "long" | "short" = "long"): string {
  const day = new Date(0);
  day.setUTCFullYear(Math.floor(number / 12), number % 12, 1);
  return (form === "long" ? LONG : SHORT).format(day);
}

/** Whole months in words: March 2024, or March 2024 – May 2024; `end` is the month after the last. */
export function spanWords(start: number, end: number): string {
  const [first, last] = [monthWords(start, "short"), monthWords(end - 1, "short")];
  return first === last ? monthWords(start) : `${first} – ${last}`;
}

const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** A day such as 2024-03-12 in words. */
export function dayWords(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? day : DAY.format(date);
}

/** A half-open stretch of days in words, as long as its granularity says. */
export function dateWords(date: { start: string; end: string; granularity: string }): string {
  if (date.granularity === "day") return dayWords(date.start);
  if (date.granularity === "month") return monthWords(monthNumber(date.start));
  if (date.granularity === "year") return date.start.slice(0, 4);
  const last = new Date(`${date.end}T00:00:00Z`);
  if (Number.isNaN(last.getTime())) return `${date.start} – ${date.end}`;
  last.setUTCDate(last.getUTCDate() - 1);
  return `${dayWords(date.start)} – ${DAY.format(last)}`;
}
