// What the gateway knows, kept fresh: fetched once, and again whenever an event says it changed.

import { clock } from '../parts/clock.svelte';
import { login, needsLogin } from '../access/session.svelte';
import { apiUrl, getBuses, getGateway, getMeter, getMeters } from './api/client';
import type { Bus, Gateway, Meter } from './api/model';
import { closed, type Result } from '../rest/call';

/** Events that come together are answered with one fetch. */
const GATHER_MS = 150;
/** From so many meters on, one fetch of all is cheaper than one each. */
const MANY = 6;
/** A connection can die without a word: after so long without any, the gateway is asked. */
const QUIET_MS = 20_000;
const RETRY_MS = [1000, 2000, 5000, 10_000];

class Live {
  gateway = $state.raw<Gateway | null>(null);
  buses = $state.raw<Bus[] | null>(null);
  meters = $state.raw<Meter[] | null>(null);
  /** `closed`: this gateway shows itself only to those who are logged in, and nobody is. */
  connection = $state<'connecting' | 'live' | 'lost' | 'closed'>('connecting');
  /** When the connection was lost, by the gateway's clock. */
  lostAt = $state(0);

  #events: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #asking = false;
  #lastWord = 0;
  #gather: ReturnType<typeof setTimeout> | undefined;
  #staleMeters = new Set<string>();
  #staleBuses = false;

  /** Connects and stays connected; gives the way to stop. */
  start(): () => void {
    this.#connect();
    const watch = setInterval(() => void this.#watch(), QUIET_MS / 2);
    const online = () => this.retryNow();
    window.addEventListener('online', online);
    closed.tell = () => void this.#askWhetherClosed();
    return () => {
      closed.tell = () => undefined;
      clearInterval(watch);
      clearTimeout(this.#retry);
      clearTimeout(this.#gather);
      window.removeEventListener('online', online);
      this.#events?.close();
    };
  }

  retryNow(): void {
    if (this.connection !== 'live') this.#connect();
  }

  /** Somebody has logged in or out: what may be seen may be another. */
  async loginChanged(): Promise<void> {
    if (this.connection === 'closed') {
      this.connection = 'connecting';
      this.#connect();
    } else await this.#askWhetherClosed();
  }

  /** Fetches everything again, for a change this page made itself. */
  async refresh(): Promise<void> {
    if (this.#events) await this.#fetchAll(this.#events);
  }

  /** Puts a meter in the place of its older self. */
  takeMeter(meter: Meter): void {
    const meters = this.meters ?? [];
    const known = meters.some((one) => one.id === meter.id);
    this.meters = known ? meters.map((one) => (one.id === meter.id ? meter : one)) : [...meters, meter];
  }

  meter(id: string): Meter | undefined {
    return this.meters?.find((meter) => meter.id === id);
  }

  busName(id: string): string {
    return this.buses?.find((bus) => bus.id === id)?.name ?? id;
  }

  /** Fetches a meter again, for a change this page made itself. */
  meterChanged(id: string): void {
    this.#staleMeters.add(id);
    this.#gather ??= setTimeout(() => void this.#fetchStale(), GATHER_MS);
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#events?.close();
    const events = new EventSource(apiUrl('/api/v1/events'));
    this.#events = events;
    events.onopen = () => void this.#fetchAll(events);
    events.onerror = () => this.#lose(events);
    events.addEventListener('readout', (event) => {
      this.#lastWord = Date.now();
      const id = idIn(event.data, 'meter');
      if (id !== null) this.meterChanged(id);
    });
    events.addEventListener('configuration', () => {
      this.#lastWord = Date.now();
      void this.#fetchAll(events);
    });
    events.addEventListener('bus', () => {
      this.#lastWord = Date.now();
      this.#staleBuses = true;
      this.#gather ??= setTimeout(() => void this.#fetchStale(), GATHER_MS);
    });
  }

  #lose(events: EventSource): void {
    if (events !== this.#events || this.connection === 'closed') return;
    events.close();
    // A stream does not say why it was refused; another call does.
    if (this.connection !== 'lost') {
      this.lostAt = clock.now;
      void this.#askWhetherClosed();
    }
    this.connection = 'lost';
    clearTimeout(this.#retry);
    const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)];
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  async #askWhetherClosed(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const gateway = await getGateway();
    if (!gateway.ok && needsLogin(gateway.failure)) this.#close();
    await login.refresh();
    this.#asking = false;
  }

  /** Nothing is shown any more to whoever stands there. */
  #close(): void {
    this.connection = 'closed';
    this.#events?.close();
    this.#events = null;
    clearTimeout(this.#retry);
    this.gateway = null;
    this.buses = null;
    this.meters = null;
  }

  async #fetchAll(events: EventSource): Promise<void> {
    const [gateway, buses, meters] = await Promise.all([getGateway(), getBuses(), getMeters()]);
    if (events !== this.#events) return;
    if (!gateway.ok || !buses.ok || !meters.ok) {
      this.#lose(events);
      return;
    }
    this.gateway = gateway.value;
    this.buses = buses.value;
    this.meters = meters.value;
    clock.timeZone = gateway.value.time_zone;
    this.connection = 'live';
    this.#attempt = 0;
    this.#lastWord = Date.now();
  }

  async #fetchStale(): Promise<void> {
    this.#gather = undefined;
    const ids = [...this.#staleMeters];
    const buses = this.#staleBuses;
    this.#staleMeters.clear();
    this.#staleBuses = false;
    const calls: Promise<unknown>[] = [];
    if (buses) calls.push(getBuses().then((result) => this.#take(result, (value) => (this.buses = value))));
    if (ids.length >= MANY) {
      calls.push(getMeters().then((result) => this.#take(result, (value) => (this.meters = value))));
    } else {
      for (const id of ids) calls.push(getMeter(id).then((result) => this.#take(result, (value) => this.takeMeter(value))));
    }
    await Promise.all(calls);
  }

  #take<T>(result: Result<T>, keep: (value: T) => void): void {
    if (result.ok) keep(result.value);
    else if (result.failure.kind === 'unreachable' && this.#events) this.#lose(this.#events);
  }

  async #watch(): Promise<void> {
    if (this.connection !== 'live' || Date.now() - this.#lastWord < QUIET_MS) return;
    const events = this.#events;
    const gateway = await getGateway();
    if (gateway.ok) this.#lastWord = Date.now();
    else if (events) this.#lose(events);
  }
}

function idIn(data: string, key: string): string | null {
  try {
    const id = (JSON.parse(data) as Record<string, unknown>)[key];
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

export const live = new Live();
