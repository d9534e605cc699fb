// The calls of Administration: the same on both servers.

import type { Account, AccountChange, AuditPage, NewAccount, NewToken, Token, TokenRequest } from './model';
import { apiUrl, call, get, items, parsed, QUICK_MS, send, sendFor, type Result } from '../rest/call';

export const getAccounts = async () => items(await get<{ items: Account[] }>('/api/v1/accounts'));
export const addAccount = (account: NewAccount) => sendFor<Account>('POST', '/api/v1/accounts', account);
export const changeAccount = (id: string, change: AccountChange) => send('PUT', '/api/v1/accounts/{id}', change, id);
export const removeAccount = (id: string) => send('DELETE', '/api/v1/accounts/{id}', null, id);

export const getTokens = async () => items(await get<{ items: Token[] }>('/api/v1/tokens'));

/** The answer has the text of the token, which is told only there. */
export const makeToken = (request: TokenRequest) => sendFor<NewToken>('POST', '/api/v1/tokens', request);
export const endToken = (id: string) => send('DELETE', '/api/v1/tokens/{id}', null, id);

/** Entries of the audit log, the newest first. */
export async function getAudit(before: number | null, limit: number): Promise<Result<AuditPage>> {
  const query = new URLSearchParams({ limit: String(limit), ...(before !== null && { before: String(before) }) });
  const answer = await call(`${apiUrl('/api/v1/audit')}?${query}`, { signal: AbortSignal.timeout(QUICK_MS) });
  return answer.ok ? parsed(answer.value) : answer;
}
