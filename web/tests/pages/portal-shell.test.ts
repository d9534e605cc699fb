// The portal's shell: the login and back to where one was, the menus, the overview, the lost connection.

import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { SETUP_CODE } from '../mock-gateway/access.js';
import { allWell, fourHundredMeters, nothing } from '../mock-portal/fleet.js';
import { field, hash, heading, portalPages } from './portal';

const at = portalPages();
const menu = (page: Page) => page.getByRole('navigation', { name: 'Menu', exact: true });

async function logIn(page: Page): Promise<void> {
  await field(page, 'Name').fill('admin');
  await field(page, 'Password').fill('correct horse');
  await page.keyboard.press('Enter');
}

describe('the login', () => {
  test('stands before everything, and leads to the page that was wanted', async () => {
    const { page, mock } = await at('#/meters/meter-2', { role: null });
    await heading(page).filter({ hasText: 'Nobody is logged in. The portal shows nothing to strangers' }).waitFor();
    expect(mock.requests.filter((request) => !request.endsWith('/session'))).toEqual([]);
    expect(await menu(page).count()).toBe(0);
    await logIn(page);
    await heading(page).filter({ hasText: 'It reads 9876.5 kWh' }).waitFor();
    expect(hash(page)).toBe('#/meters/meter-2');
  });

  test('comes back when the session ends, and what was typed is still there', async () => {
    const { page, mock } = await at('#/heat/new');
    await field(page, 'Name').fill('Heat, attic');
    mock.endSessions();
    await heading(page).filter({ hasText: 'Nobody is logged in' }).waitFor();
    expect(await page.getByText('Heat, attic').count()).toBe(0);
    await logIn(page);
    await heading(page).filter({ hasText: 'A new meter under Heat' }).waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('Heat, attic');
  });

  test('is asked for in the form when the session ends while it is saved', async () => {
    const { page, mock } = await at('#/meters/meter-1/edit');
    await field(page, 'Name').fill('Heat, ground floor');
    mock.access.account = null;
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'This needs a login' }).waitFor();
    await page.getByRole('form', { name: 'Log in' }).getByLabel('Name').fill('admin');
    await field(page, 'Password').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/meters\/meter-1$/);
    expect(mock.fleet.meters[0]?.form['name']).toBe('Heat, ground floor');
  });

  test('at the first start takes the code from the link and out of the address', async () => {
    const { page, mock } = await at('#/', { role: null, fleet: nothing, prepare: (mock) => mock.access.forgetAccounts() });
    await page.goto('about:blank');
    await page.goto(`${mock.url}/setup#${SETUP_CODE}`);
    await field(page, 'Setup code').waitFor();
    expect(await field(page, 'Setup code').inputValue()).toBe(SETUP_CODE);
    expect(page.url()).not.toContain(SETUP_CODE);
    await field(page, 'New password').fill('correct horse');
    await page.keyboard.press('Enter');
    await heading(page).filter({ hasText: 'No site is there yet.' }).waitFor();
  });

  test('ends, and nothing stays on the page', async () => {
    const { page } = await at('#/heat');
    await page.getByRole('banner').getByRole('button', { name: 'Log out' }).click();
    await heading(page).filter({ hasText: 'Nobody is logged in' }).waitFor();
    expect(await page.getByText('Heat, flat 1').count()).toBe(0);
    expect(await menu(page).count()).toBe(0);
  });
});

describe('the menu', () => {
  test('has the words of the document in their order', async () => {
    const { page } = await at('#/');
    const words = await menu(page).getByRole('link').allTextContents();
    expect(words.map((word) => word.trim()).slice(0, 8)).toEqual([
      'Overview', 'Heat', 'Cold', 'Cold Water', 'Hot Water', 'Electricity', 'Gas', 'Other',
    ]);
    expect(words.map((word) => word.trim()).slice(-3)).toEqual(['Accounts', 'Tokens', 'Audit log']);
  });

  test('on a phone opens as a sheet that the keys close', async () => {
    const { page } = await at('#/', { width: 360 });
    await menu(page).getByRole('button', { name: 'Meters' }).click();
    const sheet = page.getByRole('dialog', { name: 'Meters' });
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await menu(page).getByRole('button', { name: 'Meters' }).click();
    await sheet.getByRole('link', { name: 'Cold Water' }).click();
    await heading(page).filter({ hasText: '2 meters at 1 site.' }).waitFor();
    expect(await sheet.isVisible()).toBe(false);
  });
});

