// The error answer of both servers. What only one kind of call tells is absent everywhere else.

import type { Finding } from '../parts/finding';
import type { TraceEntry } from '../parts/telegram/view';

/** An error answer (RFC 9457); of one that another server put in the way, only a part is there. */
export interface Problem {
  title: string;
  status: number;
  /** The kind, as a stable word. */
  code?: string;
  detail?: string;
  /** Seconds until it is worth trying again. */
  retry_after?: number;
  finding?: Finding | null;
  /** What was on the wire during a readout or a change of address. */
  trace?: TraceEntry[] | null;
  /** Which address a meter has after a change of address that failed. */
  state?: string | null;
  /** What answered where during a change of address. */
  checks?: string[] | null;
  /** The write; `told` where the checks tell it. */
  write?: AddressWrite | 'told' | null;
}

/** The write of an address. */
export interface AddressWrite {
  /** The frame that was sent. */
  frame: string;
  acknowledged: boolean;
  tries: number;
}
