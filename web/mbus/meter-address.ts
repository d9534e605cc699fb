// The address of a meter as a person gives it, by the rules of the gateways. What is no address is
// told before anything is sent.

/** How a meter is called. */
export type MeterAddress =
  /** By the address of the link layer, which several meters may have. */
  | { kind: 'primary'; address: number }
  /** By its serial or secondary address: only the meter that has it answers. */
  | { kind: 'selected' };

/** Why a text is no address. Positions count characters from 0. */
export type AddressFault =
  | { fault: 'empty' }
  | { fault: 'unconfigured' }
  | { fault: 'range'; found: string }
  | { fault: 'digit'; found: string; position: number }
  | { fault: 'length'; digits: number };

const LAST = 250;

/** The address a text means. */
export function meterAddress(text: string): MeterAddress | AddressFault {
  const trimmed = text.trim();
  const skipped = text.length - text.trimStart().length;
  const prefix = /^(id|printed):/i.exec(trimmed)?.[0] ?? '';
  const digits = [...trimmed.slice(prefix.length)];
  if (digits.length === 0) return { fault: 'empty' };
  if (prefix === '' && /^\d{1,3}$/.test(trimmed)) {
    const address = Number(trimmed);
    return address <= LAST ? { kind: 'primary', address } : { fault: 'range', found: trimmed };
  }
  const wrong = digits.findIndex((digit) => !/^[0-9a-f]$/i.test(digit));
  if (wrong >= 0) return { fault: 'digit', found: digits[wrong] ?? '', position: skipped + prefix.length + wrong };
  const { length } = digits;
  const fits =
    prefix.toLowerCase() === 'id:' ? length <= 8
    : prefix !== '' ? length === 16
    : length === 16 || (length >= 4 && length <= 8);
  return fits ? { kind: 'selected' } : { fault: 'length', digits: length };
}

/** The primary address a meter can be given, 1 to 250: 0 means that it was given none. */
export function newAddress(text: string): { kind: 'primary'; address: number } | AddressFault {
  const trimmed = text.trim();
  const skipped = text.length - text.trimStart().length;
  const digits = [...trimmed];
  if (digits.length === 0) return { fault: 'empty' };
  const wrong = digits.findIndex((digit) => !/^\d$/.test(digit));
  if (wrong >= 0) return { fault: 'digit', found: digits[wrong] ?? '', position: skipped + wrong };
  if (digits.length > 3) return { fault: 'length', digits: digits.length };
  const address = Number(trimmed);
  if (address === 0) return { fault: 'unconfigured' };
  return address <= LAST ? { kind: 'primary', address } : { fault: 'range', found: trimmed };
}
