import { expect, test } from 'vitest';
import { timeTicks, valueTicks } from './axis';
import { consumptionBars, marksOf, type Step } from './bars';
import { csvOf, fileName } from './csv';
import { barsOf, periodAt, periodBeside, periodName, timeName } from './period';
import { withGaps } from './points';
import { sumOf } from '../decimal';

const at = (text: string) => new Date(text).getTime();
const MINUTE = 60_000;
const step = (from: number, minutes: number, amount: string | null, code = 'consumed'): Step => ({
  from, to: from + minutes * MINUTE, amount, code, text: code,
});

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

test('short steps count whole where their middle lies, with the digits of the meter', () => {
  const day = periodAt('day', at('2026-11-20T00:00'));
  const steps = Array.from({ length: 8 }, (_, n) => step(day.from + (n * 15 + 7) * MINUTE, 15, '0.25'));
  const bars = consumptionBars(steps, barsOf(day));
  // The step from 00:52 to 01:07 has its middle at 00:59:30.
  expect(bars.slice(0, 3).map((bar) => bar.amount)).toEqual(['1.00', '1.00', null]);
  expect(bars.every((bar) => !bar.estimate)).toBe(true);
});

test('a long step is spread over its bars as an estimate, and nothing is lost', () => {
  const day = periodAt('day', at('2026-11-20T00:00'));
  const bars = consumptionBars([step(day.from + 30 * MINUTE, 120, '10', 'across_gap')], barsOf(day));
  expect(bars.slice(0, 4).map((bar) => bar.amount)).toEqual(['2', '5', '3', null]);
  expect(bars.slice(0, 4).map((bar) => bar.estimate)).toEqual([true, true, true, false]);
  expect(sumOf(bars.flatMap((bar) => bar.amount ?? []))).toBe('10');
});

test('what lies outside the period is not shown in it', () => {
  const day = periodAt('day', at('2026-11-20T00:00'));
  const bars = consumptionBars([step(day.from - 120 * MINUTE, 240, '8', 'across_gap')], barsOf(day));
  expect(sumOf(bars.flatMap((bar) => bar.amount ?? []))).toBe('4');
});

test('an exchange is a mark and no consumption', () => {
  const day = periodAt('day', at('2026-11-20T00:00'));
  const steps = [step(day.from, 15, '1'), step(day.from + 15 * MINUTE, 15, null, 'meter_exchanged')];
  expect(consumptionBars(steps, barsOf(day))[0]?.amount).toBe('1');
  expect(marksOf(steps)).toEqual([{ at: day.from + 30 * MINUTE, code: 'meter_exchanged', text: 'meter_exchanged' }]);
});

test('a long silence is a gap in the line; a usual pause is none', () => {
  const points = [0, 15, 30, 45, 180, 195].map((minute) => ({ at: minute * MINUTE, value: String(minute) }));
  const drawn = withGaps(points);
  expect(drawn.map((point) => point.value)).toEqual(['0', '15', '30', '45', null, '180', '195']);
});

test('a table goes out as other programs read it', () => {
  expect(csvOf([['time', 'what'], ['1', 'a "b", c']])).toBe('time,what\r\n1,"a ""b"", c"\r\n');
  expect(fileName('Heat, flat 1', 'index', '2026-11')).toBe('Heat-flat-1_index_2026-11.csv');
});

test('ticks say the day where it changes, and values as many digits as they need', () => {
  const midnight = at('2026-11-20T00:00') / 1000;
  expect(timeTicks([midnight, midnight + 6 * 3600, midnight + 24 * 3600], 6 * 3600, 'en')).toEqual(['00:00\n20 Nov', '06:00', '00:00\n21 Nov']);
  expect(valueTicks([0, 0.5, 12345], 0.5)).toEqual(['0.0', '0.5', '12\u2009345.0']);
  expect(valueTicks([0, 0.25], 0.25)).toEqual(['0.00', '0.25']);
  expect(valueTicks([0, 20_000], 20_000)).toEqual(['0', '20\u2009000']);
});
