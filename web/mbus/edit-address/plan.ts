// What the gateway will do to give a meter another address, step by step, in words.

import { meterAddress, newAddress } from '../meter-address';
import { fill, language } from '../../texts/texts';

export interface Plan {
  /** How the meter is called, where that can be told from what was typed. */
  calledBy: 'primary' | 'selected' | null;
  /** The current address as typed. */
  current: string;
  steps: string[];
  /** Whether anything would be written. */
  writes: boolean;
}

/** The plan for what was typed, as far as it goes. */
export function planOf(typedCurrent: string, typedWanted: string): Plan {
  const t = language.texts.editAddress.step;
  const from = meterAddress(typedCurrent);
  const to = newAddress(typedWanted);
  const current = typedCurrent.trim();
  const calledBy = 'kind' in from ? from.kind : null;
  const meter =
    'fault' in from ? t.someMeter
    : from.kind === 'primary' ? fill(t.meterAt, { current: from.address })
    : fill(t.meterOf, { current });
  const address = 'fault' in to ? t.someAddress : fill(t.address, { wanted: to.address });
  const read = fill(t.read, { meter });
  if ('kind' in from && from.kind === 'primary' && 'kind' in to && from.address === to.address) {
    return { calledBy, current, steps: [read, fill(t.readAgain, { meter })].map(capital), writes: false };
  }
  const steps = [
    read,
    fill(t.free, { address }),
    fill(t.readAgain, { meter }),
    fill(t.write, { address }),
    fill(t.readBack, { address }),
  ];
  if ('kind' in from && from.kind === 'primary') steps.push(fill(t.gone, { current: from.address }));
  return { calledBy, current, steps: steps.map(capital), writes: true };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
