// Numbers are shown with exactly the digits the gateway delivered: they stay text here and never
// pass through a float.

export interface NumberParts {
  sign: '' | '−';
  /** The digits before the point in groups of three, so that a column of them lines up. */
  groups: string[];
  /** The digits after the point, as delivered. */
  fraction: string;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The parts of a decimal number, or `null` where the text is something else (a date, a word). */
export function numberParts(text: string): NumberParts | null {
  const match = NUMBER.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = ''] = match;
  return { sign: sign ? '−' : '', groups: groupsOfThree(whole), fraction };
}

function groupsOfThree(digits: string): string[] {
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return groups;
}

/** How many digits after the point this text needs in a column aligned on the point. */
export function fractionDigits(text: string | null | undefined): number {
  return (text && numberParts(text)?.fraction.length) || 0;
}

/** The most digits after the point in a column of values. */
export function widestFraction(texts: Iterable<string | null | undefined>): number {
  let widest = 0;
  for (const text of texts) widest = Math.max(widest, fractionDigits(text));
  return widest;
}
