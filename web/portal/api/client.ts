// The calls the pages make. A call gives its answer or the reason why there is none; it never throws.

import type { Command, Meter, MeterForm, ReadingPage, Readout } from './model';
import type { components, paths } from './schema';
import type { Span } from '../../parts/chart/period';
import type { Bar, Mark } from '../../parts/chart/bars';
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

/** A register of a meter over time, every number with its digits; the value on the dial where none is named. */
export async function getIndex(id: string, span: Span, register: string | null): Promise<Result<IndexHistory>> {
  const query = { ...spanQuery(span), ...(register !== null && { register }) };
  const answer = await series<Schemas['IndexSeries']>('/api/v1/meters/{id}/index', id, query);
  if (!answer.ok) return answer;
  const { points, ...rest } = answer.value;
  const told = points.map(({ at, value, after_gap }) => ({ at: Date.parse(at), value: textOf(value), afterGap: after_gap }));
  return { ok: true, value: { ...rest, points: told } };
}

/** What a meter counted, bar by bar, every number with its digits. */
export async function getConsumption(id: string, span: Span, bars: BarKind): Promise<Result<ConsumptionHistory>> {
  const answer = await series<Schemas['ConsumptionSeries']>('/api/v1/meters/{id}/consumption', id, { ...spanQuery(span), ...bars });
  if (!answer.ok) return answer;
  const { steps, events, unit, is_cut } = answer.value;
  const told = steps.map(({ from, to, amount, is_estimate }) => ({
    from: Date.parse(from), to: Date.parse(to), amount: textOf(amount), estimate: is_estimate,
  }));
  return { ok: true, value: { unit, is_cut, bars: told, marks: events.map(({ at, code, text }) => ({ at: Date.parse(at), code, text })) } };
}

/** The same as files for spreadsheets. */
export function csvUrl(id: string, span: Span, what: { register: string } | BarKind): string {
  const path = 'register' in what ? '/api/v1/meters/{id}/readings.csv' : '/api/v1/meters/{id}/consumption.csv';
  return `${apiUrl(path, id)}?${new URLSearchParams({ ...spanQuery(span), ...what })}`;
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
  /** The registers there are, the value on the dial first. */
  registers: string[];
  is_cut: boolean;
  points: Point[];
}

export interface ConsumptionHistory {
  unit: string | null;
  is_cut: boolean;
  bars: Bar[];
  marks: Mark[];
}

/** How long a bar is, and whose days they are. */
export type BarKind = { period: 'hour' | 'day' | 'month'; zone: string };

const SERIES_MS = 30_000;

const spanQuery = ({ from, to }: Span) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

async function series<T>(path: keyof paths, id: string, query: Record<string, string>): Promise<Result<T>> {
  const answer = await call(`${apiUrl(path, id)}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(SERIES_MS) });
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
