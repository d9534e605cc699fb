// The calls of the page of the portal.

import type { Finding } from '../../parts/finding';
import { get, sendFor } from '../../rest/call';

/** The portal this gateway belongs to, and how the link to it is. */
export interface Portal {
  state: 'unclaimed' | 'connecting' | 'connected' | 'offline' | 'refused';
  portal_url: string | null;
  /** What the portal calls this gateway. */
  gateway: string | null;
  since: string;
  problem: Finding | null;
  /** How many readouts the portal does not have yet. */
  waiting_readouts: number;
  /** The revision of the portal's configuration that the gateway reads by. */
  applied_revision: number | null;
}

export const getPortal = () => get<Portal>('/api/v1/portal');
/** A portal that does not answer is waited for longer than a page usually waits. */
export const claimPortal = (code: string) => sendFor<Portal>('POST', '/api/v1/portal/claim', { claim_code: code });
export const leavePortal = () => sendFor<Portal>('DELETE', '/api/v1/portal', null);