describe('the overview', () => {
  test('says which sites are in trouble and why, the worst first', async () => {
    const { page } = await at('#/');
    expect((await heading(page).textContent())?.trim()).toMatch(/2 of 3 sites\.$/);
    const trouble = page.getByRole('region', { name: 'Sites in trouble' });
    expect(await trouble.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Harbour school', 'Mill Lane 7']);
    const text = await trouble.textContent();
    expect(text).toMatch(/Gymnasium is not connected\..*Check that it runs and reaches this portal/s);
    expect(text).toMatch(/Main wing does not take revision 4 of its configuration\..*both have address 3 on cellar-1/s);
    await trouble.getByRole('link', { name: /Heat, flat 3 on cellar-1 did not answer/ }).click();
    await page.waitForURL(/#\/meters\/meter-3$/);
  });

  test('says that all is well where it is', async () => {
    const { page } = await at('#/', { fleet: allWell });
    await heading(page).filter({ hasText: 'None. All 6 meters answer.' }).waitFor();
    expect(await page.getByRole('region', { name: 'Sites in trouble' }).count()).toBe(0);
  });

  test('follows what happens without being loaded again', async () => {
    const { page, mock } = await at('#/', { fleet: allWell });
    const gateway = mock.fleet.gateways[0];
    Object.assign(gateway, { state: 'offline', last_seen_at: new Date(Date.now() - 600_000).toISOString() });
    mock.tell('gateway', { gateway: gateway.id });
    await heading(page).filter({ hasText: '1 of 2 sites.' }).waitFor();
  });

  test('says when it is no longer live, and comes back by itself', async () => {
    const { page, mock } = await at('#/');
    mock.disappear();
    await page.getByRole('alert').getByText('The connection to the portal is lost').waitFor();
    mock.comeBack();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});

describe('the meters of a menu', () => {
  test('are found among 400 by what people know of them', async () => {
    const { page } = await at('#/heat', { fleet: fourHundredMeters });
    const rows = page.getByRole('table').locator('tbody tr');
    expect(await rows.count()).toBe(400);
    await field(page, 'Find a meter').fill('house 13, flat 7');
    await page.getByRole('status').getByText('meters found.').or(page.getByRole('status').getByText('1 meter found.')).first().waitFor();
    const names = await rows.locator('th').allTextContents();
    expect(names.every((name) => name.includes('house 13'))).toBe(true);
    await page.getByLabel('failing').check();
    expect(await rows.count()).toBeGreaterThan(0);
    await field(page, 'Find a meter').fill('nobody');
    await page.getByText('No meter matches "nobody".').waitFor();
    await page.getByRole('button', { name: 'Show all meters' }).click();
    expect(await rows.count()).toBe(400);
  });

  test('show index, unit, age, state, gateway and site', async () => {
    const { page } = await at('#/heat');
    const row = page.getByRole('row', { name: /Heat, gymnasium/ });
    expect((await row.textContent())?.replaceAll(/\s+/g, ' ')).toMatch(/Heat energy 70011.*kWh.*3 h.*gateway offline.*Gymnasium.*Harbour school/);
  });

  test('of an empty menu say what would be here and offer the first one', async () => {
    const { page } = await at('#/gas');
    await page.getByText('Under Gas is no meter yet.').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'New meter' }).last().click();
    await heading(page).filter({ hasText: 'A new meter under Gas' }).waitFor();
  });
});
