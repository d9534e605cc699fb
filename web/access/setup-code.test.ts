import { expect, test } from 'vitest';
import { setupCodeIn } from './setup-code';

test('a code behind the hash is found in upper and lower case', () => {
  expect(setupCodeIn('#ABCDE-FGHJK-MNPQR-STVWX')).toBe('ABCDE-FGHJK-MNPQR-STVWX');
  expect(setupCodeIn('#abcde-fghjk-mnpqr-stvwx')).toBe('abcde-fghjk-mnpqr-stvwx');
});

test('the address of a page is no code', () => {
  for (const hash of ['', '#', '#/', '#/login', '#/meters/heat-flat-1', '#heat']) expect(setupCodeIn(hash)).toBeNull();
});
