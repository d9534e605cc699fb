// What an entry of the audit log says, in words.

import type { AuditEntry } from '../model';
import { absoluteTime } from '../../parts/time';
import { fill, language } from '../../texts/texts';

/** What was done, as a sentence; a kind this page does not know is told by its own word. */
export function whatWas(entry: Pick<AuditEntry, 'action' | 'details'>): string {
  const template = templateOf(entry.action);
  if (template === undefined) return entry.action;
  return template.replace(/\{(\w+)\}/g, (_place, name: string) => plain(valueOf(entry.details, name)) || '?');
}

/** Numbers that mean nothing to anybody. */
const UNTOLD = new Set(['session']);

/** What the sentence does not say, name by name. */
export function moreOf(entry: Pick<AuditEntry, 'action' | 'details'>): { name: string; value: string }[] {
  const said = new Set([...(templateOf(entry.action) ?? '').matchAll(/\{(\w+)\}/g)].map((place) => place[1]));
  return flat(entry.details).filter(({ name, value }) => value !== '' && !said.has(name) && !UNTOLD.has(name));
}

/** Who did it. */
export function whoDid(entry: Pick<AuditEntry, 'who' | 'via' | 'token'>): string {
  const t = language.texts.administration.audit;
  if (!entry.who) return t.nobody;
  return entry.via === 'program' ? fill(t.program, { name: entry.who }) : entry.who;
}

/** Whether an entry has all the words somebody looks for. */
export function matches(entry: AuditEntry, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const t = language.texts.administration.audit;
  const text = [
    whatWas(entry), entry.action, whoDid(entry), entry.token, entry.source, entry.reason, t.result[entry.result],
    ...moreOf(entry).map(({ name, value }) => `${name} ${value}`), absoluteTime(entry.at, 'UTC'),
  ].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

function templateOf(action: string): string | undefined {
  const known: Record<string, string> = language.texts.administration.audit.action;
  return Object.hasOwn(known, action) ? known[action] : undefined;
}

function valueOf(details: unknown, name: string): unknown {
  return typeof details === 'object' && details !== null ? (details as Record<string, unknown>)[name] : undefined;
}

/** The details one below another, each by its own name; rows of key and value by their keys. */
function flat(details: unknown, name = ''): { name: string; value: string }[] {
  if (Array.isArray(details)) return details.flatMap((one) => (isRow(one) ? [{ name: one.key, value: plain(one.value) }] : flat(one, name)));
  if (typeof details !== 'object' || details === null) return [{ name, value: plain(details) }];
  return Object.entries(details).flatMap(([inner, value]) => flat(value, inner));
}

const isRow = (one: unknown): one is { key: string; value: unknown } =>
  typeof one === 'object' && one !== null && 'key' in one && typeof one.key === 'string' && 'value' in one;

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
}
