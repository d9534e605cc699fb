// The names the pages use for what the gateway's REST interface answers. The shapes are generated
// from its description: `npm run generate:api`.

import type { components } from './schema';
import type { Session } from '../../access/model';
import type { AddressSet } from '../../mbus/edit-address/model';
import type { FieldFault, Model } from '../../meter-form/model';
import type { ReadoutView } from '../../parts/telegram/view';
import type { Problem } from '../../rest/problem';

type Schemas = components['schemas'];

export type Gateway = Schemas['Gateway'];
export type Bus = Schemas['Bus'];
export type Meter = Schemas['Meter'];
export type Reading = Schemas['Reading'];
export type Device = Schemas['Device'];
export type DeviceSetting = Schemas['Setting'];
export type MeterConfiguration = Schemas['MeterConfiguration'];
export type Connection = Schemas['Connection'];
export type HistoricalValue = Schemas['HistoricalValue'];

// What both user interfaces share has its shapes there. Where the description of the gateway no
// longer fits one of them, this does not compile.
type Fits<Shared, Described extends Shared> = Described;
export type Described = [
  Fits<Session, Schemas['Session']>,
  Fits<Problem, Schemas['Problem']>,
  Fits<AddressSet, Schemas['AddressSet']>,
  Fits<ReadoutView, Schemas['Readout']>,
  Fits<Model, Schemas['Model']>,
  Fits<FieldFault, Schemas['FieldFault']>,
];
