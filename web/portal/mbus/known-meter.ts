// Which meter of the portal a readout is of.

import type { Meter } from '../api/model';
import type { ReadoutView } from '../../parts/telegram/view';

/** The meter that has this secondary address, or else this primary address on the same bus. */
export function knownMeter(view: ReadoutView, gateway: string, meters: readonly Meter[]): Meter | undefined {
  const own = meters.filter((meter) => meter.form.gateway === gateway);
  const wire = view.identification?.secondary_address.wire;
  const secondary = (meter: Meter) => meter.form.parameters?.find((row) => row.key.trim() === 'secondary_ad')?.value.trim().toUpperCase();
  const onBus = (meter: Meter) => !meter.form.bus || meter.form.bus === view.bus;
  return (
    own.find((meter) => wire !== undefined && secondary(meter) === wire) ??
    own.find((meter) => secondary(meter) === undefined && onBus(meter) && meter.form.address === view.address && /^\d{1,3}$/.test(view.address))
  );
}
