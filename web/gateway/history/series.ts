// The values a meter has stored itself, sorted for the page: what belongs together, the newest first.

import type { HistoricalValue } from '../api/model';
import { sumOf } from '../../parts/decimal';

export interface Series {
  /** Equal for all values of one kind. */
  key: string;
  /** What it measures. */
  name: string;
  /** Whether it is a counter, so that the difference of two of its values is a consumption. */
  counts: boolean;
  values: HistoricalValue[];
}

/** Series in the order the gateway tells them; the values of each by date, the newest first. */
export function seriesOf(values: readonly HistoricalValue[]): Series[] {
  const series = new Map<string, Series>();
  for (const value of values) {
    const { series: key, quantity } = value;
    const name = quantity.charAt(0).toUpperCase() + quantity.slice(1);
    const known = series.get(key) ?? { key, name, counts: /^(energy|volume)/i.test(quantity) && key.includes('instantaneous'), values: [] };
    known.values.push(value);
    series.set(key, known);
  }
  for (const one of series.values()) one.values.sort((a, b) => b.measured_at.localeCompare(a.measured_at));
  return [...series.values()];
}

/** What a value is more than the one before, exact to the last digit. */
export function differenceOf(value: string, before: string): string {
  return sumOf([value, before.startsWith('-') ? before.slice(1) : `-${before}`]);
}
