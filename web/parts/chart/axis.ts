// The words on the axes of a chart.

import { locale } from './period';
import { numberParts } from '../number';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Words for ticks of time, in seconds since 1970; the day is named where it changes. */
export function timeTicks(ticks: readonly number[], increment: number, language: string): string[] {
  const format = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale(language), parts);
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const day = format({ day: 'numeric', month: 'short' });
  const month = format({ month: 'short' });
  let before = '';
  return ticks.map((tick) => {
    const at = tick * 1000;
    if (increment >= 28 * DAY) return month.format(at);
    if (increment >= DAY) return day.format(at);
    const date = day.format(at);
    const words = (increment >= 60 ? time : seconds).format(at);
    const changed = date !== before;
    before = date;
    return changed ? `${words}\n${date}` : words;
  });
}

/** Words for ticks of a value: groups of three apart by a thin space, as many digits as needed. */
export function valueTicks(ticks: readonly number[], increment: number): string[] {
  const isWhole = (places: number) => Math.abs(increment * 10 ** places - Math.round(increment * 10 ** places)) < 1e-6;
  let places = 0;
  while (places < 12 && !isWhole(places)) places += 1;
  return ticks.map((tick) => {
    const parts = numberParts(tick.toFixed(places));
    if (!parts) return String(tick);
    return `${parts.sign}${parts.groups.join('\u2009')}${parts.fraction ? `.${parts.fraction}` : ''}`;
  });
}
