// Who is logged in here. What needs somebody, the server says.

import { changePassword, getSession, logIn, logOut, setUp } from './client';
import type { Session } from './model';
import type { Failure, Result } from '../rest/call';

/** How it stands with the login. */
export type LoginState =
  /** The server has not told yet. */
  | { state: 'unknown' }
  /** Nobody has set a password yet. */
  | { state: 'setup' }
  | { state: 'nobody' }
  | { state: 'somebody'; account: Session };

class Login {
  now = $state.raw<LoginState>({ state: 'unknown' });
  /** Whether this server shows nothing without a login. */
  closed = $state(false);
  /** The setup code that the address brought along; it works once. */
  setupCode = $state('');

  /** Asks the server who is logged in. */
  async refresh(): Promise<void> {
    const answer = await getSession();
    if (answer.ok) this.now = { state: 'somebody', account: answer.value };
    else if (needsLogin(answer.failure)) this.now = { state: needsSetup(answer.failure) ? 'setup' : 'nobody' };
  }

  /** Gives the reason why not, or nothing. */
  logIn(name: string, password: string): Promise<Failure | null> {
    return this.#after(logIn({ name, password }));
  }

  logOut(): Promise<Failure | null> {
    return this.#after(logOut());
  }

  /** Makes the first account; whoever does is logged in as it. */
  setUp(code: string, name: string, password: string): Promise<Failure | null> {
    return this.#after(setUp({ code, name, password }));
  }

  changePassword(current: string, wanted: string): Promise<Failure | null> {
    return this.#after(changePassword({ current, new: wanted, end_tokens: false }));
  }

  async #after(act: Promise<Result<string>>): Promise<Failure | null> {
    const answer = await act;
    await this.refresh();
    return answer.ok ? null : answer.failure;
  }
}

export const login = new Login();

/** Whether a call failed because it needs somebody who is logged in. */
export function needsLogin(failure: Failure): boolean {
  return failure.kind === 'problem' && failure.problem.status === 401;
}

const needsSetup = (failure: Failure) => failure.kind === 'problem' && failure.problem.code === 'setup_needed';
