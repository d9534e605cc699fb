// The calls the pages make. A call gives its answer or the reason why there is none; it never throws.

import type { Command, Meter, MeterForm, ReadingPage, Readout } from './model';
import type { components, paths } from './schema';
import type { Span } from '../../parts/chart/period';
import type { Step } from '../../parts/chart/bars';
import type { Point } from '../../parts/chart/points';
import { readTexts } from '../../parts/telegram/exact-json';
import { apiUrl, call, get as getAt, items, JSON_BODY, parsed, sendFor, type Result } from '../../rest/call';

type Schemas = components['schemas'];

/** What a call answers when all is well, by the portal's own description. */
type Answer<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } }
  ? Body
  : never;

const get = <P extends keyof paths>(path: P, id?: string): Promise<Result<Answer<P>>> => getAt(path, id);

export const getSites = async () => items(await get('/api/v1/sites'));
export const getOverview = () => get('/api/v1/overview');
export const getGateways = async () => items(await get('/api/v1/gateways'));
export const getGateway = (id: string) => get('/api/v1/gateways/{id}', id);
export const getMeters = async () => items(await get('/api/v1/meters'));
export const getMeter = (id: string) => get('/api/v1/meters/{id}', id);
export const getModels = async () => items(await get('/api/v1/models'));

/** A command and the text it came as, which has the exact digits of every number. */
export async function getCommand(id: string): Promise<Result<{ command: Command; source: string }>> {
  const answer = await call(apiUrl('/api/v1/commands/{id}', id), { signal: AbortSignal.timeout(SERIES_MS) });
  if (!answer.ok) return answer;
  const command = parsed<Command>(answer.value);
  return command.ok ? { ok: true, value: { command: command.value, source: answer.value } } : command;
}

export const createMeter = (form: MeterForm) => sendFor<Meter>('POST', '/api/v1/meters', form);

/** Changes a meter; with the edition that was loaded, nobody else's change is overwritten. */
export function updateMeter(id: string, form: MeterForm, edition: number): Promise<Result<Meter>> {
  return conditional('PUT', id, edition, form);
}

export const removeMeter = (id: string, edition: number): Promise<Result<unknown>> => conditional('DELETE', id, edition);

/** From now on the portal configures a meter that was configured at its gateway. */
export const adoptMeter = (id: string) => sendFor<unknown>('POST', '/api/v1/meters/{id}/adoption', null, id);

/** Has a meter read now by its gateway; the command says how that goes. */
export const readMeter = (id: string) => sendFor<Command>('POST', '/api/v1/meters/{id}/readouts', null, id);

/** The index of a meter over time, every number with its digits. */
export async function getIndex(id: string, span: Span): Promise<Result<IndexHistory>> {
  const answer = await series<Schemas['IndexSeries']>('/api/v1/meters/{id}/index', id, span);
  if (!answer.ok) return answer;
  const { points, ...rest } = answer.value;
  return { ok: true, value: { ...rest, points: points.map(({ at, value }) => ({ at: Date.parse(at), value: textOf(value) })) } };
}

/** What a meter counted over time, every number with its digits. */
export async function getConsumption(id: string, span: Span): Promise<Result<ConsumptionHistory>> {
  const answer = await series<Schemas['ConsumptionSeries']>('/api/v1/meters/{id}/consumption', id, span);
  if (!answer.ok) return answer;
  const { steps, ...rest } = answer.value;
  const told = steps.map(({ from, to, amount, code, text }) => ({
    from: Date.parse(from), to: Date.parse(to), amount: textOf(amount), code, text,
  }));
  return { ok: true, value: { ...rest, steps: told } };
}

/** What a meter said, the newest first. */
export function getReadings(id: string, limit: number, after: string | null = null): Promise<Result<ReadingPage>> {
  const query = new URLSearchParams({ limit: String(limit), ...(after !== null && { after }) });
  return quick(`${apiUrl('/api/v1/meters/{id}/readings', id)}?${query}`);
}

/** A stored readout with its telegrams, and the text it came as. */
export async function getReadout(id: string): Promise<Result<{ readout: Readout; source: string }>> {
  const answer = await call(apiUrl('/api/v1/readouts/{id}', id), { signal: AbortSignal.timeout(SERIES_MS) });
  if (!answer.ok) return answer;
  const readout = parsed<Readout>(answer.value);
  return readout.ok ? { ok: true, value: { readout: readout.value, source: answer.value } } : readout;
}

export interface IndexHistory {
  register: string | null;
  unit: string | null;
  is_cut: boolean;
  points: Point[];
}

export interface ConsumptionHistory {
  register: string | null;
  unit: string | null;
  is_cut: boolean;
  steps: Step[];
}

const SERIES_MS = 30_000;

async function series<T>(path: keyof paths, id: string, { from, to }: Span): Promise<Result<T>> {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const answer = await call(`${apiUrl(path, id)}?${query}`, { signal: AbortSignal.timeout(SERIES_MS) });
  if (!answer.ok) return answer;
  try {
    return { ok: true, value: readTexts(answer.value) as T };
  } catch {
    return parsed(answer.value);
  }
}

/** A number that was read as its text. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

async function quick<T>(url: string): Promise<Result<T>> {
  const answer = await call(url, { signal: AbortSignal.timeout(SERIES_MS) });
  return answer.ok ? parsed(answer.value) : answer;
}

async function conditional<T>(method: 'PUT' | 'DELETE', id: string, edition: number, body?: object): Promise<Result<T>> {
  const headers = { ...JSON_BODY, 'if-match': `"${edition}"` };
  const answer = await call(apiUrl('/api/v1/meters/{id}', id), { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) return answer;
  return answer.value === '' ? { ok: true, value: undefined as T } : parsed(answer.value);
}
