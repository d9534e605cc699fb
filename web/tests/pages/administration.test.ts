// Administration: accounts, tokens and the audit log, at the gateway; the portal has the same pages.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, open, type Opened } from './browser';

let browser: Browser;
let mock: MockGateway;
let opened: Opened | undefined;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  mock = await startMockGateway(twelveMeters(Date.now()));
  mock.access.logIn();
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await mock.close();
});

async function at(page: string, width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, `#/administration/${page}`, width);
  return opened.page;
}

const rows = (page: Page) => page.locator('tbody tr');
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const answer = (page: Page) => page.locator('h1 .answer').textContent();

describe('who may see it', () => {
  test('an administrator has all of it in the menu, a viewer only his tokens', async () => {
    const page = await at('accounts');
    const menu = page.getByRole('navigation', { name: 'Menu', exact: true });
    for (const name of ['Accounts', 'Tokens', 'Audit log']) expect(await menu.getByRole('link', { name }).isVisible()).toBe(true);
    mock.access.logIn('viewer');
    await page.reload();
    await heading(page, 'Only an administrator may see this.').waitFor();
    expect(await menu.getByRole('link', { name: 'Tokens' }).isVisible()).toBe(true);
    expect(await menu.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  });

  test('whoever is not logged in logs in here and goes on', async () => {
    mock.access.account = null;
    const page = await at('audit');
    await heading(page, 'This page needs a login.').waitFor();
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill('correct horse');
    await page.keyboard.press('Enter');
    await rows(page).first().waitFor();
  });

  test('on a phone it stands on the page of the account', async () => {
    const page = await at('tokens', 360);
    await page.getByRole('banner').first().getByRole('link', { name: 'admin' }).click();
    await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Audit log' }).click();
    await heading(page, /anna\.brandt|admin/).waitFor();
  });
});

describe('accounts', () => {
  test('are told with their roles, and one is added', async () => {
    const page = await at('accounts');
    await heading(page, '3 accounts: 1 administrator, 1 operator, 1 viewer.').waitFor();
    await page.getByRole('button', { name: 'Add account' }).click();
    await page.getByRole('button', { name: 'Add account' }).click();
    await page.locator('#account-name-help', { hasText: 'Give the account a name.' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('ANNA.brandt');
    await page.getByLabel('Role').selectOption('operator');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await page.locator('#account-password-help', { hasText: 'It has 5 characters' }).waitFor();
    await page.getByLabel('Password', { exact: true }).fill('battery staple');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('There is an account ANNA.brandt already').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('bert');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Account bert is added').waitFor();
    expect(await answer(page)).toContain('4 accounts: 1 administrator, 2 operators, 1 viewer.');
  });

  test('get another role, and another password only where one is typed', async () => {
    const page = await at('accounts');
    await page.getByRole('button', { name: 'Change the account guest' }).click();
    await page.getByLabel('Role').selectOption('operator');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Account guest is changed.').waitFor();
    expect(mock.access.administration.accounts.find((one) => one.name === 'guest')).toMatchObject({ role: 'operator' });
    expect(mock.access.administration.accounts.find((one) => one.name === 'guest')).not.toHaveProperty('password');
  });

  test('are removed only after it was said what that means', async () => {
    const page = await at('accounts');
    await page.getByRole('button', { name: 'Change the account guest' }).click();
    await page.getByRole('button', { name: 'Remove this account' }).click();
    await page.getByText('guest can no longer log in').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Leave it as it is');
    await page.getByRole('button', { name: 'Remove guest' }).click();
    await page.getByRole('status').getByText('Account guest is removed.').waitFor();
    expect(await rows(page).count()).toBe(2);
  });

  test('the only administrator stays one', async () => {
    const page = await at('accounts');
    await page.getByRole('button', { name: 'Change the account admin' }).click();
    expect(await page.getByLabel('Role').isDisabled()).toBe(true);
    await page.getByText('It is the only administrator').waitFor();
    expect(await page.getByRole('button', { name: 'Remove this account' }).count()).toBe(0);
  });
});

describe('tokens', () => {
  test('are shown once, with how to use them, and then ended', async () => {
    const page = await at('tokens');
    await heading(page, '2 tokens of admin.').waitFor();
    await page.getByRole('button', { name: 'Make token' }).click();
    await page.getByLabel('What it is for').fill('nightly report');
    await page.getByLabel('It ends').selectOption('never');
    await page.getByRole('button', { name: 'Make token' }).click();
    const made = page.getByRole('region', { name: 'The token nightly report' });
    await made.getByRole('button', { name: 'Copy token' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^busm_/);
    await made.getByRole('button', { name: 'I have it' }).click();
    expect(await page.getByText('busm_').count()).toBe(0);
    await page.getByRole('button', { name: 'End the token nightly report' }).click();
    await page.getByText('gets in no more, at once').waitFor();
    await page.getByRole('button', { name: 'End nightly report', exact: true }).click();
    await page.getByRole('status').getByText('lets nobody in any more').waitFor();
    expect(await rows(page).count()).toBe(2);
  });

  test('may do no more than their owner', async () => {
    mock.access.logIn('operator');
    const page = await at('tokens');
    await page.getByRole('button', { name: 'Make token' }).click();
    expect(await page.getByLabel('Role').locator('option').allTextContents()).toEqual(['viewer', 'operator']);
  });
});

describe('the audit log', () => {
  test('tells who did what, when, from where, and how it ended', async () => {
    const page = await at('audit');
    await heading(page, /The last was admin, 3 min ago: Give the meter 0 on cellar-1 the address 5\./).waitFor();
    const first = (await rows(page).first().textContent()) ?? '';
    expect(first).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*admin.*token building management.*baudrate 2400.*done.*192\.0\.2\.7/s);
    expect(await rows(page).filter({ hasText: 'adnim' }).first().textContent()).toMatch(/Log in.*refused.*wrong login/s);
    expect(await rows(page).filter({ hasText: 'bus.rewire' }).first().textContent()).toContain('bus cellar-2');
  });

  test('goes back page by page to its beginning', async () => {
    const page = await at('audit');
    await expect.poll(() => rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Older entries' }).click();
    await expect.poll(() => rows(page).count()).toBe(100);
  });

  test('is searched to its beginning where little is found', async () => {
    const page = await at('audit');
    await page.getByLabel('Find in the log').fill('20316513 anna');
    await page.getByText(/entries found, in the whole log/).waitFor();
    for (const row of await rows(page).allTextContents()) expect(row).toMatch(/anna.*20316513|20316513.*anna/s);
    await page.getByLabel('Find in the log').fill('nobody ever');
    await page.getByText('Nothing in the log matches, in the whole log.').waitFor();
    await page.getByRole('button', { name: 'Show all entries' }).click();
    await page.getByLabel('refused and failed').check();
    await page.getByText(/entries found/).waitFor();
    for (const row of await rows(page).allTextContents()) expect(row).toMatch(/refused|failed/);
  });
});
