// What is typed into the form of a meter of this gateway, and the way it goes from there.

import { addMeter, changeMeter, getConfiguration } from '../api/client';
import type { MeterConfiguration } from '../api/model';
import { live } from '../live.svelte';
import { faultAt } from '../../meter-form/faults';
import { FormDraft } from '../../meter-form/form-draft.svelte';
import type { Fault, ParameterRow } from '../../meter-form/model';
import type { Failure, Tagged } from '../../rest/call';
import { language } from '../../texts/texts';

/** The form. What is left empty is as the bus says. */
export interface Form {
  name: string;
  bus: string;
  address: string;
  model: string;
  baudrate: number | null;
  interval: string;
  process_historical_data: boolean;
  suspended: boolean;
  parameters: ParameterRow[];
}

/** A meter as it is configured, and the mark that a change of it needs. */
export type Configured = Tagged<MeterConfiguration>;

export class Draft extends FormDraft<Form, Configured> {
  /** Whether the meter was taken out of the configuration meanwhile. */
  gone = $state(false);
  /** What was filled in by the page, in words. */
  note = $state('');
  /** A new meter takes this id, so that it goes on where one of that id ended. */
  #id: string | null = null;

  override begin(form: Form, base: Configured | null = null): void {
    super.begin(form, base);
    this.gone = false;
    this.note = '';
    this.#id = null;
  }

  /** Saves it as a meter that is not there any more. */
  addAgain(): Promise<Configured | null> {
    this.#id = this.base?.value.id ?? null;
    this.base = null;
    this.gone = false;
    return this.save();
  }

  /** Gives the saved meter, or nothing where it was not saved. */
  async save(tag = this.base?.tag ?? ''): Promise<Configured | null> {
    const answer = await this.attempt(missingIn, (form) =>
      this.base ? changeMeter(this.base.value.id, form, tag) : addMeter({ ...form, id: this.#id }),
    );
    if (!answer) return null;
    if (!answer.ok) return this.#refused(answer.failure, tag);
    this.begin(formOf(answer.value.value), answer.value);
    await live.refresh();
    return answer.value;
  }

  async #refused(failure: Failure, tag: string): Promise<Configured | null> {
    const status = failure.kind === 'problem' ? failure.problem.status : 0;
    if (!this.base || (status !== 412 && status !== 404)) {
      this.failure = failure;
      return null;
    }
    const now = await getConfiguration(this.base.value.id);
    if (!now.ok) {
      this.gone = now.failure.kind === 'problem' && now.failure.problem.status === 404;
      this.failure = this.gone ? null : now.failure;
      return null;
    }
    // The mark is of the whole file: somebody may have changed another meter only.
    const same = JSON.stringify(formOf(now.value.value)) === JSON.stringify(formOf(this.base.value));
    if (same && now.value.tag !== tag) {
      this.base = now.value;
      return this.save();
    }
    this.changed = now.value;
    return null;
  }
}

/** What every meter needs and nobody has to ask the gateway for. */
function missingIn(form: Form): Fault[] {
  const t = language.texts.meterForm.missing;
  const missing: Fault[] = [];
  if (form.name.trim() === '') missing.push(faultAt('name', t.name));
  if (form.bus === '') missing.push(faultAt('bus', t.bus));
  if (form.model === '') missing.push(faultAt('model', t.model));
  return missing;
}

export function emptyForm(): Form {
  return {
    name: '', bus: '', address: '', model: '', baudrate: null, interval: '', process_historical_data: false, suspended: false, parameters: [],
  };
}

/** The form of a meter as it is configured. */
export function formOf(meter: MeterConfiguration): Form {
  const { name, bus, model, process_historical_data, suspended } = meter;
  return {
    name, bus, address: meter.address ?? '', model, baudrate: meter.baudrate ?? null, interval: meter.interval ?? '',
    process_historical_data, suspended, parameters: meter.parameters.map(({ key, value }) => ({ key, value })),
  };
}

const drafts = new Map<string, Draft>();
/** No meter is called so: ids have small letters. */
const NEW = 'NEW';

/** The draft of a new meter. */
export function newDraft(): Draft {
  const draft = drafts.get(NEW) ?? new Draft(emptyForm());
  drafts.set(NEW, draft);
  // Where there is only one, there is nothing to choose.
  const [only, another] = live.buses ?? [];
  if (draft.form.bus === '' && only && !another && !draft.touched) draft.begin({ ...emptyForm(), bus: only.id });
  return draft;
}

/** The draft of a meter's changes; one that nobody has touched follows what is saved. */
export function editDraft(saved: Configured): Draft {
  const known = drafts.get(saved.value.id);
  if (known) {
    if (!known.touched && !known.saving) known.begin(formOf(saved.value), saved);
    return known;
  }
  const draft = new Draft(formOf(saved.value), saved);
  drafts.set(saved.value.id, draft);
  return draft;
}

export const dropDraft = (id: string) => drafts.delete(id);
export const dropNewDraft = () => drafts.delete(NEW);
