// "Use this line as register": the lines that somebody picked go into the form of the meter, or of
// a new one.

import { emptyForm, newDraft, type Draft } from './draft.svelte';
import type { Meter } from '../api/model';
import { live } from '../live.svelte';
import { hrefOf } from '../routes';
import { models } from '../../meter-form/models.svelte';
import { meterOf, regWith, type PickedRegister, type TakeRegisters } from '../../parts/telegram/register-config';
import type { ReadoutView } from '../../parts/telegram/view';
import { fill, language } from '../../texts/texts';

/** Lines that wait until the form of their meter is open. */
const waiting = new Map<string, readonly PickedRegister[]>();

/** The meter that was read, where the gateway has it in its configuration. */
export function knownMeter({ bus, address, identification }: ReadoutView): Meter | undefined {
  const wire = identification?.secondary_address.wire;
  const there = live.meters?.filter((meter) => meter.bus === bus) ?? [];
  const same = there.find((meter) => wire !== undefined && meter.identification?.secondary_address.wire === wire);
  // One that was never read has not told who it is yet.
  return same ?? there.find((meter) => !meter.identification && [address, wire].includes(meter.address));
}

/** Where the lines of a readout can go. */
export function registersFrom(view: ReadoutView, baudrate: number | null = null): TakeRegisters {
  const meter = knownMeter(view);
  const fresh = {
    word: language.texts.configuration.takeNew,
    act: (picked: readonly PickedRegister[]) => {
      const bus = live.buses?.find((one) => one.id === view.bus);
      const { id: _, ...parts } = meterOf({ bus: view.bus, address: view.address, identification: view.identification }, picked);
      const draft = newDraft();
      draft.begin({ ...emptyForm(), baudrate: baudrate === bus?.baudrate ? null : baudrate });
      Object.assign(draft.form, { ...parts, address: parts.address ?? '' });
      draft.note = language.texts.configuration.takenFrom;
      location.hash = hrefOf({ page: 'new-meter' });
    },
  };
  if (!meter || meter.origin === 'portal') return { ...fresh, asText: true };
  return { ...registersInto(meter), other: fresh, asText: true };
}

/** The lines go into the form of this meter. */
export function registersInto(meter: Meter): TakeRegisters {
  return {
    word: fill(language.texts.meterForm.takeRegisters, { meter: meter.name }),
    act: (picked) => {
      waiting.set(meter.id, picked);
      location.hash = hrefOf({ page: 'edit-meter', id: meter.id });
    },
  };
}

/** Takes the lines that wait for this meter into its draft. */
export async function takeWaiting(draft: Draft, meter: Meter | undefined): Promise<void> {
  const id = draft.base?.value.id ?? '';
  const picked = waiting.get(id);
  if (!picked) return;
  waiting.delete(id);
  await models.load();
  const t = language.texts.configuration;
  const { form } = draft;
  draft.note = t.takenFrom;
  const takesReg = models.get(form.model)?.parameters.some((one) => one.key === 'reg') ?? true;
  let all = picked;
  if (!takesReg) {
    // Only the models without registers of their own take some: those it had are written out.
    draft.note = fill(t.takenModel, { model: form.model });
    const names = picked.map((one) => one.name.trim());
    all = [...registersOf(meter).filter((one) => !names.includes(one.name)), ...picked];
    form.model = 'generic_mbus';
  }
  const row = form.parameters.find((one) => one.key.trim() === 'reg');
  if (row) row.value = regWith(row.value, all);
  else form.parameters.push({ key: 'reg', value: regWith('', all) });
}

/** The registers a meter has, as `reg` takes them. */
function registersOf(meter: Meter | undefined): PickedRegister[] {
  return (meter?.readings ?? []).flatMap(({ register, source }) =>
    source ? [{ name: register, line: source.line, selector: `${source.line} ${source.dib}/${source.vib}` }] : [],
  );
}
