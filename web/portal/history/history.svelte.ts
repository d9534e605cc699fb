// The history of a meter in one period: asked for when it is looked at, and again when the meter
// was read and the period is the present one.

import { csvUrl, getConsumption, getIndex, type BarKind, type ConsumptionHistory, type IndexHistory } from '../api/client';
import { allBars, type Bar, type Mark } from '../../parts/chart/bars';
import { barsOf, periodAt, periodBeside, type Period, type PeriodKind, type Span } from '../../parts/chart/period';
import { withGaps, type Point } from '../../parts/chart/points';
import { clock } from '../../parts/clock.svelte';
import type { Failure } from '../../rest/call';

/** The kind of period that was looked at last: who compares meters wants the same of each. */
let lastKind: PeriodKind = 'day';
/** A span shorter than this shows nothing more. */
const SHORTEST_MS = 60_000;

const BARS = { day: 'hour', month: 'day', year: 'month' } as const;

/** Hours of a day, days of a month, months of a year, as whoever looks at them counts them. */
const barKind = (kind: PeriodKind): BarKind => ({ period: BARS[kind], zone: clock.timeZone });

export class HistoryView {
  period: Period = $state.raw(periodAt(lastKind, clock.now));
  /** The part of the period that is shown; `null` for all of it. */
  zoom = $state.raw<Span | null>(null);
  index = $state.raw<IndexHistory | null>(null);
  consumption = $state.raw<ConsumptionHistory | null>(null);
  failure = $state.raw<Failure | null>(null);
  asking = $state(false);
  /** Another register than the value on the dial, where one was chosen. */
  register = $state<string | null>(null);
  readonly meter: string;
  #asked = 0;

  constructor(meter: string) {
    this.meter = meter;
  }

  readonly shown: Span = $derived(this.zoom ?? this.period);
  readonly points: Point[] = $derived(withGaps(this.index?.points ?? []));
  readonly bars: Bar[] = $derived(allBars(barsOf(this.period), this.consumption?.bars ?? []));
  readonly marks: Mark[] = $derived((this.consumption?.marks ?? []).filter(({ at }) => at >= this.period.from));
  readonly isEmpty: boolean = $derived(this.index !== null && this.index.points.length === 0);

  readonly indexFile: string = $derived.by(() => csvUrl(this.meter, this.period, { register: this.index?.register ?? '' }));
  readonly consumptionFile: string = $derived.by(() => csvUrl(this.meter, this.period, barKind(this.period.kind)));

  showRegister(register: string): void {
    this.register = register;
    void this.fetch();
  }

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

  /** Zooms about the middle of the readings that are shown. */
  zoomBy(factor: number): void {
    const { from, to } = this.shown;
    const read = this.points.filter(({ at }) => at >= from && at <= to);
    const middle = ((read.at(0)?.at ?? from) + (read.at(-1)?.at ?? to)) / 2;
    const half = ((this.shown.to - this.shown.from) * factor) / 2;
    this.zoomTo({ from: middle - half, to: middle + half });
  }

  async fetch(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.asking = true;
    const { kind, from, to } = this.period;
    // What was consumed up to the first reading of the first bar begins before it.
    const [bar] = barsOf(this.period);
    const before = from - ((bar?.to ?? from) - from);
    const [index, consumption] = await Promise.all([
      getIndex(this.meter, { from, to }, this.register),
      getConsumption(this.meter, { from: before, to }, barKind(kind)),
    ]);
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
