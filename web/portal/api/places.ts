// The calls of the pages of sites and gateways.

import type { Command, Gateway, Site } from './model';
import type { components } from './schema';
import { apiUrl, call, get, items, send, sendFor } from '../../rest/call';

type Schemas = components['schemas'];

export type ClaimCode = Schemas['ClaimCode'];
export type Revision = Schemas['Revision'];
export type Bus = Gateway['buses'][number];

export const addSite = (name: string) => sendFor<Site>('POST', '/api/v1/sites', { name });
export const renameSite = (id: string, name: string) => send('PUT', '/api/v1/sites/{id}', { name }, id);
export const removeSite = (id: string) => send('DELETE', '/api/v1/sites/{id}', null, id);

/** The answer has the claim code, which is told only there. */
export const addGateway = (request: Schemas['GatewayRequest']) => sendFor<ClaimCode>('POST', '/api/v1/gateways', request);
export const renameGateway = (id: string, name: string) => send('PUT', '/api/v1/gateways/{id}', { name }, id);
export const moveGateway = (id: string, name: string, site: string) => send('PUT', '/api/v1/gateways/{id}', { name, site }, id);
/** Removes a gateway; where meters of it are configured in the portal, only together with them. */
export const removeGateway = (id: string, withMeters: boolean) =>
  call(`${apiUrl('/api/v1/gateways/{id}', id)}${withMeters ? '?meters=remove' : ''}`, { method: 'DELETE' });
export const makeClaimCode = (id: string) => sendFor<ClaimCode>('POST', '/api/v1/gateways/{id}/claim-codes', null, id);

export const getRevisions = async (id: string) => items(await get<{ items: Revision[] }>('/api/v1/gateways/{id}/revisions', id));
export const getCommands = async (id: string) => items(await get<{ items: Command[] }>('/api/v1/gateways/{id}/commands', id));

/** Has a gateway read whatever answers at an address; the command says how that goes. */
export const readAddress = (id: string, request: Schemas['ReadAddressRequest']) =>
  sendFor<Command>('POST', '/api/v1/gateways/{id}/readouts', request, id);

/** Takes back a command that its gateway has not fetched. */
export const withdrawCommand = (id: string) => send('DELETE', '/api/v1/commands/{id}', null, id);

/** Has a gateway give a meter another address; the command says how that goes. */
export const setAddress = (id: string, request: Schemas['SetAddressRequest']) =>
  sendFor<Command>('POST', '/api/v1/gateways/{id}/addresses', request, id);
