// A call to the server of these pages, gateway or portal. It gives the answer or the reason why
// there is none; it never throws.

import { clock } from '../parts/clock.svelte';
import type { Problem } from './problem';

/** Why a call has no answer. */
export type Failure =
  /** No answer of the server reached the page. */
  | { kind: 'unreachable' }
  /** The caller stopped waiting. */
  | { kind: 'stopped' }
  | { kind: 'problem'; problem: Problem };

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export type Method = 'POST' | 'PUT' | 'DELETE';

export const QUICK_MS = 10_000;
export const JSON_BODY = { 'content-type': 'application/json' };

/** Where a call goes: beside the page itself, wherever that was delivered from. */
export function apiUrl(path: string, id = ''): string {
  return new URL(path.slice(1).replace('{id}', encodeURIComponent(id)), document.baseURI).href;
}

/** Asks for something. */
export async function get<T>(path: string, id?: string): Promise<Result<T>> {
  const answer = await call(apiUrl(path, id), { signal: AbortSignal.timeout(QUICK_MS) });
  return answer.ok ? parsed(answer.value) : answer;
}

/** Changes something; gives the text of the answer. */
export function send(method: Method, path: string, body: object | null, id = ''): Promise<Result<string>> {
  return call(apiUrl(path, id), body ? { method, headers: JSON_BODY, body: JSON.stringify(body) } : { method });
}

/** Changes something; gives the answer. */
export async function sendFor<T>(method: Method, path: string, body: object | null, id = ''): Promise<Result<T>> {
  const answer = await send(method, path, body, id);
  return answer.ok ? parsed(answer.value) : answer;
}

/** What is answered together with the mark of how it is now: a change of it needs the mark. */
export interface Tagged<T> {
  value: T;
  /** The ETag. */
  tag: string;
}

/** Asks for something that is to be changed, or changes it; gives it with its mark. */
export async function tagged<T>(url: string, request: RequestInit): Promise<Result<Tagged<T>>> {
  const answer = await exchange(url, request);
  if (!answer.ok) return answer;
  const value = parsed<T>(answer.value.body);
  return value.ok ? { ok: true, value: { value: value.value, tag: answer.value.tag } } : value;
}

/** The text of an answer, whatever it is. */
export async function call(url: string, request: RequestInit): Promise<Result<string>> {
  const answer = await exchange(url, request);
  return answer.ok ? { ok: true, value: answer.value.body } : answer;
}

/** Told whenever somebody may not look at something without a login. */
export const closed: { tell: () => void } = { tell: () => undefined };

async function exchange(url: string, request: RequestInit): Promise<Result<{ body: string; tag: string }>> {
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
  if (response.ok) return { ok: true, value: { body, tag: response.headers.get('etag') ?? '' } };
  if (response.status === 401 && (request.method ?? 'GET') === 'GET' && !url.endsWith('/session')) closed.tell();
  return { ok: false, failure: { kind: 'problem', problem: problemOf(response, body) } };
}

export function parsed<T>(body: string): Result<T> {
  try {
    return { ok: true, value: JSON.parse(body) as T };
  } catch {
    return { ok: false, failure: { kind: 'problem', problem: { title: body.slice(0, 80), status: 200 } } };
  }
}

export function items<T>(result: Result<{ items: T[] }>): Result<T[]> {
  return result.ok ? { ok: true, value: result.value.items } : result;
}

function problemOf(response: Response, body: string): Problem {
  const told = parsed<Problem>(body);
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const plain = { title: response.statusText, status: response.status, ...(wait > 0 && { retry_after: wait }) };
  return told.ok && typeof told.value === 'object' && told.value !== null ? { ...plain, ...told.value } : plain;
}
