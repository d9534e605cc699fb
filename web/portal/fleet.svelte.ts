// What the portal knows of its fleet, kept fresh: fetched once somebody is logged in, and again
// whenever an event says that something changed.

import { getGateway, getGateways, getMeter, getMeters, getSites } from './api/client';
import type { Gateway, Meter, Site } from './api/model';
import type { Menu } from './routes';
import { login, needsLogin } from '../access/session.svelte';
import { clock } from '../parts/clock.svelte';
import { apiUrl, type Failure, type Result } from '../rest/call';

/** Events that come together are answered with one fetch. */
const GATHER_MS = 250;
/** From so many meters on, one fetch of all is cheaper than one each. */
const MANY = 12;
/** A connection can die without a word: after so long without any, the portal is asked. */
const QUIET_MS = 20_000;
const RETRY_MS = [1000, 2000, 5000, 10_000];

class Fleet {
  sites = $state.raw<Site[]>([]);
  gateways = $state.raw<Gateway[]>([]);
  meters = $state.raw<Meter[]>([]);
  /** Whether all of it has come once. */
  known = $state(false);
  connection = $state<'connecting' | 'live' | 'lost'>('connecting');
  /** When the connection was lost, by the portal's clock. */
  lostAt = $state(0);
  /** Who wants to know of new readouts. */
  readonly #heard = new Set<(meters: readonly string[]) => void>();
  readonly #commands = new Set<(command: string) => void>();
  readonly #anything = new Set<() => void>();
  readonly #staleMeters = new Set<string>();
  readonly #staleGateways = new Set<string>();

  #events: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #lastWord = 0;
  #gather: ReturnType<typeof setTimeout> | undefined;

