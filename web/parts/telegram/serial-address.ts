// The serial as printed on a meter and the secondary address that finds it by the serial alone:
// the digits in pairs from the end, then eight F for whatever manufacturer, version and kind.

/** Why a text is none. Positions count the characters of the text from 0. */
export type SerialFault =
  | { fault: 'empty' }
  | { fault: 'digits'; positions: number[] }
  | { fault: 'length'; digits: number };

const WILD = 'FFFFFFFF';

/** The secondary address of a serial number: 13653120 is 20316513FFFFFFFF. */
export function addressOfSerial(text: string): { address: string } | SerialFault {
  const fault = check(text, /\d/, (length) => length <= 8);
  if (fault) return fault;
  return { address: pairsReversed(text.trim().padStart(8, '0')) + WILD };
}

/** The serial number in a secondary address as sent on the wire: 20316513C5140004 has 13653120. */
export function serialOfAddress(text: string): { serial: string } | SerialFault {
  const fault = check(text, /[0-9a-f]/i, (length) => length === 16);
  return fault ?? { serial: pairsReversed(text.trim().slice(0, 8).toUpperCase()) };
}

function check(text: string, digit: RegExp, fits: (length: number) => boolean): SerialFault | null {
  const trimmed = text.trim();
  if (trimmed === '') return { fault: 'empty' };
  const skipped = text.length - text.trimStart().length;
  const positions = [...trimmed].flatMap((character, index) => (digit.test(character) ? [] : [skipped + index]));
  if (positions.length > 0) return { fault: 'digits', positions };
  return fits(trimmed.length) ? null : { fault: 'length', digits: trimmed.length };
}

const pairsReversed = (digits: string) => (digits.match(/../g) ?? []).reverse().join('');
