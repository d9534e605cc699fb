import { expect, test } from 'vitest';
import { en } from '../texts/en';
import { ageText, untilText } from './age';

const now = Date.parse('2026-11-20T14:00:00Z');
const ago = (seconds: number) => ageText(now - seconds * 1000, now, en.age);
const ahead = (seconds: number) => untilText(now + seconds * 1000, now, en.age);

test('an age is one number and one unit', () => {
  expect(ago(0)).toBe('now');
  expect(ago(12)).toBe('12 s');
  expect(ago(59.9)).toBe('59 s');
  expect(ago(60)).toBe('1 min');
  expect(ago(3 * 60 + 59)).toBe('3 min');
  expect(ago(3600)).toBe('1 h');
  expect(ago(47 * 3600)).toBe('47 h');
  expect(ago(48 * 3600)).toBe('2 d');
});

test('a reading from a clock slightly ahead is not in the future', () => {
  expect(ago(-3)).toBe('now');
});

test('what is to come counts down and is then due', () => {
  expect(ahead(30)).toBe('in 30 s');
  expect(ahead(12 * 60)).toBe('in 12 min');
  expect(ahead(0)).toBe('due now');
  expect(ahead(-600)).toBe('due now');
});
