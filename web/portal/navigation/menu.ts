// The words of the menu, in their order.

import { MENUS, type Route } from '../routes';
import type { Role } from '../../access/model';
import { administrationWord, pagesFor, type AdministrationPage } from '../../administration/routes';
import type { IconName } from '../../parts/Icon.svelte';
import { language } from '../../texts/texts';

export interface MenuItem {
  word: string;
  route: Route;
  icon: IconName;
}

export const overviewItem = (): MenuItem => ({ word: language.texts.menu.overview, route: { page: 'overview' }, icon: 'overview' });

/** Heat, Cold, Cold Water, Hot Water, Electricity, Gas, Other. */
export function meterItems(): MenuItem[] {
  return MENUS.map((menu) => ({ word: language.texts.portal.menu[menu], route: { page: 'menu', menu }, icon: menu }));
}

/** Whether an item leads to this page, or to the menu under which the page stands. */
export function isHere(item: MenuItem, route: Route, parent: Route | null): 'page' | 'true' | undefined {
  const same = (other: Route | null) => JSON.stringify(item.route) === JSON.stringify(other);
  return same(route) ? 'page' : same(parent) ? 'true' : undefined;
}

/** Gateways, Sites. */
export const placeItems = (): MenuItem[] => [
  { word: language.texts.portal.menu.gateways, route: { page: 'gateways' }, icon: 'gateway' },
  { word: language.texts.portal.menu.sites, route: { page: 'sites' }, icon: 'site' },
];

/** Administration, as far as somebody of this role has it. */
export function administrationItems(role: Role | null): MenuItem[] {
  const icons: Record<AdministrationPage, IconName> = { accounts: 'person', tokens: 'token', audit: 'audit' };
  return pagesFor(role).map((of) => ({ word: administrationWord(of), route: { page: 'administration', of }, icon: icons[of] }));
}
