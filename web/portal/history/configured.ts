// When the configuration of a meter was changed, as an event of its history.

import type { Mark } from '../../parts/chart/bars';
import type { Span } from '../../parts/chart/period';

/** The last change, where it is in this time. That a meter was added is no change of it. */
export function configuredMarks(meter: { created_at: string; updated_at: string }, { from, to }: Span, text: string): Mark[] {
  const at = Date.parse(meter.updated_at);
  return at > Date.parse(meter.created_at) && at >= from && at < to ? [{ at, code: 'configured', text }] : [];
}
