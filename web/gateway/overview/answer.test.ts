import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript of the mock gateway
import { allWell, twelveMeters } from '../../tests/mock-gateway/building.js';
import { answerOf } from './answer';
import type { Bus, Meter } from '../api/model';

const now = Date.parse('2026-11-20T14:00:00Z');
type Building = { meters: Meter[]; buses: Bus[] };

test('what fails is counted', () => {
  const { meters, buses } = twelveMeters(now) as Building;
  expect(answerOf(meters, buses, now)).toBe('5 of 12 meters and 1 of 3 buses need you.');
  expect(answerOf(meters, [], now)).toBe('5 of 12 meters need you.');
  expect(answerOf(meters.filter((meter) => meter.state !== 'fault'), [], now)).toBe('1 of 8 meters needs you.');
});

test('when nothing fails the answer says so, and how fresh that is', () => {
  const { meters, buses } = allWell(now) as Building;
  const answering = meters.filter((meter) => meter.state === 'ok');
  expect(answerOf(answering, buses, now)).toBe('Nothing. All 6 meters answer. Last reading 3 min ago.');
  expect(answerOf(answering.slice(0, 1), buses, now)).toBe('Nothing. The one meter answers. Last reading 3 min ago.');
});

test('meters that were never read are not called answering', () => {
  const { meters } = twelveMeters(now) as Building;
  const waiting = meters.filter((meter) => meter.state === 'waiting');
  expect(answerOf(waiting, [], now)).toBe('Nothing. 1 meter waits for its first reading.');
});

test('a gateway without meters says so', () => {
  expect(answerOf([], [], now)).toBe('No meter is configured yet.');
});
