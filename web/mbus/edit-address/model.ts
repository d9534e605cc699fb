// What a change of address needs and tells.

import type { Finding } from '../../parts/finding';
import type { Identification, TraceEntry } from '../../parts/telegram/view';
import type { AddressWrite } from '../../rest/problem';
import type { Result } from '../../rest/call';
import type { Progress } from '../progress';

/** What is to be done: the meter that is called `current` is to have the address `wanted`. */
export type Order = {
  bus: string;
  current: string;
  wanted: number;
  baudrate: number;
};

/** A meter has the address it was to be given. */
export interface AddressSet {
  address: number;
  was: string;
  /** Who the meter is. */
  identification: Identification;
  /** What answered where, in the order it was asked. */
  checks: string[];
  /** The write; `told` where the checks tell it, nothing where it had the address already. */
  write: AddressWrite | 'told' | null;
  findings: Finding[];
  trace: TraceEntry[];
}

/** Which address a meter has after a change that failed. */
export type AddressState = 'unchanged' | 'unknown' | 'changed_unverified';

/** Who changes the address. */
export interface EditAddressApi {
  setAddress(order: Order, progress: Progress): Promise<Result<AddressSet>>;
}
