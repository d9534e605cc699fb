// The names the pages use for what the gateway's REST interface answers. The shapes are generated
// from its description: `npm run generate:api`.

import type { components } from './schema';

type Schemas = components['schemas'];

export type Gateway = Schemas['Gateway'];
export type Bus = Schemas['Bus'];
export type Meter = Schemas['Meter'];
export type Reading = Schemas['Reading'];

/** An error answer (RFC 9457); of one that another server put in the way, only a part is there. */
export type Problem = Partial<Schemas['Problem']> & Pick<Schemas['Problem'], 'title' | 'status'>;
