// Reading any meter and giving it another address, by way of a gateway. What was asked for goes on
// whoever looks; after a reload it is found again among the commands of the gateway.

import { addressSet, failureOf, readoutOf, withdrawal } from './outcome';
import { getCommand } from '../api/client';
import type { Command } from '../api/model';
import { getCommands, readAddress, setAddress, withdrawCommand } from '../api/places';
import { fleet } from '../fleet.svelte';
import { login, needsLogin } from '../../access/session.svelte';
import { EditAddress } from '../../mbus/edit-address/edit-address.svelte';
import type { Progress, Told } from '../../mbus/progress';
import { ReadMeter } from '../../mbus/read-meter/read-meter.svelte';
import { clock } from '../../parts/clock.svelte';
import { timeOfDay } from '../../parts/time';
import type { Failure, Result } from '../../rest/call';
import { fill, language } from '../../texts/texts';

/** Besides the events, so that an event that was lost costs no answer. */
const POLL_MS = 2000;

/** What ended so long ago is shown again where somebody comes back. */
const FRESH_MS = 15 * 60_000;

/** A command that has ended, and the text it came as. */
export interface Ended {
  command: Command;
  source: string;
}

/** What is asked of one gateway. */
export class Remote {
  readonly gateway: string;
  readonly reader: ReadMeter;
  readonly editor: EditAddress;
  #resumed = false;

  constructor(gateway: string) {
    this.gateway = gateway;
    this.reader = new ReadMeter({
      readAddress: ({ bus, address, baudrate }, stop, progress) => this.#ask(readAddress(gateway, { bus, address, baudrate }), readoutOf, progress, stop),
    });
    this.editor = new EditAddress({
      setAddress: ({ bus, current, wanted, baudrate }, progress) =>
        this.#ask(setAddress(gateway, { bus, current, new: wanted, baudrate }), addressSet, progress),
    });
  }

  /** Takes up what is under way since before this page was loaded, or ended a moment ago. */
  async resume(): Promise<void> {
    if (this.#resumed) return;
    this.#resumed = true;
    const answer = await getCommands(this.gateway);
    const me = login.now.state === 'somebody' ? login.now.account.name : null;
    const own = (answer.ok ? answer.value : []).filter((command) => command.created_by === me);
    const fresh = (command: Command) => !isOver(command) || clock.now - Date.parse(command.replied_at ?? command.created_at) < FRESH_MS;
    for (const kind of ['read_address', 'set_address']) {
      // The newest first.
      const command = own.find((one) => one.kind === kind);
      if (!command || !fresh(command)) continue;
      const ended = isOver(command) && command.replied_at !== null ? Date.parse(command.replied_at) : undefined;
      const since = Date.parse(command.created_at);
      const bus = command.bus ?? this.#busName();
      if (command.kind === 'read_address') {
        const order = { bus, address: command.address ?? '', baudrate: this.reader.baudrate };
        void this.reader.follow(order, since, (stop, progress) => this.#follow(command, readoutOf, progress, stop), ended);
      } else if (command.kind === 'set_address') {
        const order = { bus, current: command.address ?? '', wanted: command.new_address ?? 0, baudrate: this.editor.baudrate };
        void this.editor.follow(order, since, (progress) => this.#follow(command, addressSet, progress), ended);
      }
    }
  }

  /** What nobody has fetched is taken back; what the gateway has goes on. */
  async #withdraw(command: string): Promise<Failure> {
    const withdrawn = await withdrawCommand(command);
    return withdrawn.ok ? withdrawal() : { kind: 'stopped' };
  }

  /** The bus of a command that does not tell it: the only one, or the gateway itself. */
  #busName(): string {
    const gateway = fleet.gateway(this.gateway);
    const [only, other] = gateway?.buses ?? [];
    return only && !other ? only.id : fill(language.texts.places.remote.someBus, { gateway: gateway?.name ?? this.gateway });
  }

  async #ask<T>(asking: Promise<Result<Command>>, take: (ended: Ended) => T | null, progress: Progress, stop?: AbortSignal): Promise<Result<T>> {
    const asked = await asking;
    if (!asked.ok) {
      if (needsLogin(asked.failure)) await login.refresh();
      return asked;
    }
    return this.#follow(asked.value, take, progress, stop);
  }

  /** Waits until a command has ended; that the portal cannot be asked for a while ends nothing. */
  async #follow<T>(command: Command, take: (ended: Ended) => T | null, progress: Progress, stop?: AbortSignal): Promise<Result<T>> {
    progress(told(command));
    const ended = await new Promise<Ended | 'stopped'>((resolve) => {
      let asking = false;
      const end = (how: Ended | 'stopped') => {
        forget();
        clearInterval(timer);
        resolve(how);
      };
      const fetch = async () => {
        if (asking) return;
        asking = true;
        const answer = await getCommand(command.id);
        asking = false;
        if (!answer.ok) return;
        progress(told(answer.value.command));
        if (isOver(answer.value.command)) end(answer.value);
      };
      const forget = fleet.onCommand((id) => void (id === command.id && fetch()));
      const timer = setInterval(() => void fetch(), POLL_MS);
      stop?.addEventListener('abort', () => end('stopped'));
      if (isOver(command)) void fetch();
    });
    if (ended === 'stopped') return { ok: false, failure: await this.#withdraw(command.id) };
    const value = take(ended);
    return value === null ? { ok: false, failure: failureOf(ended.command, fleet.gateway(this.gateway)?.name ?? this.gateway) } : { ok: true, value };
  }
}

const isOver = (command: Command) => !['queued', 'delivered', 'running'].includes(command.state);

/** How far a command is, in words. */
function told(command: Command): Told {
  const t = language.texts.places.remote;
  const steps = command.progress.map(({ at, text }) => ({ at, text }));
  if (command.state === 'queued') {
    const time = timeOfDay(command.expires_at, clock.timeZone);
    return { steps, waits: command.gateway_online ? t.waitsOnline : fill(t.waitsOffline, { time }) };
  }
  if (steps.length === 0) steps.push({ at: command.created_at, text: t.delivered });
  return { steps, waits: '' };
}

const remotes = new Map<string, Remote>();

/** What is asked of a gateway; it outlives the pages. */
export function remoteOf(gateway: string): Remote {
  const known = remotes.get(gateway) ?? new Remote(gateway);
  remotes.set(gateway, known);
  return known;
}
