// `npm run mock [twelve|well|400|empty]`: the mock gateway at 127.0.0.1:8081, for work on the pages.

import { allWell, fourHundredMeters, nothingConfigured, twelveMeters } from './building.js';
import { startMockGateway } from './server.js';

const buildings = { twelve: twelveMeters, well: allWell, 400: fourHundredMeters, empty: nothingConfigured };
const name = /** @type {keyof typeof buildings} */ (process.argv[2] ?? 'twelve');
const make = buildings[name];
if (!make) throw new Error(`There is no building ${name}; there are ${Object.keys(buildings).join(', ')}.`);
const mock = await startMockGateway(make(Date.now()), 8081);
console.log(`Mock gateway with the pages of dist/gateway: ${mock.url}`);
