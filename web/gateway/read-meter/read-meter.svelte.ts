// The form of Read MBus Meter and its last result. They stay while the user looks at other pages.

import { clock } from '../../parts/clock.svelte';
import { language } from '../../texts/texts';
import { readAddress, type Failure, type Readout } from '../api/client';

/** The last readout: what was asked, when, and what came. */
export interface LastRead {
  bus: string;
  address: string;
  at: number;
  result: { ok: true; readout: Readout } | { ok: false; failure: Failure };
}

class ReadMeter {
  bus = $state('');
  address = $state('0');
  baudrate = $state(2400);
  /** What is wrong with the address as typed. */
  addressFault = $state<string | null>(null);
  /** The readout under way: since when. */
  reading = $state.raw<{ bus: string; address: string; since: number } | null>(null);
  last = $state.raw<LastRead | null>(null);
  #stop: AbortController | null = null;

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
    const { bus } = this;
    const stop = new AbortController();
    this.#stop = stop;
    clock.tick();
    this.reading = { bus, address, since: clock.now };
    const result = await readAddress(bus, address, this.baudrate, stop.signal);
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
      at: clock.now,
      result: result.ok ? { ok: true, readout: result.value } : result,
    };
  }

  /** Stops waiting for the answer; the gateway finishes what it began. */
  stop(): void {
    this.#stop?.abort();
  }
}

export const readMeter = new ReadMeter();
