// Every word of the pages stands in one catalogue per language. English is the source and always
// there; another language is one file of the same shape and one line in `catalogues`.

import { en } from './en';

type Widened<T> = T extends string ? string : { readonly [K in keyof T]: Widened<T[K]> };

/** The shape of a catalogue. */
export type Texts = Widened<typeof en>;

/** A text that depends on a number, by the plural rules of the language. */
export interface Plural {
  readonly one: string;
  readonly other: string;
}

/** Catalogues that are loaded only when their language is wanted. */
const catalogues: Record<string, () => Promise<Texts>> = {
  // de: async () => (await import('./de')).de,
};

/** The language in use and its catalogue; chosen once, before the first page is drawn. */
export const language: { tag: string; texts: typeof en } = { tag: 'en', texts: en };

/** Takes the first wanted language there is a catalogue for; English otherwise. */
export async function chooseLanguage(wanted: readonly string[]): Promise<void> {
  for (const tag of wanted) {
    const base = tag.split('-')[0] ?? tag;
    if (base === 'en') return;
    const load = catalogues[base];
    if (!load) continue;
    // Kept under the type of the English texts, so that the places of each text stay checked.
    language.texts = (await load()) as typeof en;
    language.tag = base;
    return;
  }
}

/** The names in braces a text has room for: `Places<'{n} of {all}'>` is `'n' | 'all'`. */
type Places<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Values<T extends string> = string extends T ? Record<string, string | number> : Record<Places<T>, string | number>;

/** The text with its places filled. */
export function fill<T extends string>(text: T, values: Values<T>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = (values as Record<string, string | number>)[name];
    return value === undefined ? place : String(value);
  });
}

/** The form of a text for a number; `{n}` in it is the number. */
export function count(forms: Plural, n: number, values: Record<string, string | number> = {}): string {
  const rule = new Intl.PluralRules(language.tag).select(n);
  return fill(rule === 'one' ? forms.one : forms.other, { n, ...values });
}
