// What is typed into the form of a meter of the portal, and the way it goes from there.

import { createMeter, updateMeter } from '../api/client';
import type { Meter, MeterForm } from '../api/model';
import { fleet } from '../fleet.svelte';
import type { Menu } from '../routes';
import { faultAt, sentence } from '../../meter-form/faults';
import { FormDraft } from '../../meter-form/form-draft.svelte';
import type { Fault } from '../../meter-form/model';
import { regWith, type PickedRegister } from '../../parts/telegram/register-config';
import type { Failure } from '../../rest/call';
import { language } from '../../texts/texts';

export class Draft extends FormDraft<MeterForm, Meter> {
  /** Gives the saved meter, or nothing where it was not saved. */
  async save(edition = this.base?.edition ?? 0): Promise<Meter | null> {
    const answer = await this.attempt(
      (form) => missingIn(form, fleet.gateway(form.gateway)?.buses.length ?? 0),
      (form) => (this.base ? updateMeter(this.base.id, form, edition) : createMeter(form)),
    );
    if (!answer) return null;
    if (answer.ok) {
      fleet.takeMeter(answer.value);
      fleet.gatewayChanged(answer.value.form.gateway);
      this.begin(answer.value.form as MeterForm, answer.value);
      return answer.value;
    }
    await this.#refused(answer.failure);
    return null;
  }

  async #refused(failure: Failure): Promise<void> {
    const problem = failure.kind === 'problem' ? failure.problem : null;
    if (problem?.code === 'address_taken') {
      this.faults = [faultAt(this.form.address.trim() ? 'address' : 'parameters', sentence(problem.detail ?? problem.title))];
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
  const t = language.texts.meterForm.missing;
  const missing: Fault[] = [];
  if (form.name.trim() === '') missing.push(faultAt('name', t.name));
  if (form.gateway === '') missing.push(faultAt('gateway', language.texts.portal.form.missing.gateway));
  else if (buses > 1 && !form.bus) missing.push(faultAt('bus', t.bus));
  if (form.model === '') missing.push(faultAt('model', t.model));
  return missing;
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
