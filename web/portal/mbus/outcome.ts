// What came of a command, in the form in which the pages of a gateway tell it.

import { identificationOfWire } from './identification';
import type { Ended } from './remote.svelte';
import type { Command } from '../api/model';
import type { AddressSet, AddressState } from '../../mbus/edit-address/model';
import { clock } from '../../parts/clock.svelte';
import type { Readout } from '../../parts/telegram/view';
import { timeOfDay } from '../../parts/time';
import type { Failure } from '../../rest/call';
import { fill, language } from '../../texts/texts';

/** The readout of a command that was answered. */
export function readoutOf({ command, source }: Ended): Readout | null {
  return command.heard ? { view: command.heard, source } : null;
}

/** The change of address that was done. */
export function addressSet({ command }: Ended): AddressSet | null {
  const changed = command.address_changed;
  if (!changed) return null;
  return {
    address: changed.new,
    was: changed.previous,
    identification: identificationOfWire(changed.identification),
    checks: changed.steps,
    // The steps tell the write, unless there was none.
    write: changed.previous === String(changed.new) ? null : 'told',
    findings: [],
    trace: [],
  };
}

/** Why a command was not done. */
export function failureOf(command: Command, gateway: string): Failure {
  const t = language.texts.places.remote;
  const problem = { title: '', status: 502, state: stateOf(command) };
  if (command.finding) return { kind: 'problem', problem: { ...problem, title: command.finding.what, code: command.finding.code, finding: command.finding } };
  const nobody = { code: command.state, severity: 'fault' as const, since: null };
  const times = { asked: timeOfDay(command.created_at, clock.timeZone), expired: timeOfDay(command.expires_at, clock.timeZone) };
  const finding =
    command.state === 'expired' ?
      { ...nobody, what: fill(t.expired, { gateway }), why: fill(t.expiredWhy, times), remedy: t.expiredRemedy }
    : { ...nobody, what: t.odd, why: '', remedy: t.oddRemedy };
  return { kind: 'problem', problem: { ...problem, title: finding.what, finding } };
}

/** A command was taken back before its gateway had fetched it. */
export function withdrawal(): Failure {
  const t = language.texts.places.remote;
  const finding = { code: 'withdrawn', severity: 'attention' as const, since: null, what: t.withdrawn, why: t.withdrawnWhy, remedy: '' };
  return { kind: 'problem', problem: { title: t.withdrawn, status: 409, finding } };
}

/** Codes that tell which address the meter has, though something was written. */
const TOLD: Record<string, AddressState> = { not_acknowledged: 'unchanged', ignored: 'unchanged', old_address_answers: 'changed_unverified' };

/** Which address the meter has: as before, unless the write had begun. */
function stateOf(command: Command): AddressState {
  const code = command.finding?.code ?? '';
  const begun = code === 'interrupted' || command.progress.some((step) => step.step === 'writing' || step.step === 'verifying');
  return TOLD[code] ?? (begun ? 'unknown' : 'unchanged');
}
