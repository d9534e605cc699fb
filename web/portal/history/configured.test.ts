import { expect, test } from 'vitest';
import { configuredMarks } from './configured';

const created_at = '2026-11-20T10:00:00Z';
const span = { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-21T00:00:00Z') };
const marks = (updated_at: string) => configuredMarks({ created_at, updated_at }, span, 'changed');

test('a meter that was only added was not changed', () => {
  expect(marks(created_at)).toEqual([]);
  expect(marks('2026-11-20T11:00:00+01:00')).toEqual([]);
});

test('a change stands in the time in which it was made', () => {
  expect(marks('2026-11-20T12:00:00Z')).toEqual([{ at: Date.parse('2026-11-20T12:00:00Z'), code: 'configured', text: 'changed' }]);
  expect(marks('2026-11-21T00:00:00Z')).toEqual([]);
});
