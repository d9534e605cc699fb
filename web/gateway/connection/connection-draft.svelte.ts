// What is typed into Edit Device Properties, and the way it goes from there.

import { changeConnection, getConnection } from '../api/client';
import type { Connection, Meter } from '../api/model';
import { live } from '../live.svelte';
import { needsLogin } from '../../access/session.svelte';
import { faultsOf } from '../../meter-form/faults';
import type { Fault } from '../../meter-form/model';
import type { Failure, Tagged } from '../../rest/call';

export const TCP = 'M-Bus TCP';
export const SERIAL = 'M-Bus Serial';

/** The defaults of the standard, for a port that was none of this kind before. */
const USUAL: Record<string, string> = { 'Baud Rate': '2400', 'Data Bits': '8', 'Stop Bits': '1', Parity: 'even' };
const PORT = new Set(['Connection Type', 'IP address or host name', 'Port', 'Baud Rate', 'Data Bits', 'Stop Bits', 'Parity']);

/** Whether a property is of the port, which the meters of a bus share. */
export const isOfPort = (name: string) => PORT.has(name);

type Values = Record<string, string | boolean>;

export class ConnectionDraft {
  values = $state<Values>({});
  faults = $state.raw<Fault[]>([]);
  failure = $state.raw<Failure | null>(null);
  saving = $state(false);
  waiting = $state(false);
  changed = $state.raw<Tagged<Connection> | null>(null);
  base: Tagged<Connection> = $state.raw() as Tagged<Connection>;
  /** What the last save changed. */
  saved = $state<'port' | 'meter' | null>(null);
  #ports: Record<string, string> = {};

  readonly #meter: string;

  constructor(meter: string, base: Tagged<Connection>) {
    this.#meter = meter;
    this.begin(base);
  }

  begin(base: Tagged<Connection>): void {
    this.base = base;
    this.values = valuesOf(base.value);
    this.#ports = {};
    this.faults = [];
    this.failure = null;
    this.changed = null;
    this.waiting = false;
    this.saved = null;
  }

  get touched(): boolean {
    return this.portTouched || this.#changes(false);
  }

  /** Whether the port is to be another. */
  get portTouched(): boolean {
    return this.#changes(true);
  }

  #changes(port: boolean): boolean {
    const before = valuesOf(this.base.value);
    return Object.keys(before).some((name) => isOfPort(name) === port && this.values[name] !== before[name]);
  }

  get serial(): boolean {
    return this.values['Connection Type'] === SERIAL;
  }

  fault(name: string): Fault | null {
    return this.faults.find((fault) => fault.field === name) ?? null;
  }

  /** Another kind of connection has another kind of port; both stay as typed. */
  chooseType(type: string): void {
    const { values } = this;
    this.#ports[String(values['Connection Type'])] = String(values['Port'] ?? '');
    values['Connection Type'] = type;
    values['Port'] = this.#ports[type] ?? '';
    if (type === SERIAL) for (const [name, usual] of Object.entries(USUAL)) values[name] ||= usual;
    this.faults = this.faults.filter((fault) => !isOfPort(fault.field));
  }

  /** Called by its number, a meter is known by what it has told; an address it has to be given. */
  chooseSecondary(on: boolean, identification: Meter['identification']): void {
    const { values } = this;
    const before = valuesOf(this.base.value);
    values['Use Secondary Addressing'] = on;
    const same = before['Use Secondary Addressing'] === on;
    values['Meter Address'] = same ? String(before['Meter Address'] ?? '') : on ? (identification?.id ?? '') : '';
    if (on && !same && identification) {
      values['Manufacturer'] = identification.manufacturer;
      values['Version'] = String(identification.version);
      values['Medium'] = identification.device_type;
    }
    this.faults = this.faults.filter((fault) => isOfPort(fault.field));
  }

  async save(tag = this.base?.tag ?? ''): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    this.saved = null;
    this.waiting = false;
    this.failure = null;
    this.faults = [];
    const port = this.portTouched;
    const wanted = { port, meter: this.#changes(false) };
    const typed = Object.entries($state.snapshot(this.values));
    const properties = typed.filter(([name]) => (isOfPort(name) ? wanted.port : wanted.meter)).map(([name, value]) => ({ name, value }));
    const answer = await changeConnection(this.#meter, { properties }, tag);
    this.saving = false;
    if (answer.ok) {
      this.begin(answer.value);
      this.saved = port ? 'port' : 'meter';
      await live.refresh();
    } else await this.#refused(answer.failure, tag);
  }

  async #refused(failure: Failure, tag: string): Promise<void> {
    const faults = faultsOf(failure);
    if (needsLogin(failure)) this.waiting = true;
    else if (faults) this.faults = faults;
    else if (failure.kind === 'problem' && failure.problem.status === 412) {
      const now = await getConnection(this.#meter);
      if (!now.ok) this.failure = now.failure;
      else if (now.value.tag !== tag && same(now.value.value, this.base.value)) {
        // The mark is of the whole file: something else in it was changed.
        this.base = now.value;
        await this.save();
      } else this.changed = now.value;
    } else this.failure = failure;
  }
}

const same = (one: Connection, other: Connection) => JSON.stringify(one.properties) === JSON.stringify(other.properties);

/** What the fields show; a property without a value is an empty field. */
function valuesOf({ properties }: Connection): Values {
  return Object.fromEntries(properties.map(({ name, value }) => [name, value ?? '']));
}

const drafts = new Map<string, ConnectionDraft>();

/** The draft of a meter's connection; one that nobody has touched follows what is saved. */
export function connectionDraft(meter: string, saved: Tagged<Connection>): ConnectionDraft {
  const known = drafts.get(meter);
  if (known) {
    if (!known.touched && !known.saving) known.begin(saved);
    return known;
  }
  const draft = new ConnectionDraft(meter, saved);
  drafts.set(meter, draft);
  return draft;
}
