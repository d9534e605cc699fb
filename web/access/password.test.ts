import { expect, test } from 'vitest';
import { passwordFault } from './password';

test('a password has ten characters of any kind, counted as people count', () => {
  expect(passwordFault('nine char')).toMatch(/9 characters and needs at least 10/);
  expect(passwordFault('ten chars!')).toBeNull();
  expect(passwordFault('🔑'.repeat(9))).toMatch(/9 characters/);
  expect(passwordFault('🔑'.repeat(10))).toBeNull();
});

test('a password is not longer than a server takes', () => {
  expect(passwordFault('x'.repeat(1024))).toBeNull();
  expect(passwordFault('ü'.repeat(513))).toMatch(/1024 bytes/);
});
