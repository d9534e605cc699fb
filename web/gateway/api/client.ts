// The calls the pages make. A call gives its answer or the reason why there is none; it never throws.

import { clock } from '../../parts/clock.svelte';
import type { ReadoutView } from '../../parts/telegram/view';
import type { AddressSet, Problem } from './model';
import type { components, paths } from './schema';

/** What a call answers when all is well, by the gateway's own description. */
type Answer<P extends keyof paths, M extends 'get' | 'post'> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

type Schemas = components['schemas'];
type ReadoutPath = '/api/v1/meters/{id}/readouts' | '/api/v1/buses/{id}/readouts';

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
const JSON_BODY = { 'content-type': 'application/json' };

export const getGateway = () => get('/api/v1/gateway');
export const getBuses = async () => items(await get('/api/v1/buses'));
export const getMeters = async () => items(await get('/api/v1/meters'));
export const getMeter = (id: string) => get('/api/v1/meters/{id}', id);

/** Reads a configured meter now; its readings are stored. */
export const readMeterNow = (id: string) => readOut('/api/v1/meters/{id}/readouts', id, {});

/** Reads whatever meter has this address. */
export function readAddress(bus: string, address: string, baudrate: number, stop: AbortSignal): Promise<Result<Readout>> {
  const request: Schemas['ReadoutRequest'] = { address, baudrate };
  return readOut('/api/v1/buses/{id}/readouts', bus, { headers: JSON_BODY, body: JSON.stringify(request), signal: stop });
}

/** Gives a meter another primary address, with proof before and after. */
export async function setAddress(bus: string, current: string, address: number, baudrate: number): Promise<Result<AddressSet>> {
  const request: Schemas['AddressRequest'] = { current, new: address, baudrate };
  const answer = await send('POST', '/api/v1/buses/{id}/addresses', request, bus);
  return answer.ok ? parsed(answer.value) : answer;
}

/** A meter as the device of a driver, from the settings cache: asking costs no bus traffic. */
export const getDevice = (id: string) => get('/api/v1/meters/{id}/device', id);

/** Synchronizes a device now. */
export const synchronizeDevice = (id: string) => send('POST', '/api/v1/meters/{id}/synchronization', null, id);

export const getSession = () => get('/api/v1/session');
export const logIn = (request: Schemas['LoginRequest']) => send('POST', '/api/v1/session', request);
export const logOut = () => send('DELETE', '/api/v1/session', null);

/** Makes the first account, with the code that the gateway prints when it starts. */
export const setUp = (request: Schemas['SetupRequest']) => send('POST', '/api/v1/setup', request);
export const changePassword = (request: Schemas['PasswordRequest']) => send('POST', '/api/v1/password', request);

/** Where a call goes: beside the page itself, wherever that was delivered from. */
export function apiUrl(path: keyof paths, id = ''): string {
  return new URL(path.slice(1).replace('{id}', encodeURIComponent(id)), document.baseURI).href;
}

async function get<P extends keyof paths>(path: P, id?: string): Promise<Result<Answer<P, 'get'>>> {
  const answer = await call(apiUrl(path, id), { signal: AbortSignal.timeout(QUICK_MS) });
  return answer.ok ? parsed(answer.value) : answer;
}

async function readOut(path: ReadoutPath, id: string, request: RequestInit): Promise<Result<Readout>> {
  const answer = await call(apiUrl(path, id), { ...request, method: 'POST' });
  if (!answer.ok) return answer;
  const view = parsed<Answer<ReadoutPath, 'post'>>(answer.value);
  return view.ok ? { ok: true, value: { view: view.value, source: answer.value } } : view;
}

function send(method: 'POST' | 'DELETE', path: keyof paths, body: object | null, id = ''): Promise<Result<string>> {
  return call(apiUrl(path, id), body ? { method, headers: JSON_BODY, body: JSON.stringify(body) } : { method });
}

async function call(url: string, request: RequestInit): Promise<Result<string>> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { ...request, cache: 'no-store' });
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
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const plain = { title: response.statusText, status: response.status, ...(wait > 0 && { retry_after: wait }) };
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
