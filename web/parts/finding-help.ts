// Where a finding has a page of help. An interface that has such pages says which.

import type { Finding } from './finding';

/** A page of help. */
export interface Help {
  word: string;
  href: string;
}

type Told = Pick<Finding, 'what' | 'why' | 'remedy'> & { code?: string };

/** The page of help for a finding, if there is one. */
export const help: { of: (finding: Told) => Help | null } = { of: () => null };
