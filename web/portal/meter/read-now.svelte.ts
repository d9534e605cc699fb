// Readouts that somebody asked for here, by meter. The gateway does them; the command tells how far
// it is. They outlive the page they were asked on.

import { SvelteMap } from 'svelte/reactivity';
import { getCommand, readMeter } from '../api/client';
import type { Command } from '../api/model';
import { fleet } from '../fleet.svelte';
import { login, needsLogin } from '../../access/session.svelte';
import { clock } from '../../parts/clock.svelte';
import type { Failure } from '../../rest/call';

/** How a readout that was asked for stands. */
export interface AskedReadout {
  since: number;
  /** What the portal knows of it; `null` while it is being asked for. */
  command: Command | null;
  /** The answer as text: the exact digits of every number. */
  source: string;
  /** Why it was not taken. */
  failure: Failure | null;
}

/** Besides the events, so that an event that was lost costs no answer. */
const POLL_MS = 2000;
const asked = new SvelteMap<string, AskedReadout>();

export function readNowOf(meter: string): AskedReadout | undefined {
  return asked.get(meter);
}

/** Whether it is still under way. */
export function isUnderWay(readout: AskedReadout | undefined): boolean {
  if (!readout || readout.failure) return false;
  return readout.command === null || ['queued', 'delivered', 'running'].includes(readout.command.state);
}

/** Reads a meter now, unless that is already under way. */
export async function readNow(meter: string): Promise<void> {
  if (isUnderWay(asked.get(meter))) return;
  clock.tick();
  const since = clock.now;
  asked.set(meter, { since, command: null, source: '', failure: null });
  const answer = await readMeter(meter);
  if (!answer.ok) {
    if (needsLogin(answer.failure)) void login.refresh();
    asked.set(meter, { since, command: null, source: '', failure: answer.failure });
    return;
  }
  asked.set(meter, { since, command: answer.value, source: '', failure: null });
  follow(meter, answer.value.id);
}

/** Keeps the command fresh until it has ended. */
function follow(meter: string, command: string): void {
  const stop = fleet.onCommand((id) => id === command && void fetch());
  const timer = setInterval(() => void fetch(), POLL_MS);
  let asking = false;

  async function fetch(): Promise<void> {
    if (asking) return;
    asking = true;
    const answer = await getCommand(command);
    asking = false;
    const before = asked.get(meter);
    if (!answer.ok || !before || before.command?.id !== command) return;
    const now = { ...before, command: answer.value.command, source: answer.value.source };
    asked.set(meter, now);
    if (isUnderWay(now)) return;
    stop();
    clearInterval(timer);
    fleet.meterChanged(meter);
  }
}
