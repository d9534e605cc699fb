// The form of Read MBus Meter and its last result. They stay while the user looks at other pages.

import { clock } from '../../parts/clock.svelte';
import { language } from '../../texts/texts';
import { nothingTold, type Progress, type Told } from '../progress';
import type { Failure, Result } from '../../rest/call';
import type { Readout } from '../../parts/telegram/view';

/** Where to read. */
export type ReadOrder = { bus: string; address: string; baudrate: number };

/** Who reads. */
export interface ReadMeterApi {
  readAddress(order: ReadOrder, stop: AbortSignal, progress: Progress): Promise<Result<Readout>>;
}

/** The last readout: what was asked, when, and what came. */
export interface LastRead {
  bus: string;
  address: string;
  at: number;
  result: { ok: true; readout: Readout } | { ok: false; failure: Failure };
}

export class ReadMeter {
  bus = $state('');
  address = $state('0');
  baudrate = $state(2400);
  /** What is wrong with the address as typed. */
  addressFault = $state<string | null>(null);
  /** The readout under way: since when. */
  reading = $state.raw<{ bus: string; address: string; since: number } | null>(null);
  /** How far it is, where that is told. */
  told = $state.raw<Told>(nothingTold);
  last = $state.raw<LastRead | null>(null);
  readonly #api: ReadMeterApi;
  #stop: AbortController | null = null;

  constructor(api: ReadMeterApi) {
    this.#api = api;
  }

  /** Reads this address; the form shows it. */
  readAt(bus: string, address: string, baudrate: number): void {
    Object.assign(this, { bus, address, baudrate });
    void this.read();
  }

  async read(): Promise<void> {
    if (this.reading) return;
    const address = this.address.trim();
    if (address === '') {
      this.addressFault = language.texts.readMeter.addressEmpty;
      return;
    }
    this.addressFault = null;
    const { bus, baudrate } = this;
    clock.tick();
    const order = { bus, address, baudrate };
    await this.follow(order, clock.now, (stop, progress) => this.#api.readAddress(order, stop, progress));
  }

  /** Waits for a readout and keeps what comes of it. */
  async follow(
    { bus, address }: ReadOrder,
    since: number,
    readout: (stop: AbortSignal, progress: Progress) => Promise<Result<Readout>>,
    /** When it ended, where it had ended before this page was there. */
    ended?: number,
  ): Promise<void> {
    if (this.reading) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.reading = { bus, address, since };
    this.told = nothingTold;
    const result = await readout(stop.signal, (told) => (this.told = told));
    clock.tick();
    this.reading = null;
    if (!result.ok && result.failure.kind === 'problem' && result.failure.problem.code === 'bad_address') {
      // It was refused before anything was sent: that is said at its field.
      this.addressFault = result.failure.problem.detail ?? result.failure.problem.title;
      return;
    }
    this.last = {
      bus,
      address,
      at: ended ?? clock.now,
      result: result.ok ? { ok: true, readout: result.value } : result,
    };
  }

  /** Stops waiting for the answer; what was begun is finished. */
  stop(): void {
    this.#stop?.abort();
  }
}
