// The names the pages use for what the portal's REST interface answers. The shapes are generated
// from its description: `npm run generate:api`.

import type { components } from './schema';
import type { Session } from '../../access/model';
import type { FieldFault, Model } from '../../meter-form/model';
import type { ReadoutView } from '../../parts/telegram/view';

type Schemas = components['schemas'];

export type Site = Schemas['Site'];
export type Gateway = Schemas['Gateway'];
export type Meter = Schemas['Meter'];
/** The form with every field filled, as the portal answers it. */
export type MeterForm = Required<Schemas['MeterForm']>;
export type ParameterRow = Schemas['ParameterRow'];
export type Reading = Schemas['Reading'];
export type Command = Schemas['Command'];
export type Readout = Schemas['Readout'];
export type Overview = Schemas['Overview'];
export type SiteOverview = Schemas['SiteOverview'];
export type Finding = Schemas['Finding'];
export type ReadingPage = Schemas['ReadingPage'];

// What both user interfaces share has its shapes there. Where the description of the portal no
// longer fits one of them, this does not compile.
type Fits<Shared, Described extends Shared> = Described;
export type Described = [
  Fits<Session, Schemas['Session']>,
  Fits<ReadoutView, Schemas['Readout']>,
  Fits<Model, Schemas['Model']>,
  Fits<FieldFault, Schemas['FieldError']>,
];
