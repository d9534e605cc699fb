import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript of the mock gateway
import { twelveMeters } from '../../tests/mock-gateway/building.js';
import { matches } from './find';
import type { Meter } from '../api/model';

const [first] = (twelveMeters(0) as { meters: Meter[] }).meters;
const found = (wanted: string) => matches(first!, 'Cellar, heating', wanted);

test('a meter is found by name, serial number, manufacturer and bus, in any case', () => {
  for (const wanted of ['flat 1', 'FLAT', '13653120', 'efe', 'cellar-1', 'cellar, heating', '']) expect(found(wanted)).toBe(true);
});

test('every word must match', () => {
  expect(found('heat cellar')).toBe(true);
  expect(found('heat roof')).toBe(false);
});
