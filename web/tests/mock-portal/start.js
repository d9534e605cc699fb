// `npm run mock:portal [three|well|400|no-meters|nothing]`: the mock portal at 127.0.0.1:8091, for
// work on the pages. The login is admin, "correct horse".

import { allWell, fourHundredMeters, noMeters, nothing, threeSites } from './fleet.js';
import { startMockPortal } from './server.js';

const fleets = { three: threeSites, well: allWell, 400: fourHundredMeters, 'no-meters': noMeters, nothing };
const name = /** @type {keyof typeof fleets} */ (process.argv[2] ?? 'three');
const make = fleets[name];
if (!make) throw new Error(`There is no fleet ${name}; there are ${Object.keys(fleets).join(', ')}.`);
const mock = await startMockPortal(make(Date.now()), 8091);
console.log(`Mock portal with the pages of dist/portal: ${mock.url}`);
