// The history of a meter in one period: asked for when it is looked at, and again when the meter
// was read and the period is the present one.

import { getConsumption, getIndex, type ConsumptionHistory, type IndexHistory } from '../api/client';
import { consumptionBars, marksOf, type Bar, type Mark } from '../../parts/chart/bars';
import { barsOf, periodAt, periodBeside, type Period, type PeriodKind, type Span } from '../../parts/chart/period';
import { withGaps, type Point } from '../../parts/chart/points';
import { clock } from '../../parts/clock.svelte';
import type { Failure } from '../../rest/call';

/** The kind of period that was looked at last: who compares meters wants the same of each. */
let lastKind: PeriodKind = 'day';
/** A span shorter than this shows nothing more. */
const SHORTEST_MS = 60_000;

export class HistoryView {
  period: Period = $state.raw(periodAt(lastKind, clock.now));
  /** The part of the period that is shown; `null` for all of it. */
  zoom = $state.raw<Span | null>(null);
  index = $state.raw<IndexHistory | null>(null);
  consumption = $state.raw<ConsumptionHistory | null>(null);
  failure = $state.raw<Failure | null>(null);
  asking = $state(false);
  readonly meter: string;
  #asked = 0;

  constructor(meter: string) {
    this.meter = meter;
  }

  readonly shown: Span = $derived(this.zoom ?? this.period);
  readonly points: Point[] = $derived(withGaps(this.index?.points ?? []));
  readonly bars: Bar[] = $derived(consumptionBars(this.consumption?.steps ?? [], barsOf(this.period)));
  readonly marks: Mark[] = $derived(marksOf(this.consumption?.steps ?? []));
  readonly isEmpty: boolean = $derived(this.index !== null && this.index.points.length === 0);

  show(period: Period): void {
    lastKind = period.kind;
    this.period = period;
    this.zoom = null;
    void this.fetch();
  }

  showKind(kind: PeriodKind): void {
    // The present stays in sight where it is; elsewhere the middle of what was seen.
    const { from, to } = this.period;
    this.show(periodAt(kind, clock.now >= from && clock.now < to ? clock.now : (from + to) / 2));
  }

  move(step: 1 | -1): void {
    this.show(periodBeside(this.period, step));
  }

  /** Shows a part of the period; more than all of it is all of it. */
  zoomTo(span: Span | null): void {
    if (span === null) {
      this.zoom = null;
      return;
    }
    const from = Math.max(this.period.from, span.from);
    const to = Math.min(this.period.to, span.to);
    if (to - from < SHORTEST_MS) return;
    this.zoom = from <= this.period.from && to >= this.period.to ? null : { from, to };
  }

  /** Zooms about the middle of what is shown. */
  zoomBy(factor: number): void {
    const middle = (this.shown.from + this.shown.to) / 2;
    const half = ((this.shown.to - this.shown.from) * factor) / 2;
    this.zoomTo({ from: middle - half, to: middle + half });
  }

  async fetch(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.asking = true;
    const span = { from: this.period.from, to: this.period.to };
    const [index, consumption] = await Promise.all([getIndex(this.meter, span), getConsumption(this.meter, span)]);
    // Somebody has gone on to another period meanwhile.
    if (asked !== this.#asked) return;
    this.asking = false;
    if (!index.ok || !consumption.ok) {
      this.failure = !index.ok ? index.failure : !consumption.ok ? consumption.failure : null;
      return;
    }
    this.failure = null;
    this.index = index.value;
    this.consumption = consumption.value;
  }
}
