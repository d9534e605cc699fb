// The portal the mock gateway belongs to: none at first. The code `…#claim1.late` is refused by it.

import { problem } from './readout.js';

export function mockPortalLink() {
  const nobody = { state: 'unclaimed', portal_url: null, gateway: null, since: new Date().toISOString(), problem: null, waiting_readouts: 0, applied_revision: null };
  /** @type {{ [key: string]: unknown }} */
  let now = nobody;

  return {
    /** @param {object} change */
    become(change) {
      now = { ...now, ...change };
    },

    /** @param {string} method @param {string} path @param {{ [key: string]: string }} asked @param {string | undefined} role */
    answer(method, path, asked, role) {
      if (!path.startsWith('/api/v1/portal')) return null;
      if (method === 'GET') return { status: 200, body: JSON.stringify(now) };
      if (role !== 'admin') return problem(role ? 403 : 401, role ? 'role_too_low' : 'not_logged_in', 'This needs an admin', 'Log in as an admin.');
      if (method === 'DELETE') now = nobody;
      else {
        const code = asked['claim_code'] ?? '';
        const [url = '', secret] = code.split('#');
        if (!secret?.startsWith('claim1.')) return problem(422, 'bad_claim_code', 'This is no claim code', 'What stands at position 0 is no claim code; copy all of it from the portal.');
        if (secret === 'claim1.late') {
          const finding = { code: 'claim_refused', severity: 'fault', since: null, what: `The portal ${url} did not take the claim code`, why: 'It was used already, or it is older than a day.', remedy: 'Make another one at the portal' };
          return problem(502, 'claim_refused', 'The portal did not take the code', finding.why, { finding });
        }
        now = { ...nobody, state: 'connecting', portal_url: url, gateway: 'gateway-7', since: new Date().toISOString(), waiting_readouts: 312 };
      }
      return { status: 200, body: JSON.stringify(now) };
    },
  };
}
