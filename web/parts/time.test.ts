import { expect, test } from 'vitest';
import { absoluteTime, meterTime, timeOfDay, zoneName } from './time';

test('times are told in the zone of the site', () => {
  expect(absoluteTime('2026-11-20T14:00:07Z', 'Europe/Berlin')).toBe('2026-11-20 15:00:07');
  expect(absoluteTime('2026-07-01T22:30:00Z', 'Europe/Berlin')).toBe('2026-07-02 00:30:00');
  expect(timeOfDay('2026-11-20T23:00:00Z', 'Europe/Berlin')).toBe('00:00:00');
});

test('a zone this browser does not know falls back to UTC', () => {
  expect(absoluteTime('2026-11-20T14:00:07Z', 'Mars/Olympus')).toBe('2026-11-20 14:00:07');
});

test('a zone is named as people write it', () => {
  expect(zoneName('Etc/UTC')).toBe('UTC');
  expect(zoneName('Europe/Berlin')).toBe('Europe/Berlin');
  expect(zoneName('America/New_York')).toBe('America/New York');
});

test('the time of the meter is never moved', () => {
  expect(meterTime('2021-06-11T10:30')).toBe('2021-06-11 10:30');
  expect(meterTime('2020-12-31')).toBe('2020-12-31');
});
