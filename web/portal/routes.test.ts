import { expect, test } from 'vitest';
import { hrefOf, MENUS, routeOf, type Route } from './routes';

test('every page has an address that leads to it', () => {
  const routes: Route[] = [
    { page: 'overview' },
    ...MENUS.flatMap((menu): Route[] => [{ page: 'menu', menu }, { page: 'new-meter', menu }]),
    { page: 'meter', id: 'meter-17' },
    { page: 'meter', id: 'a/b c' },
    { page: 'edit-meter', id: 'meter-17' },
    { page: 'sites' },
    { page: 'gateways' },
    { page: 'new-gateway' },
    { page: 'gateway', id: 'gateway-7' },
    { page: 'read-meter', gateway: 'gateway-7' },
    { page: 'edit-address', gateway: 'gateway-7' },
    { page: 'administration', of: 'audit' },
    { page: 'login' },
  ];
  for (const route of routes) expect(routeOf(hrefOf(route))).toEqual(route);
});

test('what is no address of a page is the overview', () => {
  for (const hash of ['', '#', '#/nowhere', '#/meters', '#/%E0%A4%A']) expect(routeOf(hash)).toEqual({ page: 'overview' });
});
