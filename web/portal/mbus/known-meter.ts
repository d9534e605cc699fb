// Which meter of the portal a readout is of.

import type { Meter } from '../api/model';
import type { ReadoutView } from '../../parts/telegram/view';

const WILD = 'F';

/**
 * The meter of this gateway and bus that answered: the one that was this meter when it was last read,
 * or else the one that is called by its secondary address or serial, or else by its primary address.
 */
export function knownMeter(view: ReadoutView, gateway: string, meters: readonly Meter[]): Meter | undefined {
  const wire = view.identification?.secondary_address.wire.toUpperCase();
  const there = meters
    .filter(({ form }) => form.gateway === gateway && (!form.bus || form.bus === view.bus))
    .map((meter) => ({
      mask: maskOf(meter),
      isSame: wire !== undefined && meter.identification?.secondary_address.wire.toUpperCase() === wire,
      isThere: isAt(meter, view, wire),
      meter,
    }))
    // Whoever must answer there is somebody else.
    .filter(({ mask }) => mask === undefined || wire === undefined || selects(mask, wire));
  const called = (one: (typeof there)[number]) =>
    wire === undefined ? one.mask !== undefined && one.mask === maskOfText(view.address) : one.mask !== undefined;
  const found =
    there.find((one) => one.isSame && called(one)) ??
    there.find((one) => one.isSame && one.isThere) ??
    there.find((one) => one.isSame) ??
    there.find(called) ??
    there.find((one) => one.isThere);
  return found?.meter;
}

/** Whether the meter is called by the primary address that was read. */
function isAt({ form, identification }: Meter, { address }: ReadoutView, wire: string | undefined): boolean {
  const [own, read] = [primary(form.address), primary(address)];
  if (own === undefined || own !== read) return false;
  // 0 is the address of every meter that was given none: there another one is another meter.
  return own !== 0 || !identification || wire === undefined || identification.secondary_address.wire.toUpperCase() === wire;
}

function primary(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d{1,3}$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** Who must answer: the parameter `secondary_ad`, or an address that says it. */
function maskOf({ form }: Meter): string | undefined {
  const parameter = form.parameters?.find((row) => row.key.trim() === 'secondary_ad')?.value.trim().toUpperCase() ?? '';
  return /^[0-9A-F]{16}$/.test(parameter) ? parameter : maskOfText(form.address);
}

/** The secondary address, as sent on the wire, that an address means; a serial leaves the rest open. */
function maskOfText(text: string | undefined): string | undefined {
  const address = text?.trim().toUpperCase() ?? '';
  if (/^[0-9A-F]{16}$/.test(address)) return address;
  const printed = /^PRINTED:([0-9A-F]{8})([0-9A-F]{8})$/.exec(address);
  if (printed) return pairsReversed(printed[1] ?? '') + (printed[2] ?? '');
  const serial = /^(?:ID:([0-9A-F]{1,8})|([0-9A-F]{4,8}))$/.exec(address);
  const digits = serial?.[1] ?? serial?.[2];
  return digits && pairsReversed(digits.padStart(8, '0')) + WILD.repeat(8);
}

const pairsReversed = (digits: string) => (digits.match(/../g) ?? []).reverse().join('');

/** F stands for any digit. */
const selects = (mask: string, wire: string) => [...mask].every((digit, at) => digit === WILD || digit === wire[at]);
