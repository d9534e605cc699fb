// What is typed into the form of a meter. It stays while somebody looks at other pages, is logged
// out meanwhile, or is refused: nothing has to be typed twice. Each server has a draft of its own
// on top of this one, which says where it goes.

import { faultsOf } from './faults';
import type { Fault, Model, ParameterRow } from './model';
import { needsLogin } from '../access/session.svelte';
import type { Failure, Result } from '../rest/call';

/** What every form of a meter has. */
export interface AnyForm {
  address: string;
  model: string;
  parameters: ParameterRow[];
}

export class FormDraft<Form extends AnyForm, Saved> {
  form: Form = $state() as Form;
  faults = $state.raw<Fault[]>([]);
  /** Why it was not saved, where that is not about a field. */
  failure = $state.raw<Failure | null>(null);
  saving = $state(false);
  /** Whether saving waits for somebody to log in. */
  waiting = $state(false);
  /** What somebody else has saved meanwhile. */
  changed = $state.raw<Saved | null>(null);
  /** The meter that is changed; `null` for a new one. */
  base = $state.raw<Saved | null>(null);
  #start = '';

  constructor(form: Form, base: Saved | null = null) {
    this.#take(form, base);
  }

  /** Begins anew with what is saved. */
  begin(form: Form, base: Saved | null = null): void {
    this.#take(form, base);
  }

  #take(form: Form, base: Saved | null): void {
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

  /**
   * Sends the form, unless something is missing already. Faults at fields and a missing login are
   * kept here; gives what was saved, or why not where that is for another reason.
   */
  protected async attempt(
    missing: (form: Form) => Fault[],
    send: (form: Form) => Promise<Result<Saved>>,
  ): Promise<Result<Saved> | null> {
    if (this.saving) return null;
    this.waiting = false;
    this.failure = null;
    // Rows nobody has filled are no part of the form.
    this.form.parameters = this.form.parameters.filter((row) => row.key.trim() !== '' || row.value.trim() !== '');
    this.faults = missing(this.form);
    if (this.faults.length > 0) return null;
    this.saving = true;
    const answer = await send($state.snapshot(this.form) as Form);
    this.saving = false;
    if (answer.ok) return answer;
    this.waiting = needsLogin(answer.failure);
    if (this.waiting) return null;
    this.faults = faultsOf(answer.failure) ?? [];
    return this.faults.length > 0 ? null : answer;
  }
}
