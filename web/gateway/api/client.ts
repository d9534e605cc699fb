// The calls the pages make. A call gives its answer or the reason why there is none; it never throws.

import { clock } from '../../parts/clock.svelte';
import type { ReadoutView } from '../../parts/telegram/view';
import type { Bus, Gateway, Meter, Problem } from './model';

/** Why a call has no answer. */
export type Failure =
  /** No answer of the gateway reached the page. */
  | { kind: 'unreachable' }
  /** The caller stopped waiting. */
  | { kind: 'stopped' }
  | { kind: 'problem'; problem: Problem };

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** A readout and the text it came as, which has the exact digits of every number. */
export interface Readout {
  view: ReadoutView;
  source: string;
}

const QUICK_MS = 10_000;

export const getGateway = () => get<Gateway>('gateway');
export const getBuses = async () => items(await get<{ items: Bus[] }>('buses'));
export const getMeters = async () => items(await get<{ items: Meter[] }>('meters'));
export const getMeter = (id: string) => get<Meter>(`meters/${encodeURIComponent(id)}`);

/** Reads a configured meter now; its readings are stored. */
export const readMeterNow = (id: string) => readOut(`meters/${encodeURIComponent(id)}/readouts`, undefined, null);

/** Reads whatever meter has this address. */
export const readAddress = (bus: string, address: string, baudrate: number, stop: AbortSignal) =>
  readOut(`buses/${encodeURIComponent(bus)}/readouts`, { address, baudrate }, stop);

/** Where a call goes, beside the page itself. */
export const apiUrl = (path: string) => new URL(`api/v1/${path}`, document.baseURI).href;

async function get<T>(path: string): Promise<Result<T>> {
  const answer = await call(path, { signal: AbortSignal.timeout(QUICK_MS) });
  return answer.ok ? parsed<T>(answer.value) : answer;
}

async function readOut(path: string, body: object | undefined, stop: AbortSignal | null): Promise<Result<Readout>> {
  const request: RequestInit = { method: 'POST', signal: stop };
  if (body) {
    request.headers = { 'content-type': 'application/json' };
    request.body = JSON.stringify(body);
  }
  const answer = await call(path, request);
  if (!answer.ok) return answer;
  const view = parsed<ReadoutView>(answer.value);
  return view.ok ? { ok: true, value: { view: view.value, source: answer.value } } : view;
}

async function call(path: string, request: RequestInit): Promise<Result<string>> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(apiUrl(path), { ...request, cache: 'no-store' });
    body = await response.text();
  } catch {
    const stopped = request.signal?.aborted && request.signal.reason?.name === 'AbortError';
    return { ok: false, failure: { kind: stopped ? 'stopped' : 'unreachable' } };
  }
  clock.follow(response.headers.get('date'));
  if (response.ok) return { ok: true, value: body };
  return { ok: false, failure: { kind: 'problem', problem: problemOf(response, body) } };
}

function problemOf(response: Response, body: string): Problem {
  const told = parsed<Problem>(body);
  const plain = { title: response.statusText, status: response.status };
  return told.ok && typeof told.value === 'object' && told.value !== null ? { ...plain, ...told.value } : plain;
}

function parsed<T>(body: string): Result<T> {
  try {
    return { ok: true, value: JSON.parse(body) as T };
  } catch {
    return { ok: false, failure: { kind: 'problem', problem: { title: body.slice(0, 80), status: 200 } } };
  }
}

function items<T>(result: Result<{ items: T[] }>): Result<T[]> {
  return result.ok ? { ok: true, value: result.value.items } : result;
}
