// How the fleet is, as the portal sums it up: asked for when it is looked at, and again when anything
// has changed.

import { getOverview } from '../api/client';
import type { Overview } from '../api/model';
import { fleet } from '../fleet.svelte';
import type { Failure } from '../../rest/call';

/** Changes that come together are answered with one fetch. */
const GATHER_MS = 700;

export class OverviewView {
  now = $state.raw<Overview | null>(null);
  failure = $state.raw<Failure | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Keeps it fresh; gives the way to stop. */
  start(): () => void {
    void this.fetch();
    const stop = fleet.onChange(() => (this.#timer ??= setTimeout(() => void this.fetch(), GATHER_MS)));
    return () => {
      clearTimeout(this.#timer);
      stop();
    };
  }

  async fetch(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const answer = await getOverview();
    // What is shown stays while the portal is away; the page says that it is not live.
    if (answer.ok) this.now = answer.value;
    this.failure = answer.ok || answer.failure.kind !== 'problem' ? null : answer.failure;
  }
}
