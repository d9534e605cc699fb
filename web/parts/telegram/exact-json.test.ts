import { expect, test } from 'vitest';
import { readExact, readTexts, writeExact } from './exact-json';

test('numbers come out with the digits they went in with', () => {
  const source = '{"a":600.000,"b":12345678901234567890.5,"c":-0.10,"d":[1e3,0]}';
  expect(writeExact(readExact(source)).replace(/\s/g, '')).toBe(source);
});

test('digits inside texts are not numbers', () => {
  const source = '{"hex":"68 04","text":"say \\"12\\" 3"}';
  expect(readExact(source)).toEqual({ hex: '68 04', text: 'say "12" 3' });
  expect(JSON.parse(writeExact(readExact(source)))).toEqual(JSON.parse(source));
});

test('numbers can be read as their digits', () => {
  expect(readTexts('{"value":600.000,"text":"6","none":null}')).toEqual({ value: '600.000', text: '6', none: null });
});
