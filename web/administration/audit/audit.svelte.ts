// The audit log as far back as it was asked for. The server has no filter: what is looked for is
// looked for here, page by page.

import { matches } from './entry-words';
import { getAudit } from '../client';
import type { AuditEntry } from '../model';
import type { Failure } from '../../rest/call';

const PAGE = 50;
/** While something is looked for, the pages are larger. */
const LARGE_PAGE = 200;
/** So many matches are enough for one look, and so many entries for one search. */
const ENOUGH = 50;
const SEARCHED = 2000;

export type Shown = 'all' | 'changes' | 'failed';

export class AuditView {
  entries = $state.raw<AuditEntry[]>([]);
  /** Whether anything has come yet. */
  known = $state(false);
  failure = $state.raw<Failure | null>(null);
  asking = $state(false);
  /** What older entries are asked for with; nothing where there are none. */
  next = $state<number | null>(null);
  wanted = $state('');
  shown = $state<Shown>('all');

  readonly filtered = $derived(this.wanted.trim() !== '' || this.shown !== 'all');
  readonly found = $derived(this.entries.filter((entry) => this.#fits(entry)));

  /** Begins with the newest. */
  async begin(): Promise<void> {
    await this.#page(null, PAGE);
  }

  async older(): Promise<void> {
    if (this.filtered) await this.search();
    else if (this.next !== null) await this.#page(this.next, PAGE);
  }

  /** Goes further back until there is enough to see. */
  async search(): Promise<void> {
    const wanted = `${this.wanted} ${this.shown}`;
    const [matched, searched] = [this.found.length + ENOUGH, this.entries.length + SEARCHED];
    while (this.next !== null && this.filtered && this.found.length < matched && this.entries.length < searched) {
      if (!(await this.#page(this.next, LARGE_PAGE))) return;
      // Somebody typed on: another search is under way.
      if (wanted !== `${this.wanted} ${this.shown}`) return;
    }
  }

  #fits(entry: AuditEntry): boolean {
    if (this.shown === 'failed' && (entry.result === 'done' || entry.result === 'begun')) return false;
    if (this.shown === 'changes' && (entry.action === 'access.log_in' || entry.action === 'access.log_out')) return false;
    return matches(entry, this.wanted);
  }

  async #page(before: number | null, limit: number): Promise<boolean> {
    if (this.asking) return false;
    this.asking = true;
    const answer = await getAudit(before, limit);
    this.asking = false;
    this.failure = answer.ok ? null : answer.failure;
    if (!answer.ok) return false;
    this.entries = before === null ? answer.value.items : [...this.entries, ...answer.value.items];
    this.next = answer.value.next ?? null;
    this.known = true;
    return true;
  }
}
