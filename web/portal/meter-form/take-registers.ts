// "Use this line as register": the lines somebody picked go into the form of the meter.

import { takeRegisters } from './draft.svelte';
import type { Meter } from '../api/model';
import { isForeign } from '../meter-state';
import { hrefOf } from '../routes';
import { models } from '../../meter-form/models.svelte';
import type { TakeRegisters } from '../../parts/telegram/register-config';
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
