// What the form of a meter is made of, as both servers tell it.

/** A row of the additional parameters. */
export interface ParameterRow {
  key: string;
  value: string;
}

/** What the telegrams of a kind of meter mean. */
export interface Model {
  name: string;
  title: string;
  description: string;
  parameters: { key: string; required: boolean; description: string }[];
  /** Empty where the parameter `reg` says them. */
  registers: { name: string; unit?: string | null }[];
}

/** What is wrong with a field, as a server tells it. */
export interface FieldFault {
  field: string;
  row?: number | null;
  position?: number | null;
  message: string;
}

/** A fault at a field, in words that begin like a sentence. */
export interface Fault {
  field: string;
  row: number | null;
  /** In characters from 0. */
  position: number | null;
  words: string;
}
