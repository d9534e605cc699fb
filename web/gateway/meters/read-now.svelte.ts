// Readouts the user asked for, by meter. They outlive the page they were asked on.

import { SvelteMap } from 'svelte/reactivity';
import { readMeterNow } from '../api/client';
import { live } from '../live.svelte';
import type { Readout } from '../../parts/telegram/view';
import type { Failure } from '../../rest/call';

/** How a readout that was asked for stands. */
export type ReadNowState =
  | { state: 'reading' }
  | { state: 'answered'; readout: Readout }
  | { state: 'failed'; failure: Failure };

const asked = new SvelteMap<string, ReadNowState>();

/** The state of the readout of a meter, if one was asked for. */
export function readNowState(meter: string): ReadNowState | undefined {
  return asked.get(meter);
}

/** Reads a meter now, unless that is already under way. */
export async function readNow(meter: string): Promise<void> {
  if (asked.get(meter)?.state === 'reading') return;
  asked.set(meter, { state: 'reading' });
  const result = await readMeterNow(meter);
  asked.set(meter, result.ok ? { state: 'answered', readout: result.value } : { state: 'failed', failure: result.failure });
  live.meterChanged(meter);
}
