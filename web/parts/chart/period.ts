// The time a chart shows: a day, a month or a year by the calendar of who looks, and the bars it
// is cut into. Days have 23 or 25 hours where the clock changes; the calendar knows that.

export type PeriodKind = 'day' | 'month' | 'year';

/** Milliseconds since 1970, from (included) to (excluded). */
export interface Span {
  from: number;
  to: number;
}

export interface Period extends Span {
  kind: PeriodKind;
}

/** The period of a kind that holds an instant. */
export function periodAt(kind: PeriodKind, at: number): Period {
  const { year, month, day } = calendar(at);
  return { kind, ...spanOf(kind, year, month, day) };
}

/** The period before (-1) or after (+1) a period. */
export function periodBeside({ kind, from }: Period, step: 1 | -1): Period {
  const { year, month, day } = calendar(from);
  switch (kind) {
    case 'day':
      return { kind, ...spanOf(kind, year, month, day + step) };
    case 'month':
      return { kind, ...spanOf(kind, year, month + step, 1) };
    case 'year':
      return { kind, ...spanOf(kind, year + step, 0, 1) };
  }
}

/** The bars of a period: the hours of a day, the days of a month, the months of a year. */
export function barsOf({ kind, from, to }: Period): Span[] {
  const { year, month, day } = calendar(from);
  const spans: Span[] = [];
  for (let n = 0; spans.length === 0 || (spans.at(-1)?.to ?? to) < to; n += 1) {
    // An hour is an hour also where the clock repeats or leaves out one.
    if (kind === 'day') spans.push({ from: from + n * HOUR, to: Math.min(from + (n + 1) * HOUR, to) });
    else if (kind === 'month') spans.push(spanOf('day', year, month, day + n));
    else spans.push(spanOf('month', year, n, 1));
  }
  return spans;
}

const HOUR = 3_600_000;

function spanOf(kind: PeriodKind, year: number, month: number, day: number): Span {
  const at = (y: number, m: number, d: number) => new Date(y, m, d).getTime();
  switch (kind) {
    case 'day':
      return { from: at(year, month, day), to: at(year, month, day + 1) };
    case 'month':
      return { from: at(year, month, 1), to: at(year, month + 1, 1) };
    case 'year':
      return { from: at(year, 0, 1), to: at(year + 1, 0, 1) };
  }
}

function calendar(at: number): { year: number; month: number; day: number } {
  const date = new Date(at);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

/** The period in words: "20 November 2026", "November 2026", "2026". */
export function periodName({ kind, from }: Period, language: string): string {
  const parts: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    ...(kind !== 'year' && { month: 'long' as const }),
    ...(kind === 'day' && { day: 'numeric' as const, weekday: 'short' as const }),
  };
  return new Intl.DateTimeFormat(locale(language), parts).format(from);
}

/** A bar or a point in words, as short as it is clear: "14:00", "Fri 20 Nov", "Nov 2026". */
export function timeName(kind: PeriodKind, at: number, language: string): string {
  const parts: Record<PeriodKind, Intl.DateTimeFormatOptions> = {
    day: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    month: { weekday: 'short', day: 'numeric', month: 'short' },
    year: { month: 'short', year: 'numeric' },
  };
  return new Intl.DateTimeFormat(locale(language), parts[kind]).format(at);
}

/** Day before month, as most of the world writes it. */
export const locale = (language: string) => (language === 'en' ? 'en-GB' : language);
