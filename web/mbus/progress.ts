/** Long work tells how far it is. */
export type Progress = (told: Told) => void;

/** How far it is. */
export interface Told {
  /** What was done, the oldest first, in words. */
  steps: { at: string; text: string }[];
  /** What it waits for, in words; empty where it does not. */
  waits: string;
}

export const nothingTold: Told = { steps: [], waits: '' };
