// The calls of the gateway's pages, with the answers its description promises. A call gives its
// answer or the reason why there is none; it never throws.

import type { components, paths } from './schema';
import type { AddressSet, Order } from '../../mbus/edit-address/model';
import type { ReadOrder } from '../../mbus/read-meter/read-meter.svelte';
import type { Readout } from '../../parts/telegram/view';
import {
  apiUrl as anyUrl, call, get as getAny, items, JSON_BODY, parsed, QUICK_MS, send, sendFor, tagged, type Result, type Tagged,
} from '../../rest/call';

/** What a call answers when all is well, by the gateway's own description. */
type Answer<P extends keyof paths, M extends 'get' | 'post'> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

type Schemas = components['schemas'];
type ReadoutPath = '/api/v1/meters/{id}/readouts' | '/api/v1/buses/{id}/readouts';

export const getGateway = () => get('/api/v1/gateway');
export const getBuses = async () => items(await get('/api/v1/buses'));
export const getMeters = async () => items(await get('/api/v1/meters'));
export const getMeter = (id: string) => get('/api/v1/meters/{id}', id);

/** Reads a configured meter now; its readings are stored. */
export const readMeterNow = (id: string) => readOut('/api/v1/meters/{id}/readouts', id, {});

/** Reads whatever meter has this address. */
export function readAddress({ bus, address, baudrate }: ReadOrder, stop: AbortSignal): Promise<Result<Readout>> {
  const request: Schemas['ReadoutRequest'] = { address, baudrate };
  return readOut('/api/v1/buses/{id}/readouts', bus, { headers: JSON_BODY, body: JSON.stringify(request), signal: stop });
}

/** Gives a meter another primary address, with proof before and after. */
export function setAddress({ bus, current, wanted, baudrate }: Order): Promise<Result<AddressSet>> {
  const request: Schemas['AddressRequest'] = { current, new: wanted, baudrate };
  return sendFor<Schemas['AddressSet']>('POST', path('/api/v1/buses/{id}/addresses'), request, bus);
}

/** A meter as the device of a driver, from the settings cache: asking costs no bus traffic. */
export const getDevice = (id: string) => get('/api/v1/meters/{id}/device', id);

/** Synchronizes a device now. */
export const synchronizeDevice = (id: string) => send('POST', path('/api/v1/meters/{id}/synchronization'), null, id);

/** The values a meter stored itself, under its own dates, every number with its digits. */
export const getHistory = async (id: string) => items(await get('/api/v1/meters/{id}/history', id));

/** How a meter is configured. */
export const getConfiguration = (id: string) => look<Schemas['MeterConfiguration']>('/api/v1/meters/{id}/configuration', id);

export function addMeter(form: Schemas['MeterForm']): Promise<Result<Tagged<Schemas['MeterConfiguration']>>> {
  return tagged(apiUrl('/api/v1/meters'), { method: 'POST', headers: JSON_BODY, body: JSON.stringify(form) });
}

/** Configures a meter anew; with the mark that was seen, nobody else's change is overwritten. */
export const changeMeter = (id: string, form: Schemas['MeterForm'], tag: string) =>
  change<Schemas['MeterConfiguration']>('/api/v1/meters/{id}/configuration', id, form, tag);

export function removeMeter(id: string, tag: string): Promise<Result<string>> {
  return call(apiUrl('/api/v1/meters/{id}', id), { method: 'DELETE', headers: { 'if-match': tag } });
}

/** The connection properties of a meter, and the port of its bus among them. */
export const getConnection = (id: string) => look<Schemas['Connection']>('/api/v1/meters/{id}/connection', id);
export const changeConnection = (id: string, form: ConnectionForm, tag: string) =>
  change<Schemas['Connection']>('/api/v1/meters/{id}/connection', id, form, tag);

/** Properties by their names; a text, on or off, or nothing. */
export type ConnectionForm = { properties: { name: string; value: string | boolean | null }[] };

/** Where a call goes: beside the page itself, wherever that was delivered from. */
export const apiUrl = (where: keyof paths, id?: string) => anyUrl(where, id);

function look<T>(where: keyof paths, id: string): Promise<Result<Tagged<T>>> {
  return tagged(apiUrl(where, id), { signal: AbortSignal.timeout(QUICK_MS) });
}

function change<T>(where: keyof paths, id: string, form: object, tag: string): Promise<Result<Tagged<T>>> {
  return tagged(apiUrl(where, id), { method: 'PUT', headers: { ...JSON_BODY, 'if-match': tag }, body: JSON.stringify(form) });
}

/** A path of the description. */
const path = (known: keyof paths) => known;

const get = <P extends keyof paths>(where: P, id?: string) => getAny<Answer<P, 'get'>>(where, id);

async function readOut(where: ReadoutPath, id: string, request: RequestInit): Promise<Result<Readout>> {
  const answer = await call(apiUrl(where, id), { ...request, method: 'POST' });
  if (!answer.ok) return answer;
  const view = parsed<Answer<ReadoutPath, 'post'>>(answer.value);
  return view.ok ? { ok: true, value: { view: view.value, source: answer.value } } : view;
}
