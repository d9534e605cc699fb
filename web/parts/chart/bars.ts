// What was consumed in the bars of a period, as the server sums it up.

import type { Span } from './period';

export interface Bar extends Span {
  /** With its digits; `null` where nothing is known: a gap. */
  amount: string | null;
  /** Whether some of it may belong to a bar beside it, because readings are missing. */
  estimate: boolean;
}

/** Something that happened and is no consumption, to be marked in the chart and told in words. */
export interface Mark {
  at: number;
  code: string;
  text: string;
}

/** All bars of a period: what is told of some of them, and gaps where nothing is. */
export function allBars(spans: readonly Span[], told: readonly Bar[]): Bar[] {
  return spans.map((span) => {
    const bar = told.find(({ from }) => from >= span.from && from < span.to);
    return { ...span, amount: bar?.amount ?? null, estimate: bar !== undefined && bar.amount !== null && bar.estimate };
  });
}
