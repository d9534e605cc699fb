import { expect, test } from 'vitest';
import { differenceOf, sharesOf, sumOf } from './decimal';

test('a sum keeps every digit and the longest fraction', () => {
  expect(sumOf(['0.1', '0.2'])).toBe('0.3');
  expect(sumOf(['12345', '0.50'])).toBe('12345.50');
  expect(sumOf(['9007199254740993', '0.001'])).toBe('9007199254740993.001');
  expect(sumOf(['-1.5', '1'])).toBe('-0.5');
  expect(sumOf([])).toBe('0');
});

test('shares are as large as their weights and are the number again', () => {
  expect(sharesOf('10', [1, 1])).toEqual(['5', '5']);
  expect(sharesOf('10', [1, 1, 1])).toEqual(['3', '3', '4']);
  expect(sumOf(sharesOf('0.007', [5, 11, 3]))).toBe('0.007');
  expect(sharesOf('6', [0, 3])).toEqual(['0', '6']);
});

test('a difference is exact', () => {
  expect(differenceOf('1.1', '1')).toBe('0.1');
  expect(differenceOf('1', '1.25')).toBe('-0.25');
});
