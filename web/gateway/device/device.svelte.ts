// One meter as the device of a driver: fetched when it is looked at, and again when the meter was
// read. While it synchronizes it is asked every second, so that the stage is seen.

import { needsLogin } from '../../access/session.svelte';
import { getDevice, synchronizeDevice } from '../api/client';
import type { Device } from '../api/model';
import type { Failure } from '../../rest/call';

const STAGE_MS = 1000;

export class DeviceView {
  readonly meter: string;
  device = $state.raw<Device | null>(null);
  /** Why the device is not told. */
  failure = $state.raw<Failure | null>(null);
  /** Whether somebody asked to synchronize and the gateway has not answered yet. */
  asking = $state(false);
  /** Why it does not synchronize now. */
  refusal = $state.raw<Failure | null>(null);
  /** Whether that waits for somebody to log in. */
  waiting = $state(false);
  #again: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(meter: string) {
    this.meter = meter;
  }

  async fetch(): Promise<void> {
    clearTimeout(this.#again);
    const answer = await getDevice(this.meter);
    if (this.#stopped) return;
    // What is shown stays while the gateway is away; the page says that it is not live.
    if (answer.ok) this.device = answer.value;
    this.failure = answer.ok ? null : answer.failure;
    clearTimeout(this.#again);
    if (answer.ok && answer.value.synchronization.stage !== null) {
      this.#again = setTimeout(() => void this.fetch(), STAGE_MS);
    }
  }

  async synchronize(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.waiting = false;
    this.refusal = null;
    // The answer may come only when it is done; meanwhile the stage moves.
    this.#again = setTimeout(() => void this.fetch(), STAGE_MS / 4);
    const answer = await synchronizeDevice(this.meter);
    this.asking = false;
    if (!answer.ok) {
      if (needsLogin(answer.failure)) this.waiting = true;
      else this.refusal = answer.failure;
    }
    await this.fetch();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
  }
}
