// The calls of the login: the same on both servers.

import type { Session } from './model';
import { get, send } from '../rest/call';

export const getSession = () => get<Session>('/api/v1/session');
export const logIn = (request: { name: string; password: string }) => send('POST', '/api/v1/session', request);
export const logOut = () => send('DELETE', '/api/v1/session', null);

/** Makes the first account, with the code that the server prints when it starts. */
export const setUp = (request: { code: string; name: string; password: string }) => send('POST', '/api/v1/setup', request);
export const changePassword = (request: { current: string; new: string; end_tokens: boolean }) =>
  send('POST', '/api/v1/password', request);
