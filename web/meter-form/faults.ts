// What a server finds wrong with a form, field by field.

import type { Fault, FieldFault } from './model';
import type { Failure } from '../rest/call';
import type { Problem } from '../rest/problem';

/** The gateway calls them `fields`, the portal `errors`. */
type FormProblem = Problem & { fields?: FieldFault[] | null; errors?: FieldFault[] | null };

/** The faults a refused form is told, or `null` where it is refused for another reason. */
export function faultsOf(failure: Failure): Fault[] | null {
  if (failure.kind !== 'problem') return null;
  const problem = failure.problem as FormProblem;
  const told = problem.fields ?? problem.errors;
  return told?.map(({ field, row, position, message }) => ({ field, row: row ?? null, position: position ?? null, words: sentence(message) })) ?? null;
}

/** A fault at a field that the page finds itself. */
export const faultAt = (field: string, words: string): Fault => ({ field, row: null, position: null, words });

export function sentence(text: string): string {
  // The key of a parameter is written as it is.
  const words = /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(words) ? words : `${words}.`;
}
