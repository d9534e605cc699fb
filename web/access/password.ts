// Which passwords are taken. Length is what resists guessing; there are no rules beyond it.

import { fill, language } from '../texts/texts';

/** The fewest characters. */
const SHORTEST = 10;
/** The most bytes. */
const LONGEST = 1024;

/** What is wrong with a password somebody wants to set, in words; `null` where nothing is. */
export function passwordFault(password: string): string | null {
  const t = language.texts.access;
  const length = [...password].length;
  if (length < SHORTEST) return fill(t.passwordShort, { n: length, least: SHORTEST });
  return new TextEncoder().encode(password).length > LONGEST ? fill(t.passwordLong, { most: LONGEST }) : null;
}
