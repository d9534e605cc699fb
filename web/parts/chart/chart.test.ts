import { expect, test } from 'vitest';
import { timeTicks, valueTicks } from './axis';
import { allBars } from './bars';
import { barsOf, periodAt, periodBeside, periodName, timeName } from './period';
import { withGaps } from './points';

const at = (text: string) => new Date(text).getTime();

test('periods follow the calendar', () => {
  const february = periodAt('month', at('2028-02-29T15:00'));
  expect(barsOf(february)).toHaveLength(29);
  expect(periodName(february, 'en')).toBe('February 2028');
  expect(periodName(periodBeside(february, -1), 'en')).toBe('January 2028');
  const year = periodAt('year', february.from);
  expect(barsOf(year)).toHaveLength(12);
  expect(barsOf(year).at(-1)?.to).toBe(year.to);
  const day = periodAt('day', at('2026-11-20T14:03'));
  expect(barsOf(day)).toHaveLength(24);
  expect(periodName(day, 'en')).toBe('Fri, 20 November 2026');
  expect(timeName('day', day.from, 'en')).toBe('00:00');
  expect(periodBeside(day, 1).from).toBe(day.to);
});

test('every bar of a period is there; what nothing is told of is a gap', () => {
  const spans = barsOf(periodAt('day', at('2026-11-20T00:00')));
  const [, second, third] = spans;
  if (!second || !third) throw new Error('no bars');
  const bars = allBars(spans, [{ ...second, amount: '1.00', estimate: false }, { ...third, amount: '0.50', estimate: true }]);
  expect(bars).toHaveLength(24);
  expect(bars.slice(0, 4).map((bar) => bar.amount)).toEqual([null, '1.00', '0.50', null]);
  expect(bars.map((bar) => bar.estimate).indexOf(true)).toBe(2);
});

test('missing readings are a gap in the line', () => {
  const points = [0, 15, 180].map((minute) => ({ at: minute * 60_000, value: String(minute), afterGap: minute === 180 }));
  expect(withGaps(points).map((point) => point.value)).toEqual(['0', '15', null, '180']);
});

test('ticks say the day where it changes, and values as many digits as they need', () => {
  const midnight = at('2026-11-20T00:00') / 1000;
  expect(timeTicks([midnight, midnight + 6 * 3600, midnight + 24 * 3600], 6 * 3600, 'en')).toEqual(['00:00\n20 Nov', '06:00', '00:00\n21 Nov']);
  expect(valueTicks([0, 0.5, 12345], 0.5)).toEqual(['0.0', '0.5', '12\u2009345.0']);
  expect(valueTicks([0, 0.25], 0.25)).toEqual(['0.00', '0.25']);
  expect(valueTicks([0, 20_000], 20_000)).toEqual(['0', '20\u2009000']);
});
