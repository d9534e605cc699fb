// The login of the mock gateway: one account, admin with the password "correct horse", or none yet
// and the setup code of this start.

import { mockAdministration } from './administration.js';
import { problem } from './readout.js';

export const SETUP_CODE = 'ABCDE-FGHJK-MNPQR-STVWX';

/** How many wrong tries are free; after them each has to wait. */
const FREE_TRIES = 3;

export function mockAccess() {
  /** @type {{ name: string, password: string } | null} */
  let known = { name: 'admin', password: 'correct horse' };
  let wrong = 0;
  const administration = mockAdministration(Date.now());

  const access = {
    administration,
    /** Who is logged in. @type {{ name: string, role: string } | null} */
    account: null,
    loginNeeded: problem(401, 'not_logged_in', 'Nobody is logged in', 'Log in, or send a token that is still good.'),

    logIn(role = 'admin') {
      access.account = { name: known?.name ?? 'admin', role };
    },

    /** As at the first start: no account yet. */
    forgetAccounts() {
      known = null;
      access.account = null;
    },

    /**
     * What is answered at the paths of the login; nothing at any other.
     * @param {string} method @param {string} path @param {{ [key: string]: string }} asked @param {URLSearchParams} query
     * @returns {{ status: number, body: string, retryAfter?: number } | null}
     */
    answer(method, path, asked, query) {
      const done = { status: 200, body: '{}' };
      switch (`${method} ${path}`) {
        case 'GET /api/v1/session':
          if (access.account) return { status: 200, body: JSON.stringify({ ...access.account, token: null, expires_at: null }) };
          return known ? access.loginNeeded : setupNeeded;
        case 'POST /api/v1/session':
          if (wrong >= FREE_TRIES) return throttled;
          if (asked['name'] !== known?.name || asked['password'] !== known?.password) return refused(401, 'wrong_login', 'The name or the password is wrong; both count.');
          access.logIn();
          wrong = 0;
          return done;
        case 'DELETE /api/v1/session':
          access.account = null;
          return { status: 204, body: '' };
        case 'POST /api/v1/setup':
          if (asked['code'] !== SETUP_CODE) return refused(403, 'wrong_setup_code', 'The setup code is wrong; it was shown on the console at the last start, and each start makes a new one.');
          known = { name: asked['name'] ?? '', password: asked['password'] ?? '' };
          access.logIn();
          return done;
        case 'POST /api/v1/password':
          if (!access.account) return access.loginNeeded;
          if (asked['current'] !== known?.password) return problem(403, 'wrong_password', 'The password is wrong', 'The current password is not the one that was typed.');
          known = { name: known?.name ?? '', password: asked['new'] ?? '' };
          return done;
        default:
          if (!/^\/api\/v1\/(accounts|tokens|audit)(\/|$)/.test(path)) return null;
          return access.account ? administration.answer(method, path, asked, query, access.account) : access.loginNeeded;
      }
    },
  };

  const throttled = { ...problem(429, 'too_many_tries', 'Too many tries were wrong', 'Too many tries were wrong; wait 30 s before the next one.'), retryAfter: 30 };
  const setupNeeded = problem(401, 'setup_needed', 'No password is set yet', 'No password is set yet; set one with the setup code that was shown on the console when the program started.');

  /** @param {number} status @param {string} code @param {string} detail */
  function refused(status, code, detail) {
    wrong += 1;
    return problem(status, code, 'Refused', detail);
  }

  return access;
}
