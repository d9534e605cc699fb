import { expect, test } from 'vitest';
import { matches, moreOf, whatWas, whoDid } from './entry-words';
import type { AuditEntry } from '../model';

const entry: AuditEntry = {
  id: 7, at: '2026-11-20T14:00:00Z', who: 'anna', via: 'session', source: '192.0.2.7', action: 'bus.set_address',
  details: { bus: 'cellar-1', current: '0', new: 5, baudrate: 2400 }, result: 'refused', reason: 'new_address_taken',
};

test('an act is told as a sentence, and what it leaves out beside it', () => {
  expect(whatWas(entry)).toBe('Give the meter 0 on cellar-1 the address 5');
  expect(moreOf(entry)).toEqual([{ name: 'baudrate', value: '2400' }]);
});

test('an act of another version is told by its own word with all its details', () => {
  const other = { action: 'bus.scan', details: { bus: 'cellar-1', range: { from: 1, to: 9 }, only: null } };
  expect(whatWas(other)).toBe('bus.scan');
  expect(moreOf(other)).toEqual([
    { name: 'bus', value: 'cellar-1' },
    { name: 'from', value: '1' },
    { name: 'to', value: '9' },
  ]);
});

test('rows of key and value are told by their keys', () => {
  const form = { name: 'Heat', parameters: [{ key: 'reg', value: "{'vol_m3': 4}" }, { key: 'secondary_ad', value: '20316513FFFFFFFF' }] };
  expect(moreOf({ action: 'meter.create', details: { form } })).toEqual([
    { name: 'name', value: 'Heat' },
    { name: 'reg', value: "{'vol_m3': 4}" },
    { name: 'secondary_ad', value: '20316513FFFFFFFF' },
  ]);
});

test('who it was is told, whoever it was', () => {
  expect(whoDid(entry)).toBe('anna');
  expect(whoDid({ who: null, via: 'nothing' })).toBe('nobody');
  expect(whoDid({ who: 'schedule', via: 'program' })).toBe('schedule, by itself');
});

test('the log is searched by person, place, outcome and kind, all words together', () => {
  for (const wanted of ['anna', 'cellar-1 refused', '192.0.2', 'set_address', 'new_address_taken', ' ']) {
    expect(matches(entry, wanted), wanted).toBe(true);
  }
  expect(matches(entry, 'anna cellar-2')).toBe(false);
});
