// Words for codes that come from the gateway. A code this page does not know yet is shown as it is.

import { language } from '../texts/texts';

/** The name of a register in the user's words. */
export function registerName(register: string): string {
  return lookUp(language.texts.register, register) ?? register;
}

/** What is the matter with a value. */
export function qualityWord(quality: string): string {
  return lookUp(language.texts.quality, quality) ?? quality.replaceAll('_', ' ');
}

function lookUp(words: Record<string, string>, code: string): string | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined;
}
