// What was consumed, cut into the bars of a period. A step between two readings that is short
// beside a bar belongs to the bar its middle lies in, so that the digits stay those of the meter.
// A longer one is spread over the bars it touches: those are estimates, and drawn as such.

import type { Span } from './period';
import { sharesOf, sumOf } from '../decimal';

/** From one reading to the next, as the portal tells it. */
export interface Step extends Span {
  /** What happened, as a stable word. */
  code: string;
  /** How much, with its digits; `null` where nothing can be made of the difference. */
  amount: string | null;
  /** The same in words. */
  text: string;
}

export interface Bar extends Span {
  /** `null` where nothing is known: a gap. */
  amount: string | null;
  /** Whether a part of it is only spread over the time. */
  estimate: boolean;
}

/** Something that happened to the index, to be marked in the chart and told in words. */
export interface Mark {
  at: number;
  code: string;
  text: string;
}

/** A step longer than this part of a bar is spread. */
const SHORT = 1 / 4;

/** The bars with what was consumed in each. */
export function consumptionBars(steps: readonly Step[], spans: readonly Span[]): Bar[] {
  const parts = spans.map(() => ({ amounts: [] as string[], estimate: false }));
  for (const step of steps) {
    if (step.amount === null) continue;
    const within = spans.findIndex((span) => span.from <= step.from && step.to <= span.to);
    if (within >= 0) {
      parts[within]?.amounts.push(step.amount);
      continue;
    }
    const middle = (step.from + step.to) / 2;
    const nearest = spans.findIndex((span) => span.from <= middle && middle < span.to);
    const bar = spans[nearest];
    if (step.code === 'consumed' && bar && step.to - step.from <= (bar.to - bar.from) * SHORT) {
      parts[nearest]?.amounts.push(step.amount);
      continue;
    }
    spread(step.amount, step, spans, parts);
  }
  return spans.map((span, index) => {
    const { amounts = [], estimate = false } = parts[index] ?? {};
    return { ...span, amount: amounts.length > 0 ? sumOf(amounts) : null, estimate };
  });
}

function spread(amount: string, step: Span, spans: readonly Span[], parts: { amounts: string[]; estimate: boolean }[]): void {
  const overlaps = spans.map((span) => Math.max(0, Math.min(step.to, span.to) - Math.max(step.from, span.from)));
  const inside = overlaps.reduce((sum, overlap) => sum + overlap, 0);
  if (inside === 0) return;
  // What lies outside the period is a share too, only not one that is shown.
  const shares = sharesOf(amount, [...overlaps, step.to - step.from - inside]);
  overlaps.forEach((overlap, index) => {
    const part = parts[index];
    const share = shares[index];
    if (overlap === 0 || !part || share === undefined) return;
    part.amounts.push(share);
    part.estimate = true;
  });
}

/** What stands between the readings that is no consumption: exchanges, falls, changes of unit. */
export function marksOf(steps: readonly Step[]): Mark[] {
  return steps.filter((step) => step.amount === null).map(({ to, code, text }) => ({ at: to, code, text }));
}
