// Accounts, tokens and the audit log of a mock server.

import { problem } from './readout.js';

const MINUTE = 60_000;

/** @typedef {{ id: string, name: string, role: string, created_at: string, password?: string }} Account */

/** @param {number} now */
export function mockAdministration(now) {
  const ago = (/** @type {number} */ minutes) => new Date(now - minutes * MINUTE).toISOString();
  let number = 10;

  const administration = {
    /** @type {Account[]} */
    accounts: [
      { id: '1', name: 'admin', role: 'admin', created_at: ago(90 * 24 * 60) },
      { id: '2', name: 'anna.brandt', role: 'operator', created_at: ago(30 * 24 * 60) },
      { id: '3', name: 'guest', role: 'viewer', created_at: ago(200) },
    ],
    tokens: [
      { id: '4', name: 'energy report', role: 'viewer', created_at: ago(12 * 24 * 60), last_used_at: /** @type {string | null} */ (ago(14)), expires_at: /** @type {string | null} */ (ago(-200 * 24 * 60)) },
      { id: '5', name: 'building management', role: 'operator', created_at: ago(400 * 24 * 60), last_used_at: null, expires_at: null },
    ],
    audit: entries(now),

    /**
     * What is answered at the paths of Administration; nothing at any other.
     * @param {string} method @param {string} path @param {any} asked @param {URLSearchParams} query
     * @param {{ name: string, role: string }} who
     * @returns {{ status: number, body: string } | null}
     */
    answer(method, path, asked, query, who) {
      const [, noun, id] = /^\/api\/v1\/(accounts|tokens|audit)(?:\/([^/]+))?$/.exec(path) ?? [];
      if (!noun) return null;
      if (noun !== 'tokens' && who.role !== 'admin') return problem(403, 'role_too_low', 'This needs another role', `This needs an admin; you are ${who.role}.`);
      const json = (/** @type {unknown} */ body, status = 200) => ({ status, body: JSON.stringify(body) });
      switch (`${method} ${noun}${id ? ' one' : ''}`) {
        case 'GET accounts':
          return json({ items: administration.accounts.map(({ password: _, ...rest }) => rest) });
        case 'POST accounts': {
          if (administration.accounts.some((one) => one.name.toLowerCase() === asked.name.toLowerCase())) {
            return problem(409, 'name_taken', 'There is such an account', `There is an account ${asked.name} already; choose another name.`);
          }
          const account = { id: String((number += 1)), name: asked.name, role: asked.role, created_at: new Date().toISOString() };
          administration.accounts.push(account);
          return json(account, 201);
        }
        case 'PUT accounts one': {
          const account = administration.accounts.find((one) => one.id === id);
          if (!account) return problem(404, 'unknown', 'There is no such account', `There is no account ${id}.`);
          Object.assign(account, asked);
          return json(account);
        }
        case 'DELETE accounts one':
          if (administration.accounts.find((one) => one.id === id)?.name === who.name) {
            return problem(409, 'own_account', 'This is your own account', 'Another administrator can remove your account.');
          }
          administration.accounts = administration.accounts.filter((one) => one.id !== id);
          return { status: 204, body: '' };
        case 'GET tokens':
          return json({ items: administration.tokens });
        case 'POST tokens': {
          const token = { id: String((number += 1)), name: asked.name, role: asked.role, created_at: new Date().toISOString(), last_used_at: null, expires_at: asked.expires_at ?? null };
          administration.tokens.unshift(token);
          return json({ token: 'busm_4Zx9Qp7LwT2vNc8KyRd3Hs6Jf1Mb5Gg0Ee', ...token }, 201);
        }
        case 'DELETE tokens one':
          administration.tokens = administration.tokens.filter((one) => one.id !== id);
          return { status: 204, body: '' };
        case 'GET audit': {
          const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER);
          const limit = Math.min(200, Number(query.get('limit') ?? 50));
          const older = administration.audit.filter((entry) => entry.id < before);
          const items = older.slice(0, limit);
          return json({ items, next: older.length > limit ? (items.at(-1)?.id ?? null) : null });
        }
        default:
          return null;
      }
    },
  };
  return administration;
}

/** 430 entries, the newest first. @param {number} now */
function entries(now) {
  /** @type {[string, object, string?, string?][]} */
  const acts = [
    ['bus.set_address', { bus: 'cellar-1', current: '0', new: 5, baudrate: 2400 }],
    ['access.log_in', { session: 17 }],
    ['meter.update', { meter: 'heat-flat-1', form: { name: 'Heat, flat 1', address: '1', parameters: [{ key: 'reg', value: "{'heat_energy_kwh': 3}" }] } }],
    ['access.log_in', {}, 'refused', 'wrong_login'],
    ['access.make_token', { token: 4, name: 'energy report', role: 'viewer', expires_at: null }],
    ['bus.set_address', { bus: 'cellar-1', current: '20316513FFFFFFFF', new: 9, baudrate: null }, 'failed', 'new_address_taken'],
    ['meter.synchronize', { meter: 'water-flat-2' }, 'begun'],
    ['access.log_out', { session: 16 }],
    ['bus.rewire', { bus: 'cellar-2' }],
  ];
  const people = ['admin', 'anna.brandt', 'admin', null, 'anna.brandt'];
  return Array.from({ length: 430 }, (_, index) => {
    const [action, details, result = 'done', reason = null] = acts[index % acts.length] ?? ['', {}];
    const stranger = reason === 'wrong_login';
    const program = action === 'meter.synchronize';
    return {
      id: 1000 - index, at: new Date(now - (3 + index * 37) * MINUTE).toISOString(),
      who: stranger ? 'adnim' : program ? 'schedule' : (people[index % people.length] ?? 'admin'),
      via: stranger ? 'nothing' : program ? 'program' : index % 11 === 0 ? 'token' : 'session',
      ...(index % 11 === 0 && !stranger && !program && { token: 'building management' }),
      source: program ? null : `192.0.2.${7 + (index % 3)}`, action, details, result, reason,
      ended_at: null,
    };
  });
}
