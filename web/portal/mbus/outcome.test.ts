import { expect, test } from 'vitest';
import { identificationOfWire } from './identification';
import { failureOf } from './outcome';
import type { Command } from '../api/model';

const command = (more: Partial<Command>): Command => ({
  id: 'command-1', gateway: 'gateway-1', kind: 'set_address', meter: null, address: '0', new_address: 5, state: 'failed', gateway_online: true,
  created_at: '2026-11-20T14:00:00Z', created_by: 'admin', expires_at: '2026-11-20T14:10:00Z', replied_at: null, progress: [], heard: null,
  address_changed: null, finding: null, ...more,
} as Command);
const finding = (code: string) => ({ code, what: 'It failed', why: 'So.', remedy: 'Look.', severity: 'fault' as const, register: null, since: null });
const step = (word: string) => ({ at: '2026-11-20T14:00:01Z', step: word, text: word });
const stateAfter = (more: Partial<Command>) => {
  const failure = failureOf(command(more), 'Building 7');
  return failure.kind === 'problem' ? failure.problem.state : null;
};

test('what failed before the write leaves the address as it was', () => {
  expect(stateAfter({ finding: finding('new_address_taken'), progress: [step('queued'), step('reading')] })).toBe('unchanged');
  expect(stateAfter({ state: 'expired' })).toBe('unchanged');
});

test('what failed after the write leaves the address unknown, unless it is told', () => {
  const progress = [step('reading'), step('writing')];
  expect(stateAfter({ finding: finding('lost'), progress })).toBe('unknown');
  expect(stateAfter({ finding: finding('interrupted') })).toBe('unknown');
  expect(stateAfter({ finding: finding('ignored'), progress })).toBe('unchanged');
  expect(stateAfter({ finding: finding('old_address_answers'), progress })).toBe('changed_unverified');
});

test('a command that was given up says when, and that nothing was sent', () => {
  const failure = failureOf(command({ state: 'expired' }), 'Building 7');
  expect(failure.kind === 'problem' && failure.problem.finding?.why).toMatch(/14:00:00 and given up at 14:10:00\. Nothing was sent/);
});

test('the eight bytes of the wire tell serial, manufacturer, version and type', () => {
  expect(identificationOfWire('20316513C5140004')).toEqual({
    id: '13653120', manufacturer: 'EFE', version: 0, device_type: 'heat meter',
    secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' },
  });
  expect(identificationOfWire(null).id).toBe('the meter');
});
