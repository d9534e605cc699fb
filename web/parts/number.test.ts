import { expect, test } from 'vitest';
import { numberParts, widestFraction } from './number';

test('digits stay exactly as delivered, trailing zeros too', () => {
  expect(numberParts('0.000')).toEqual({ sign: '', groups: ['0'], fraction: '000' });
  expect(numberParts('678.901')).toEqual({ sign: '', groups: ['678'], fraction: '901' });
  expect(numberParts('-99')).toEqual({ sign: '−', groups: ['99'], fraction: '' });
});

test('groups of three begin at the point', () => {
  expect(numberParts('1234')?.groups).toEqual(['1', '234']);
  expect(numberParts('12345')?.groups).toEqual(['12', '345']);
  expect(numberParts('12345000')?.groups).toEqual(['12', '345', '000']);
  expect(numberParts('123456')?.groups).toEqual(['123', '456']);
});

test('a number larger than a float can hold keeps its digits', () => {
  expect(numberParts('98765432109876543210.123456789')).toEqual({
    sign: '',
    groups: ['98', '765', '432', '109', '876', '543', '210'],
    fraction: '123456789',
  });
});

test('what is not a decimal number is left alone', () => {
  for (const text of ['2021-06-11T10:30', 'NONE', '', '1e5', '09LA076755']) expect(numberParts(text)).toBeNull();
});

test('a column is as wide as its longest fraction', () => {
  expect(widestFraction(['12345', '678.901', null, '62', '2021-06-11'])).toBe(3);
  expect(widestFraction([])).toBe(0);
});
