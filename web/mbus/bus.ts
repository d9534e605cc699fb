/** A bus as the forms for one meter need it. */
export interface BusChoice {
  id: string;
  name: string;
  /** How it is reached, where that is told. */
  transport?: 'tcp' | 'serial';
}