  /** Connects and stays connected; gives the way to stop. */
  start(): () => void {
    this.#connect();
    const watch = setInterval(() => void this.#watch(), QUIET_MS / 2);
    const online = () => this.retryNow();
    window.addEventListener('online', online);
    return () => {
      clearInterval(watch);
      clearTimeout(this.#retry);
      clearTimeout(this.#gather);
      this.#gather = undefined;
      window.removeEventListener('online', online);
      this.#events?.close();
      this.#events = null;
    };
  }

  /** Nobody is logged in any more: what was shown is shown to nobody. */
  forget(): void {
    this.known = false;
    this.sites = [];
    this.gateways = [];
    this.meters = [];
    this.connection = 'connecting';
  }

  retryNow(): void {
    if (this.connection !== 'live') this.#connect();
  }

  meter(id: string): Meter | undefined {
    return this.meters.find((meter) => meter.id === id);
  }

  gateway(id: string): Gateway | undefined {
    return this.gateways.find((gateway) => gateway.id === id);
  }

  site(id: string): Site | undefined {
    return this.sites.find((site) => site.id === id);
  }

  metersOf(menu: Menu): Meter[] {
    return this.meters.filter((meter) => meter.form.menu === menu);
  }

  /** Puts a meter in the place of its older self. */
  takeMeter(meter: Meter): void {
    const known = this.meters.some((one) => one.id === meter.id);
    this.meters = known ? this.meters.map((one) => (one.id === meter.id ? meter : one)) : [...this.meters, meter];
  }

  dropMeter(id: string): void {
    this.meters = this.meters.filter((meter) => meter.id !== id);
  }

  dropGateway(id: string): void {
    this.gateways = this.gateways.filter((gateway) => gateway.id !== id);
  }

  /** Asks for a gateway again, for a change this page made itself. */
  gatewayChanged(id: string): void {
    this.#staleGateways.add(id);
    this.#fetchSoon();
  }

  meterChanged(id: string): void {
    this.#staleMeters.add(id);
    this.#fetchSoon();
  }

  /** Asks for all of it again. */
  async refresh(): Promise<void> {
    if (this.#events) await this.#fetchAll(this.#events);
  }

  /** Tells which meters have new readouts; gives the way to stop. */
  onReadouts(tell: (meters: readonly string[]) => void): () => void {
    this.#heard.add(tell);
    return () => this.#heard.delete(tell);
  }

  /** Tells which command went on; gives the way to stop. */
  onCommand(tell: (command: string) => void): () => void {
    this.#commands.add(tell);
    return () => this.#commands.delete(tell);
  }

  /** Tells that anything has changed; gives the way to stop. */
  onChange(tell: () => void): () => void {
    this.#anything.add(tell);
    return () => this.#anything.delete(tell);
  }

  #metersChanged(meters: unknown): string[] {
    const ids = Array.isArray(meters) ? meters.filter((id): id is string => typeof id === 'string') : [];
    for (const id of ids) this.meterChanged(id);
    return ids;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#events?.close();
    const events = new EventSource(apiUrl('/api/v1/events'));
    this.#events = events;
    events.onopen = () => void this.#fetchAll(events);
    events.onerror = () => void this.#lose(events);
    const on = (name: string, act: (data: Record<string, unknown>) => void) =>
      events.addEventListener(name, (event) => {
        this.#lastWord = Date.now();
        act(dataOf(event.data));
        for (const tell of this.#anything) tell();
      });
    on('gateway', ({ gateway }) => typeof gateway === 'string' && this.gatewayChanged(gateway));
    on('readouts', ({ meters }) => {
      const ids = this.#metersChanged(meters);
      for (const tell of this.#heard) tell(ids);
    });
    on('meters', ({ meters }) => this.#metersChanged(meters));
    on('sites', () => void getSites().then((result) => this.#take(result, (sites) => (this.sites = sites))));
    on('command', ({ command }) => {
      if (typeof command === 'string') for (const tell of this.#commands) tell(command);
    });
    on('everything', () => void this.#fetchAll(events));
  }

  async #lose(events: EventSource): Promise<void> {
    if (events !== this.#events) return;
    events.close();
    if (this.connection !== 'lost') this.lostAt = clock.now;
    this.connection = 'lost';
    clearTimeout(this.#retry);
    const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)];
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
    // The stream does not say why it ended: the session may have.
    await login.refresh();
  }

  async #fetchAll(events: EventSource): Promise<void> {
    const [sites, gateways, meters] = await Promise.all([getSites(), getGateways(), getMeters()]);
    if (events !== this.#events) return;
    if (!sites.ok || !gateways.ok || !meters.ok) {
      await this.#lose(events);
      return;
    }
    this.sites = sites.value;
    this.gateways = gateways.value;
    this.meters = meters.value;
    this.known = true;
    this.connection = 'live';
    this.#attempt = 0;
    this.#lastWord = Date.now();
  }

  #fetchSoon(): void {
    this.#gather ??= setTimeout(() => void this.#fetchStale(), GATHER_MS);
  }

  async #fetchStale(): Promise<void> {
    this.#gather = undefined;
    const meters = [...this.#staleMeters];
    const gateways = [...this.#staleGateways];
    this.#staleMeters.clear();
    this.#staleGateways.clear();
    await Promise.all([
      this.#fetchMeters(meters),
      ...gateways.map(async (id) => {
        const result = await getGateway(id);
        if (!result.ok && isGone(result.failure)) this.dropGateway(id);
        else this.#take(result, (gateway) => this.#takeGateway(gateway));
      }),
    ]);
  }

  async #fetchMeters(ids: readonly string[]): Promise<void> {
    const all = ids.length >= MANY || ids.some((id) => !this.meter(id));
    if (ids.length > 0 && all) {
      this.#take(await getMeters(), (meters) => (this.meters = meters));
      return;
    }
    await Promise.all(
      ids.map(async (id) => {
        const result = await getMeter(id);
        if (!result.ok && isGone(result.failure)) this.dropMeter(id);
        else this.#take(result, (meter) => this.takeMeter(meter));
      }),
    );
  }

  #takeGateway(gateway: Gateway): void {
    const known = this.gateways.some((one) => one.id === gateway.id);
    this.gateways = known ? this.gateways.map((one) => (one.id === gateway.id ? gateway : one)) : [...this.gateways, gateway];
  }

  #take<T>(result: Result<T>, keep: (value: T) => void): void {
    if (result.ok) keep(result.value);
    else if (needsLogin(result.failure)) void login.refresh();
    else if (result.failure.kind === 'unreachable' && this.#events) void this.#lose(this.#events);
  }

  async #watch(): Promise<void> {
    if (this.connection !== 'live' || Date.now() - this.#lastWord < QUIET_MS) return;
    const events = this.#events;
    const answer = await getSites();
    if (answer.ok) this.#lastWord = Date.now();
    else if (events) await this.#lose(events);
  }
}

const isGone = (failure: Failure) => failure.kind === 'problem' && failure.problem.status === 404;

function dataOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export const fleet = new Fleet();
