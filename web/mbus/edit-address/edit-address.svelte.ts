// The form of Edit MBus Address and how the last change ended. They stay while the user looks at
// other pages: what was begun is finished whoever looks.

import type { AddressSet, AddressState, EditAddressApi, Order } from './model';
import { login, needsLogin } from '../../access/session.svelte';
import { meterAddress, newAddress, type AddressFault } from '../meter-address';
import { nothingTold, type Progress, type Told } from '../progress';
import { clock } from '../../parts/clock.svelte';
import type { Failure, Result } from '../../rest/call';
import { fill, language } from '../../texts/texts';

/** How a change ended. */
export interface LastChange {
  order: Order;
  at: number;
  result: { ok: true; change: AddressSet } | { ok: false; failure: Failure };
}

type Fields = 'current' | 'wanted';

export class EditAddress {
  bus = $state('');
  current = $state('0');
  wanted = $state('');
  baudrate = $state(2400);
  /** What is wrong with an address as typed. */
  fault = $state.raw<{ field: Fields; words: string } | null>(null);
  /** The change under way: since when. */
  changing = $state.raw<{ order: Order; since: number } | null>(null);
  /** The change that waits for somebody to log in. */
  waiting = $state.raw<Order | null>(null);
  last = $state.raw<LastChange | null>(null);
  /** How far it is, where that is told. */
  told = $state.raw<Told>(nothingTold);
  readonly #api: EditAddressApi;

  constructor(api: EditAddressApi) {
    this.#api = api;
  }

  /** Looks at the fields and, where they are right, begins. */
  async change(): Promise<void> {
    if (this.changing) return;
    this.waiting = null;
    const current = meterAddress(this.current);
    const wanted = newAddress(this.wanted);
    this.fault =
      'fault' in current ? { field: 'current', words: currentWords(current) }
      : 'fault' in wanted ? { field: 'wanted', words: newWords(wanted) }
      : null;
    if (this.fault || 'fault' in wanted) return;
    const { bus, baudrate } = this;
    await this.#run({ bus, current: this.current.trim(), wanted: wanted.address, baudrate });
  }

  /** Goes on with what waited for the login. */
  async goOn(): Promise<void> {
    const order = this.waiting;
    this.waiting = null;
    if (order) await this.#run(order);
  }

  async #run(order: Order): Promise<void> {
    clock.tick();
    await this.follow(order, clock.now, (progress) => this.#api.setAddress(order, progress));
  }

  /** Waits for a change and keeps what comes of it. */
  async follow(
    order: Order,
    since: number,
    change: (progress: Progress) => Promise<Result<AddressSet>>,
    /** When it ended, where it had ended before this page was there. */
    ended?: number,
  ): Promise<void> {
    if (this.changing) return;
    this.last = null;
    this.told = nothingTold;
    this.changing = { order, since };
    const result = await change((told) => (this.told = told));
    clock.tick();
    if (!result.ok && needsLogin(result.failure)) {
      await login.refresh();
      this.waiting = order;
    } else if (!result.ok && result.failure.kind === 'problem' && result.failure.problem.status === 422) {
      // It was refused before anything was sent: that is said at its field.
      const { detail, title } = result.failure.problem;
      const [, field, words] = /^(current|new): (.*)$/s.exec(detail ?? '') ?? [];
      this.fault = { field: field === 'new' ? 'wanted' : 'current', words: words ?? detail ?? title };
    } else {
      this.last = { order, at: ended ?? clock.now, result: result.ok ? { ok: true, change: result.value } : result };
    }
    this.changing = null;
  }
}

/** Which address the meter has after a change that failed, as far as that is known. */
export function stateAfter(failure: Failure): AddressState {
  if (failure.kind !== 'problem') return 'unknown';
  const { state, status } = failure.problem;
  // Refused before it began. Any other answer that does not tell leaves open what was written.
  const known = (['unchanged', 'unknown', 'changed_unverified'] as const).find((one) => one === state);
  return known ?? (status >= 400 && status < 500 ? 'unchanged' : 'unknown');
}

function currentWords(fault: AddressFault): string {
  const t = language.texts.editAddress.currentFault;
  switch (fault.fault) {
    case 'range':
      return fill(t.range, fault);
    case 'digit':
      return fill(t.digit, fault);
    case 'length':
      return fill(t.length, fault);
    default:
      return t.empty;
  }
}

function newWords(fault: AddressFault): string {
  const t = language.texts.editAddress.newFault;
  switch (fault.fault) {
    case 'range':
      return fill(t.range, fault);
    case 'digit':
      return fill(t.digit, fault);
    case 'length':
      return fill(t.length, fault);
    case 'unconfigured':
      return t.unconfigured;
    case 'empty':
      return t.empty;
  }
}
