// The pages and their addresses. They stand behind the hash, so any server can deliver them.

import { administrationHref, administrationPage, type AdministrationPage } from '../administration/routes';

/** A page. */
export type Route =
  | { page: 'overview' }
  | { page: 'meters' }
  | { page: 'new-meter' }
  | { page: 'meter'; id: string }
  | { page: 'edit-meter'; id: string }
  | { page: 'connection'; id: string }
  | { page: 'history'; id: string }
  | { page: 'read-meter' }
  | { page: 'edit-address' }
  | { page: 'serial-ports' }
  | { page: 'portal' }
  | { page: 'administration'; of: AdministrationPage }
  | { page: 'login' };

/** The pages of one meter, by what stands behind its id. */
const PARTS = [['edit', 'edit-meter'], ['connection', 'connection'], ['history', 'history']] as const;

/** The page an address hash means; what it does not know is the overview. */
export function routeOf(hash: string): Route {
  const [noun, id, part] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (noun === 'meters' && id) return { page: PARTS.find(([name]) => name === part)?.[1] ?? 'meter', id };
  if (noun === 'meters') return { page: 'meters' };
  // Ids of meters may be "new".
  if (noun === 'new-meter') return { page: 'new-meter' };
  if (noun === 'help' && id === 'serial-ports') return { page: 'serial-ports' };
  if (noun === 'mbus' && id === 'read-meter') return { page: 'read-meter' };
  if (noun === 'mbus' && id === 'edit-address') return { page: 'edit-address' };
  const of = administrationPage(id);
  if (noun === 'administration' && id === 'portal') return { page: 'portal' };
  if (noun === 'administration' && of) return { page: 'administration', of };
  if (noun === 'login') return { page: 'login' };
  return { page: 'overview' };
}

/** The address of a page. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'meters':
      return '#/meters';
    case 'meter':
      return `#/meters/${encodeURIComponent(route.id)}`;
    case 'edit-meter':
    case 'connection':
    case 'history':
      return `#/meters/${encodeURIComponent(route.id)}/${PARTS.find(([, page]) => page === route.page)?.[0]}`;
    case 'new-meter':
      return '#/new-meter';
    case 'serial-ports':
      return '#/help/serial-ports';
    case 'read-meter':
      return '#/mbus/read-meter';
    case 'edit-address':
      return '#/mbus/edit-address';
    case 'portal':
      return '#/administration/portal';
    case 'administration':
      return administrationHref(route.of);
    case 'login':
      return '#/login';
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
