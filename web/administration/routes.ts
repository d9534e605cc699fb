// The pages of Administration, in the order of the menu, and where they stand behind the hash.

import type { Role } from '../access/model';
import { language } from '../texts/texts';

export const ADMINISTRATION = ['accounts', 'tokens', 'audit'] as const;
export type AdministrationPage = (typeof ADMINISTRATION)[number];

/** The pages somebody of this role has; anybody has tokens of his own. */
export const pagesFor = (role: Role | null): readonly AdministrationPage[] =>
  role === 'admin' ? ADMINISTRATION : role === null ? [] : ['tokens'];

export const administrationWord = (page: AdministrationPage): string => language.texts.administration[page].menu;

export const administrationHref = (page: AdministrationPage) => `#/administration/${page}`;

/** The page of an address, by what stands behind `#/administration/`. */
export const administrationPage = (part: string | undefined): AdministrationPage | undefined =>
  ADMINISTRATION.find((page) => page === part);
