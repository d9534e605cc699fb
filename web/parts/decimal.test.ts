import { expect, test } from 'vitest';
import { sumOf } from './decimal';

test('a sum keeps every digit and the longest fraction', () => {
  expect(sumOf(['0.1', '0.2'])).toBe('0.3');
  expect(sumOf(['12345', '0.50'])).toBe('12345.50');
  expect(sumOf(['9007199254740993', '0.001'])).toBe('9007199254740993.001');
  expect(sumOf(['-1.5', '1'])).toBe('-0.5');
  expect(sumOf([])).toBe('0');
});
