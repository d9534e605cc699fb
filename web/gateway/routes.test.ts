import { expect, test } from 'vitest';
import { hrefOf, routeOf, type Route } from './routes';

test('every page is found at its own address', () => {
  const pages: Route[] = [
    { page: 'overview' },
    { page: 'meters' },
    { page: 'meter', id: 'heat-flat-1' },
    { page: 'meter', id: 'a/b ü%' },
    { page: 'new-meter' },
    { page: 'meter', id: 'new' },
    { page: 'edit-meter', id: 'a/b' },
    { page: 'connection', id: 'heat-flat-1' },
    { page: 'history', id: 'heat-flat-1' },
    { page: 'serial-ports' },
    { page: 'read-meter' },
    { page: 'edit-address' },
    { page: 'portal' },
    { page: 'administration', of: 'accounts' },
    { page: 'administration', of: 'tokens' },
    { page: 'administration', of: 'audit' },
    { page: 'login' },
  ];
  for (const page of pages) expect(routeOf(hrefOf(page))).toEqual(page);
});

test('what is no address is the overview', () => {
  for (const hash of ['', '#', '#/', '#/nothing', '#/mbus/other', '#/administration', '#/administration/other', '#/%E0%A4%A']) {
    expect(routeOf(hash)).toEqual({ page: 'overview' });
  }
});
