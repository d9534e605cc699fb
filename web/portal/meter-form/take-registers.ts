// "Use this line as register": the lines somebody picked go into the form of the meter, or of a new one.

import { emptyForm, newDraft, takeRegisters } from './draft.svelte';
import { formOf, menuOf, type Place } from './taken-form';
import type { Meter } from '../api/model';
import { isForeign } from '../meter-state';
import { hrefOf } from '../routes';
import { models } from '../../meter-form/models.svelte';
import type { TakeRegisters } from '../../parts/telegram/register-config';
import type { ReadoutView } from '../../parts/telegram/view';
import { fill, language } from '../../texts/texts';

/** Takes them; nothing where the meter is not configured here. */
export function registersInto(meter: Meter): TakeRegisters | undefined {
  if (isForeign(meter)) return undefined;
  return {
    word: fill(language.texts.meterForm.takeRegisters, { meter: meter.form.name }),
    act: (picked) => {
      void models.load().then(() => {
        const takesReg = models.get(meter.form.model)?.parameters.some((one) => one.key === 'reg') ?? true;
        takeRegisters(meter, picked, takesReg);
        location.hash = hrefOf({ page: 'edit-meter', id: meter.id });
      });
    },
  };
}

/** Takes them into the form of a new meter, which is not saved yet. */
export function registersIntoNew(view: ReadoutView, place: Place): TakeRegisters {
  return {
    word: language.texts.configuration.takeNew,
    act: (picked) => {
      const menu = menuOf(view.identification?.device_type ?? '');
      const draft = newDraft(menu);
      draft.begin(emptyForm(menu));
      Object.assign(draft.form, formOf(view, place, picked));
      location.hash = hrefOf({ page: 'new-meter', menu });
    },
  };
}
