import { expect, test } from 'vitest';
import { planOf } from './plan';

test('a16 at a primary address the plan proves one meter there, none at the new one, and reads back', () => {
  const plan = planOf('0', '5');
  expect(plan.calledBy).toBe('primary');
  expect(plan.steps).toEqual([
    'The meter at address 0 is read: exactly one may answer, and it must say who it is.',
    'Nobody may answer at address 5.',
    'The meter at address 0 is read again: it must be the same one.',
    'Address 5 is written.',
    'The same meter must answer at address 5.',
    'Nobody may answer at address 0 any more.',
  ]);
});

test('a17 a meter picked by secondary address leaves the others of the bus alone', () => {
  const plan = planOf('20316513FFFFFFFF', '5');
  expect(plan.calledBy).toBe('selected');
  expect(plan.steps[0]).toContain('The meter 20316513FFFFFFFF is read');
  expect(plan.steps).toHaveLength(5);
});

test('where the address is the one it has, nothing is written', () => {
  const plan = planOf('5', '5');
  expect(plan.writes).toBe(false);
  expect(plan.steps).toHaveLength(2);
});

test('before an address is typed the plan is told without it', () => {
  expect(planOf('0', '').steps[1]).toBe('Nobody may answer at the new address.');
  expect(planOf('x', '5').calledBy).toBeNull();
});
