// How a gateway is, in words; and whether somebody should look at it.

import type { Finding, Gateway, Meter } from '../api/model';
import { configurationOf, isFailing, stateOf } from '../meter-state';
import { ageText } from '../../parts/age';
import type { State } from '../../parts/StateMark.svelte';
import { count, fill, language } from '../../texts/texts';

/** The icon and the word of its state. */
export function markOf(gateway: Gateway): { state: State; word: string } {
  const word = language.texts.places.gateways.states[gateway.state];
  const state = gateway.state === 'online' ? 'online' : gateway.state === 'offline' ? 'offline' : 'waiting';
  return { state, word };
}

/** What it reads by, in a few words. */
export function revisionWord(gateway: Gateway): string {
  const t = language.texts.places.gateways.revisions;
  return fill(t[configurationOf(gateway)], { revision: gateway.wanted_revision });
}

/** Whether somebody should look at it. */
export function isTroubled(gateway: Gateway): boolean {
  const bad = gateway.state !== 'online' || configurationOf(gateway) === 'refused';
  return bad || gateway.problems.length > 0 || gateway.buses.some((bus) => bus.problem !== null);
}

/** The answer to "Does this gateway listen, and does it read what it should?" */
export function answerOf(gateway: Gateway, meters: readonly Meter[], now: number): string {
  const t = language.texts.places.gateway;
  const revision = gateway.wanted_revision;
  if (gateway.state === 'unclaimed') return t.answerUnclaimed;
  if (gateway.state === 'offline') {
    if (gateway.last_seen_at === null) return t.answerOfflineNever;
    return fill(t.answerOffline, { age: ageText(Date.parse(gateway.last_seen_at), now, language.texts.age) });
  }
  const configuration = configurationOf(gateway);
  if (configuration === 'refused') return fill(t.answerRefused, { revision });
  const bad = gateway.buses.filter((bus) => bus.problem !== null || bus.state === 'offline').length;
  if (bad > 0) return count(t.answerBuses, bad, { all: gateway.buses.length });
  if (gateway.problems.length > 0) return t.answerProblems;
  if (configuration === 'sent') return fill(t.answerSent, { revision });
  const failing = meters.filter((meter) => isFailing(stateOf(meter, gateway))).length;
  if (failing > 0) return count(t.answerFailing, failing, { revision, all: meters.length });
  return configuration === 'none' ? t.answerNothing : fill(t.answerWell, { revision });
}

/** What is wrong with it itself; what is wrong with a bus stands at the bus. */
export function troublesOf(gateway: Gateway): Pick<Finding, 'what' | 'why' | 'remedy' | 'severity' | 'since'>[] {
  const t = language.texts.places.gateway;
  const away = { severity: 'fault' as const, since: gateway.last_seen_at, what: fill(t.away, { gateway: gateway.name }), why: t.awayWhy, remedy: t.awayRemedy };
  const refused = configurationOf(gateway) === 'refused' ? (gateway.reported?.problems ?? []) : [];
  return [...(gateway.state === 'offline' ? [away] : []), ...refused, ...gateway.problems];
}

/** Whether every word typed occurs in what is known of the gateway. */
export function matches(gateway: Gateway, site: string, wanted: string): boolean {
  const known = [
    gateway.id, gateway.name, site, gateway.version, markOf(gateway).word, revisionWord(gateway),
    ...gateway.buses.flatMap((bus) => [bus.id, bus.name]),
  ];
  const text = known.filter(Boolean).join('\n').toLowerCase();
  return wanted.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}

/** What became of a revision. */
export type Fate = 'applied' | 'refused' | 'sent' | 'waiting' | 'replaced';

/** The gateway tells only of the last one it looked at; those before it were replaced. */
export function fateOf(revision: number, gateway: Gateway): Fate {
  const reported = gateway.reported;
  if (reported?.revision === revision) return reported.applied ? 'applied' : 'refused';
  if (revision < gateway.wanted_revision) return 'replaced';
  return gateway.state === 'online' ? 'sent' : 'waiting';
}
