// The calls of the portal's pages, with the answers its description promises. A call gives its
// answer or the reason why there is none; it never throws.

import type { paths } from './schema';
import { apiUrl as anyUrl, get as getAny, items } from '../../rest/call';

/** What a call answers when all is well, by the portal's own description. */
type Answer<P extends keyof paths, M extends 'get' | 'post'> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export const getSites = async () => items(await get('/api/v1/sites'));
export const getGateways = async () => items(await get('/api/v1/gateways'));
export const getMeters = async () => items(await get('/api/v1/meters'));

/** Where a call goes: beside the page itself, wherever that was delivered from. */
export const apiUrl = (where: keyof paths, id?: string) => anyUrl(where, id);

const get = <P extends keyof paths>(where: P, id?: string) => getAny<Answer<P, 'get'>>(where, id);
