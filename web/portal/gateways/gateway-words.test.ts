import { expect, test } from 'vitest';
import { answerOf, fateOf, isTroubled, matches } from './gateway-words';
import type { Gateway } from '../api/model';

const NOW = Date.parse('2026-11-20T14:00:00Z');
const gateway = (more: Partial<Gateway> = {}): Gateway => ({
  id: 'gateway-1', site: 'site-1', name: 'Building 7', state: 'online', last_seen_at: '2026-11-20T13:00:00Z', claimed_at: '2026-09-01T08:00:00Z',
  claim_expires_at: null, version: '0.1.0', wanted_revision: 7, applied_revision: 7, buses: [{ id: 'cellar-1', name: 'Cellar, heating', state: 'online', problem: null }],
  reported: { revision: 7, applied: true, problems: [], reported_at: '2026-11-20T12:00:00Z' }, problems: [], waiting: 0, ...more,
});
const refused = { revision: 7, applied: false, problems: [], reported_at: '2026-11-20T12:00:00Z' };

test('the worst thing that is known of a gateway is told first', () => {
  expect(answerOf(gateway(), [], NOW)).toBe('Yes: it listens and reads by revision 7.');
  expect(answerOf(gateway({ state: 'unclaimed' }), [], NOW)).toBe('It is not connected yet.');
  expect(answerOf(gateway({ state: 'offline', reported: refused }), [], NOW)).toContain('does not listen, since 1 h');
  expect(answerOf(gateway({ reported: refused }), [], NOW)).toContain('refuses revision 7');
  expect(answerOf(gateway({ buses: [{ id: 'a', name: 'A', state: 'offline', problem: null }] }), [], NOW)).toContain('1 of 1 buses has a problem');
  expect(answerOf(gateway({ wanted_revision: 8 }), [], NOW)).toContain('has not said yet');
});

test('a revision is the last one answered, replaced by it, or on its way', () => {
  const one = gateway({ wanted_revision: 9, reported: { ...refused, revision: 8 } });
  expect([7, 8, 9].map((revision) => fateOf(revision, one))).toEqual(['replaced', 'refused', 'sent']);
  expect(fateOf(9, { ...one, state: 'offline' })).toBe('waiting');
});

test('a gateway in trouble is one that does not listen, refuses, or tells of a problem', () => {
  expect(isTroubled(gateway())).toBe(false);
  for (const more of [{ state: 'offline' as const }, { state: 'unclaimed' as const }, { reported: refused }]) expect(isTroubled(gateway(more))).toBe(true);
});

test('a gateway is found by all words of what is known of it', () => {
  expect(matches(gateway(), 'Mill Lane 7', 'mill heating LISTENS')).toBe(true);
  expect(matches(gateway(), 'Mill Lane 7', 'mill water')).toBe(false);
});
