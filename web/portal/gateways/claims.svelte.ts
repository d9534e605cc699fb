// Claim codes that were made on these pages. The portal tells each only once, so they are kept
// until somebody has said that he has it, or the page is closed; nowhere else.

import { SvelteMap } from 'svelte/reactivity';
import { makeClaimCode, type ClaimCode } from '../api/places';
import { fleet } from '../fleet.svelte';
import type { Failure } from '../../rest/call';

const claims = new SvelteMap<string, ClaimCode>();

export const claimOf = (gateway: string): ClaimCode | undefined => claims.get(gateway);
export const keepClaim = (claim: ClaimCode) => void claims.set(claim.gateway, claim);
export const forgetClaim = (gateway: string) => void claims.delete(gateway);

/** Makes another one; gives the reason why not, or nothing. */
export async function renewClaim(gateway: string): Promise<Failure | null> {
  const answer = await makeClaimCode(gateway);
  if (!answer.ok) return answer.failure;
  keepClaim(answer.value);
  fleet.gatewayChanged(gateway);
  return null;
}
