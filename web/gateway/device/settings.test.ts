import { expect, test } from 'vitest';
import { groupsOf, matchesSetting, scaleOf } from './settings';
import type { DeviceSetting } from '../api/model';

const setting = (key: string, historical = false, measured_at: string | null = null): DeviceSetting => ({
  key, historical, measured_at, value: '12345', updated_at: '2026-11-20T14:00:00Z', is_current: true,
  metadata: [{ name: 'Description', value: 'Energy' }, { name: 'SI Prefix', value: null }],
});

test('the values of now stand first, the stored ones under their dates, the newest first', () => {
  const groups = groupsOf([
    setting('old', true, '2013-08-31'), setting('now'), setting('undated', true), setting('new', true, '2013-09-28'), setting('old.2', true, '2013-08-31'),
  ]);
  expect(groups.map(({ date, historical, settings }) => [date, historical, settings.map(({ key }) => key)])).toEqual([
    [null, false, ['now']],
    ['2013-09-28', true, ['new']],
    ['2013-08-31', true, ['old', 'old.2']],
    [null, true, ['undated']],
  ]);
});

test('a setting is found by key, value, date and any of its fields, in any case', () => {
  for (const wanted of ['energy', 'volume.m3', '123', '2013-09', '', 'ENERGY 2013']) {
    expect(matchesSetting(setting('volume.m3', true, '2013-09-28'), wanted), wanted).toBe(true);
  }
  expect(matchesSetting(setting('volume.m3'), 'energy power')).toBe(false);
  expect(matchesSetting(setting('volume.m3'), 'null')).toBe(false);
});

test('b26 what a value is multiplied with is told with its unit', () => {
  const scaled = (prefix: string | null, exponent: string | null, unit: string) =>
    scaleOf({
      ...setting('x'),
      metadata: [{ name: 'Unit of Measurement', value: unit }, { name: 'SI Prefix', value: prefix }, { name: 'Counter Exponent', value: exponent }],
    });
  expect(scaled('k', '0', 'Wh')).toBe('kWh');
  expect(scaled('', '-3', 'm³')).toBe('× 10⁻³ m³');
  expect(scaled('k', '2', 'Wh')).toBe('× 10² kWh');
  expect(scaled(null, null, '')).toBe('');
});
