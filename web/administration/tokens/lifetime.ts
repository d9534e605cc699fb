// How long a token lets somebody in.

export const LIFETIMES = ['month', 'quarter', 'year', 'never'] as const;
export type Lifetime = (typeof LIFETIMES)[number];

const DAY = 24 * 3600 * 1000;
const DAYS = { month: 30, quarter: 90, year: 365 };

/** When a token made now ends; `null` where it does not. */
export function endOf(lifetime: Lifetime, now: number): string | null {
  return lifetime === 'never' ? null : new Date(now + DAYS[lifetime] * DAY).toISOString();
}
