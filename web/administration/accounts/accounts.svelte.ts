// The accounts: fetched when they are looked at, and again after each change.

import { addAccount, changeAccount, getAccounts, removeAccount } from '../client';
import type { Account, AccountChange, NewAccount } from '../model';
import type { Failure } from '../../rest/call';

export class AccountList {
  accounts = $state.raw<Account[] | null>(null);
  /** Why they are not told. */
  failure = $state.raw<Failure | null>(null);

  async fetch(): Promise<void> {
    const answer = await getAccounts();
    if (answer.ok) this.accounts = answer.value;
    this.failure = answer.ok ? null : answer.failure;
  }

  /** Gives the reason why not, or nothing. */
  add(account: NewAccount): Promise<Failure | null> {
    return this.#after(addAccount(account));
  }

  change(id: string, change: AccountChange): Promise<Failure | null> {
    return this.#after(changeAccount(id, change));
  }

  remove(id: string): Promise<Failure | null> {
    return this.#after(removeAccount(id));
  }

  /** Whether there would be no administrator without this account. */
  isLastAdmin(account: Account): boolean {
    return account.role === 'admin' && this.accounts?.filter((one) => one.role === 'admin').length === 1;
  }

  async #after(act: Promise<{ ok: true } | { ok: false; failure: Failure }>): Promise<Failure | null> {
    const answer = await act;
    if (!answer.ok) return answer.failure;
    await this.fetch();
    return null;
  }
}
