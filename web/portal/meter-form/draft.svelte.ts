// What is typed into the form of a meter. It stays while somebody looks at other pages, is logged
// out meanwhile, or is refused: nothing has to be typed twice.

import { createMeter, updateMeter } from '../api/client';
import type { FieldError, FormProblem, Meter, MeterForm, Model } from '../api/model';
import { fleet } from '../fleet.svelte';
import type { Menu } from '../routes';
import { needsLogin } from '../../access/session.svelte';
import { regWith, type PickedRegister } from '../../parts/telegram/register-config';
import type { Failure } from '../../rest/call';
import { language } from '../../texts/texts';

/** A fault at a field, in words that begin like a sentence. */
export interface Fault {
  field: string;
  row: number | null;
  /** In characters from 0. */
  position: number | null;
  words: string;
}

export class Draft {
  form: MeterForm = $state(emptyForm('other'));
  faults = $state.raw<Fault[]>([]);
  /** Why it was not saved, where that is not about a field. */
  failure = $state.raw<Failure | null>(null);
  saving = $state(false);
  /** Whether saving waits for somebody to log in. */
  waiting = $state(false);
  /** What somebody else has saved meanwhile. */
  changed = $state.raw<Meter | null>(null);
  /** The meter that is changed; `null` for a new one. */
  base = $state.raw<Meter | null>(null);
  #start = '';

  constructor(form: MeterForm, base: Meter | null = null) {
    this.begin(form, base);
  }

  /** Begins anew with what is saved. */
  begin(form: MeterForm, base: Meter | null = null): void {
    this.form = structuredClone(form);
    this.base = base;
    this.#start = JSON.stringify(form);
    this.faults = [];
    this.failure = null;
    this.changed = null;
    this.waiting = false;
  }

  /** Whether anything was typed. */
  get touched(): boolean {
    return JSON.stringify(this.form) !== this.#start;
  }

  fault(field: string, row: number | null = null): Fault | null {
    return this.faults.find((fault) => fault.field === field && fault.row === row) ?? null;
  }

  /** Another model: rows for what it needs, no empty rows for what only the last one needed. */
  chooseModel(model: Model | undefined): void {
    const needed = model?.parameters.filter((parameter) => parameter.required).map((parameter) => parameter.key) ?? [];
    const kept = this.form.parameters.filter((row) => row.value.trim() !== '' || needed.includes(row.key.trim()));
    const missing = needed.filter((key) => !kept.some((row) => row.key.trim() === key));
    this.form.parameters = [...kept, ...missing.map((key) => ({ key, value: '' }))];
    this.faults = this.faults.filter(({ field }) => !['model', 'parameters', 'key', 'value'].includes(field));
  }

  addRow(key = ''): void {
    this.form.parameters.push({ key, value: '' });
  }

  removeRow(row: number): void {
    this.form.parameters.splice(row, 1);
    // The faults below it move up with their rows.
    this.faults = this.faults
      .filter((fault) => fault.row !== row)
      .map((fault) => (fault.row !== null && fault.row > row ? { ...fault, row: fault.row - 1 } : fault));
  }

  /** Gives the saved meter, or nothing where it was not saved. */
  async save(edition = this.base?.edition ?? 0): Promise<Meter | null> {
    if (this.saving) return null;
    this.waiting = false;
    this.failure = null;
    // Rows nobody has filled are no part of the form.
    this.form.parameters = this.form.parameters.filter((row) => row.key.trim() !== '' || row.value.trim() !== '');
    this.faults = missingIn(this.form, fleet.gateway(this.form.gateway)?.buses.length ?? 0);
    if (this.faults.length > 0) return null;
    this.saving = true;
    const form = $state.snapshot(this.form) as MeterForm;
    const answer = this.base ? await updateMeter(this.base.id, form, edition) : await createMeter(form);
    this.saving = false;
    if (answer.ok) {
      this.changed = null;
      fleet.takeMeter(answer.value);
      fleet.gatewayChanged(answer.value.form.gateway);
      this.begin(answer.value.form as MeterForm, answer.value);
      return answer.value;
    }
    await this.#refused(answer.failure);
    return null;
  }

  async #refused(failure: Failure): Promise<void> {
    const problem = failure.kind === 'problem' ? (failure.problem as FormProblem) : null;
    if (needsLogin(failure)) this.waiting = true;
    else if (problem?.errors) this.faults = problem.errors.map(faultOf);
    else if (problem?.code === 'address_taken') {
      this.faults = [{ field: this.form.address.trim() ? 'address' : 'parameters', row: null, position: null, words: sentence(problem.detail ?? problem.title) }];
    } else if (problem?.status === 412 && this.base) await this.#compare(failure);
    else this.failure = failure;
  }

  async #compare(failure: Failure): Promise<void> {
    await fleet.refresh();
    const now = this.base && fleet.meter(this.base.id);
    if (now) this.changed = now;
    else this.failure = failure;
  }
}

/** What every meter needs and nobody has to ask the portal for. */
function missingIn(form: MeterForm, buses: number): Fault[] {
  const t = language.texts.portal.form.missing;
  const missing: Fault[] = [];
  const at = (field: string, words: string) => missing.push({ field, row: null, position: null, words });
  if (form.name.trim() === '') at('name', t.name);
  if (form.gateway === '') at('gateway', t.gateway);
  else if (buses > 1 && !form.bus) at('bus', t.bus);
  if (form.model === '') at('model', t.model);
  return missing;
}

function faultOf({ field, row, position, message }: FieldError): Fault {
  return { field, row, position, words: sentence(message) };
}

function sentence(text: string): string {
  // The key of a parameter is written as it is.
  const words = /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(words) ? words : `${words}.`;
}

export function emptyForm(menu: Menu): MeterForm {
  return {
    menu, name: '', address: '', gateway: '', bus: null, model: '', protocol: 'mbus', baudrate: 2400, mode: 'consumption', parameters: [],
  };
}

const drafts = new Map<string, Draft>();

/** The draft of a new meter under a menu. */
export function newDraft(menu: Menu): Draft {
  const key = `new ${menu}`;
  const draft = drafts.get(key) ?? new Draft(emptyForm(menu));
  drafts.set(key, draft);
  // Where there is only one, there is nothing to choose.
  const [only, another] = fleet.gateways;
  if (draft.form.gateway === '' && only && !another) draft.form.gateway = only.id;
  return draft;
}

/** The draft of a meter's changes; one that nobody has touched follows what is saved. */
export function editDraft(meter: Meter): Draft {
  const known = drafts.get(meter.id);
  if (!known) {
    const draft = new Draft(meter.form as MeterForm, meter);
    drafts.set(meter.id, draft);
    return draft;
  }
  if (!known.touched && known.base?.edition !== meter.edition) known.begin(meter.form as MeterForm, meter);
  return known;
}

export function dropDraft(key: string): void {
  drafts.delete(key);
}

/** The draft of a meter with the lines that somebody picked from its telegram as registers. */
export function takeRegisters(meter: Meter, picked: readonly PickedRegister[], takesReg: boolean): void {
  const draft = editDraft(meter);
  const { form } = draft;
  // Only the models that have no registers of their own take some.
  if (!takesReg) form.model = 'generic_mbus';
  const row = form.parameters.find((one) => one.key.trim() === 'reg');
  if (row) row.value = regWith(row.value, picked);
  else form.parameters.push({ key: 'reg', value: regWith('', picked) });
}
