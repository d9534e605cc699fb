// The form of a new meter, filled in from its telegram.

import type { MeterForm } from '../api/model';
import type { Menu } from '../routes';
import { meterOf, type PickedRegister } from '../../parts/telegram/register-config';
import type { ReadoutView } from '../../parts/telegram/view';

/** The menu of a kind of meter; the first that fits. */
const MENUS_BY_KIND: [RegExp, Menu][] = [
  [/^heat|steam/, 'heat'],
  [/cooling/, 'cold'],
  [/warm water|hot water/, 'hot_water'],
  [/water/, 'cold_water'],
  [/electricity/, 'electricity'],
  [/gas/, 'gas'],
];

/** Where the meter is to be read. */
export interface Place {
  gateway: string;
  /** The buses its gateway has: of one alone the form does not ask. */
  buses: number;
  baudrate: number;
}

/** Under which menu a meter of this kind stands; heat where the kind does not tell. */
export function menuOf(kind: string): Menu {
  return MENUS_BY_KIND.find(([pattern]) => pattern.test(kind))?.[1] ?? 'heat';
}

/** The form with the picked lines as registers. */
export function formOf(view: ReadoutView, { gateway, buses, baudrate }: Place, picked: readonly PickedRegister[]): MeterForm {
  const { name, bus, model, address, parameters } = meterOf(view, picked);
  return {
    menu: menuOf(view.identification?.device_type ?? ''), name, gateway, bus: buses > 1 ? bus : null, model, address: address ?? '', parameters,
    protocol: 'mbus', baudrate, mode: 'consumption',
  };
}
