// How long ago something was, in one number and one unit: coarse enough to be read at a glance.

import type { Texts } from '../texts/texts';
import { fill } from '../texts/texts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The age of an instant, for example "3 min". A clock that is slightly ahead reads as "now". */
export function ageText(at: number, now: number, texts: Texts['age']): string {
  const age = now - at;
  if (age < 5 * SECOND) return texts.now;
  if (age < MINUTE) return fill(texts.seconds, { n: Math.floor(age / SECOND) });
  if (age < HOUR) return fill(texts.minutes, { n: Math.floor(age / MINUTE) });
  if (age < 2 * DAY) return fill(texts.hours, { n: Math.floor(age / HOUR) });
  return fill(texts.days, { n: Math.floor(age / DAY) });
}

/** How long until an instant, for example "in 12 min"; once it is past, "due now". */
export function untilText(at: number, now: number, texts: Texts['age']): string {
  const left = at - now;
  if (left <= 0) return texts.due;
  if (left < MINUTE) return fill(texts.inSeconds, { n: Math.ceil(left / SECOND) });
  if (left < HOUR) return fill(texts.inMinutes, { n: Math.round(left / MINUTE) });
  if (left < 2 * DAY) return fill(texts.inHours, { n: Math.round(left / HOUR) });
  return fill(texts.inDays, { n: Math.round(left / DAY) });
}
