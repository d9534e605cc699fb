// The pages and their addresses. They stand behind the hash, so any server can deliver them.

import { administrationHref, administrationPage, type AdministrationPage } from '../administration/routes';

/** The menus of meters, in their order. */
export const MENUS = ['heat', 'cold', 'cold_water', 'hot_water', 'electricity', 'gas', 'other'] as const;
export type Menu = (typeof MENUS)[number];

/** A page. */
export type Route =
  | { page: 'overview' }
  | { page: 'menu'; menu: Menu }
  | { page: 'new-meter'; menu: Menu }
  | { page: 'meter'; id: string }
  | { page: 'edit-meter'; id: string }
  | { page: 'sites' }
  | { page: 'gateways' }
  | { page: 'new-gateway' }
  | { page: 'gateway'; id: string }
  | { page: 'read-meter'; gateway: string }
  | { page: 'edit-address'; gateway: string }
  | { page: 'administration'; of: AdministrationPage }
  | { page: 'login' };

/** The page an address hash means; what it does not know is the overview. */
export function routeOf(hash: string): Route {
  const [noun = '', id, act] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (noun === 'meters' && id) return act === 'edit' ? { page: 'edit-meter', id } : { page: 'meter', id };
  if (noun === 'sites') return { page: 'sites' };
  if (noun === 'gateways') return placeOf(id, act);
  const of = administrationPage(id);
  if (noun === 'administration' && of) return { page: 'administration', of };
  if (noun === 'login') return { page: 'login' };
  const menu = MENUS.find((one) => slug(one) === noun);
  if (menu) return id === 'new' ? { page: 'new-meter', menu } : { page: 'menu', menu };
  return { page: 'overview' };
}

/** A page of the gateways, by what stands behind them. */
function placeOf(id: string | undefined, act: string | undefined): Route {
  if (!id) return { page: 'gateways' };
  if (id === 'new') return { page: 'new-gateway' };
  if (act === 'read-meter' || act === 'edit-address') return { page: act, gateway: id };
  return { page: 'gateway', id };
}

/** The address of a page. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'menu':
      return `#/${slug(route.menu)}`;
    case 'new-meter':
      return `#/${slug(route.menu)}/new`;
    case 'meter':
      return `#/meters/${encodeURIComponent(route.id)}`;
    case 'edit-meter':
      return `#/meters/${encodeURIComponent(route.id)}/edit`;
    case 'sites':
      return '#/sites';
    case 'gateways':
      return '#/gateways';
    case 'new-gateway':
      return '#/gateways/new';
    case 'gateway':
      return `#/gateways/${encodeURIComponent(route.id)}`;
    case 'read-meter':
    case 'edit-address':
      return `#/gateways/${encodeURIComponent(route.gateway)}/${route.page}`;
    case 'administration':
      return administrationHref(route.of);
    case 'login':
      return '#/login';
  }
}

const slug = (menu: Menu) => menu.replace('_', '-');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
