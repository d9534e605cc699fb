// How a meter is, seen from the portal: in one word, and whether its value can be taken.

import type { Gateway, Meter, Reading } from './api/model';
import type { State } from '../parts/StateMark.svelte';
import { language } from '../texts/texts';

/** How a meter is. */
export type MeterState =
  /** Its gateway was never connected. */
  | 'unclaimed'
  /** Its configuration waits for its gateway. */
  | 'waiting-gateway'
  /** Its gateway refuses the configuration, and it was never read. */
  | 'refused'
  /** It was not read yet. */
  | 'waiting'
  /** Its values are old, because its gateway does not listen. */
  | 'gateway-offline'
  | 'fault'
  | 'attention'
  | 'ok';

/** The value on the dial, if the meter delivers one. */
export function indexOf(meter: Meter): Reading | undefined {
  return meter.readings.find((reading) => reading.is_index);
}

/** All readings, the index first. */
export function indexFirst(meter: Meter): Reading[] {
  const index = indexOf(meter);
  return index ? [index, ...meter.readings.filter((reading) => reading !== index)] : meter.readings;
}

export function stateOf(meter: Meter, gateway: Gateway | undefined): MeterState {
  if (meter.state === 'waiting') return isForeign(meter) ? 'waiting' : stateUnread(gateway);
  return gateway?.state === 'offline' ? 'gateway-offline' : meter.state;
}

function stateUnread(gateway: Gateway | undefined): MeterState {
  switch (configurationOf(gateway)) {
    case 'unclaimed':
      return 'unclaimed';
    case 'refused':
      return 'refused';
    case 'sent':
    case 'waiting-offline':
      return 'waiting-gateway';
    default:
      return gateway?.state === 'offline' ? 'waiting-gateway' : 'waiting';
  }
}

/** How far the configuration of a gateway is. */
export type ConfigurationState = 'none' | 'unclaimed' | 'waiting-offline' | 'sent' | 'applied' | 'refused';

export function configurationOf(gateway: Gateway | undefined): ConfigurationState {
  if (!gateway || gateway.wanted_revision === 0) return 'none';
  if (gateway.state === 'unclaimed') return 'unclaimed';
  const { reported } = gateway;
  if (reported?.revision === gateway.wanted_revision) return reported.applied ? 'applied' : 'refused';
  return gateway.state === 'online' ? 'sent' : 'waiting-offline';
}

/** Whether a meter is configured at its gateway and not here. */
export const isForeign = (meter: Meter) => meter.origin === 'gateway';

/** Whether somebody should look at it. */
export const isFailing = (state: MeterState) => state === 'fault' || state === 'gateway-offline' || state === 'refused';

/** The icon and the word of a state. */
export function markOf(state: MeterState): { state: State; word: string } {
  const t = language.texts.portal.state;
  const { state: plain } = language.texts;
  switch (state) {
    case 'unclaimed':
      return { state: 'waiting', word: t.gatewayUnclaimed };
    case 'waiting-gateway':
      return { state: 'waiting', word: t.waitsForGateway };
    case 'waiting':
      return { state: 'waiting', word: t.neverRead };
    case 'refused':
      return { state: 'fault', word: t.refused };
    case 'gateway-offline':
      return { state: 'offline', word: t.gatewayOffline };
    default:
      return { state, word: plain[state] };
  }
}
