import { expect, test } from 'vitest';
import { differenceOf, seriesOf } from './series';

const value = (series: string, measured_at: string, text: string) =>
  ({ series, quantity: 'volume', value: 0, text, unit: 'm³', measured_at, read_at: '2026-11-20T14:00:00Z' });

test('values of one series stand together, the newest date first', () => {
  const told = [value('a.instantaneous', '2013-08-31', '7.9'), value('b.maximum', '2013-09-28', '1'), value('a.instantaneous', '2013-09-28', '8.393')];
  const [a, b] = seriesOf(told);
  expect(a?.values.map((one) => one.text)).toEqual(['8.393', '7.9']);
  expect(a?.name).toBe('Volume');
  expect([a?.counts, b?.counts]).toEqual([true, false]);
});

test('the difference of two values has every digit', () => {
  expect(differenceOf('8.393', '7.9')).toBe('0.493');
  expect(differenceOf('12345678901234567.1', '0.1')).toBe('12345678901234567.0');
  expect(differenceOf('5', '-2')).toBe('7');
  expect(differenceOf('1', '3')).toBe('-2');
});
