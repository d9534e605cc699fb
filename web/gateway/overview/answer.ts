// The answer to "What needs me now?" in words.

import type { Bus, Meter } from '../api/model';
import { ageText } from '../../parts/age';
import { count, fill, language } from '../../texts/texts';

/** One or two sentences; `now` in milliseconds by the gateway's clock. */
export function answerOf(meters: readonly Meter[], buses: readonly Bus[], now: number): string {
  const { overview: t, age } = language.texts;
  const badMeters = meters.filter((meter) => meter.state === 'fault' || meter.state === 'attention').length;
  const badBuses = buses.filter((bus) => bus.problem).length;
  const some = [
    badMeters > 0 && count(t.needMeters, badMeters, { all: meters.length }),
    badBuses > 0 && count(t.needBuses, badBuses, { all: buses.length }),
  ].filter((part): part is string => part !== false);
  if (some.length > 0) {
    const [first = '', second] = some;
    return count(t.needs, badMeters + badBuses, { what: second ? fill(t.and, { first, second }) : first });
  }
  if (meters.length === 0) return t.noMeters;
  const waiting = meters.filter((meter) => meter.state === 'waiting').length;
  const newest = Math.max(...meters.map((meter) => Date.parse(meter.last_success_at ?? '') || 0));
  const sentences = [
    waiting > 0 ? count(t.someWait, waiting) : count(t.allAnswer, meters.length),
    newest > 0 && fill(t.newest, { age: ageText(newest, now, age) }),
  ];
  return fill(t.nothing, { meters: sentences.filter(Boolean).join(' ') });
}
