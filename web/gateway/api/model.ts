// The names the pages use for what the gateway's REST interface answers. The shapes are generated
// from its description: `npm run generate:api`.

import type { components } from './schema';

type Schemas = components['schemas'];

export type Gateway = Schemas['Gateway'];
export type Bus = Schemas['Bus'];
export type Meter = Schemas['Meter'];
export type Reading = Schemas['Reading'];
export type Device = Schemas['Device'];
export type DeviceSetting = Schemas['Setting'];

/** Who is logged in. */
export type Session = Schemas['Session'];
/** A meter has the address it was to be given. */
export type AddressSet = Schemas['AddressSet'];
export type AddressWrite = Schemas['AddressWrite'];

/** Which address a meter has after a change that failed. */
export type AddressState = 'unchanged' | 'unknown' | 'changed_unverified';

/** An error answer (RFC 9457); of one that another server put in the way, only a part is there. */
export type Problem = Partial<Schemas['Problem']> &
  Pick<Schemas['Problem'], 'title' | 'status'> & {
    /** Seconds until it is worth trying again. */
    retry_after?: number;
  };
