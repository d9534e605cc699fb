// Who is logged in: the first start, the login, and its errors in words.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { SETUP_CODE } from '../mock-gateway/access.js';
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
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await mock.close();
});

async function at(hash: string, width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, hash, width);
  return opened.page;
}

const main = (page: Page) => page.getByRole('main');
const brand = (page: Page) => page.getByRole('banner').first();
const name = (page: Page) => page.getByLabel('Name');
const password = (page: Page) => page.getByLabel('Password', { exact: true });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

async function logIn(page: Page, word: string): Promise<void> {
  await name(page).fill('admin');
  await password(page).fill(word);
  await page.keyboard.press('Enter');
}

describe('the login', () => {
  test('is quiet in the navigation: nobody, who, and the way out', async () => {
    const page = await at('#/');
    await brand(page).getByRole('link', { name: 'Log in' }).click();
    await logIn(page, 'correct horse');
    await page.getByRole('heading', { level: 1, name: 'admin. You may read and change meters, and change the configuration.' }).waitFor();
    await brand(page).getByText('logged in as').waitFor({ state: 'attached' });
    await brand(page).getByRole('button', { name: 'Log out' }).click();
    await brand(page).getByRole('link', { name: 'Log in' }).waitFor();
  });

  test('is still there after the page was loaded again', async () => {
    mock.access.logIn();
    const page = await at('#/');
    await brand(page).getByRole('link', { name: 'admin' }).waitFor();
  });

  test('goes by the keys alone', async () => {
    const page = await at('#/login');
    await name(page).focus();
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type('correct horse');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Show the password');
    await page.keyboard.press('Space');
    expect(await page.locator('#login-password').getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'admin. You may' }).waitFor();
  });

  test('tells an empty field at the field, without asking the gateway', async () => {
    const page = await at('#/login');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.locator('#login-name-help', { hasText: 'Give the name of your account.' }).waitFor();
    expect(await focused(page)).toBe('login-name');
    await name(page).fill('admin');
    await page.keyboard.press('Enter');
    await page.locator('#login-password-help', { hasText: 'Give your password.' }).waitFor();
    expect(await focused(page)).toBe('login-password');
  });

  test('a wrong one keeps the name, and too many of them say how long to wait', async () => {
    const page = await at('#/login');
    for (let tries = 0; tries < 3; tries += 1) {
      await logIn(page, 'wrong horse');
      await page.getByRole('alert').getByText('The name or the password is wrong; both count.').waitFor();
    }
    expect(await name(page).inputValue()).toBe('admin');
    expect(await focused(page)).toBe('login-password');
    await logIn(page, 'correct horse');
    await page.getByRole('alert').getByText('There were too many tries.').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/Try again in 30 s\..*Try again in (30|29|28) s\./s);
    await page.getByRole('alert').getByText(/Try again in 2[0-8] s\./).waitFor();
  });

  test('a password is changed with the old one', async () => {
    mock.access.logIn();
    const page = await at('#/login');
    const form = page.getByRole('form', { name: 'Change password' });
    await form.getByLabel('Current password').fill('wrong horse');
    await form.getByLabel('New password').fill('short');
    await page.keyboard.press('Enter');
    await page.locator('#new-password-help', { hasText: 'It has 5 characters and needs at least 10' }).waitFor();
    await form.getByLabel('New password').fill('battery staple');
    await page.keyboard.press('Enter');
    await form.getByRole('alert').getByText('The current password is not the one that was typed.').waitFor();
    await form.getByLabel('Current password').fill('correct horse');
    await page.keyboard.press('Enter');
    await form.getByRole('status').getByText('The password is changed.').waitFor();
    expect(await form.getByLabel('New password').inputValue()).toBe('');
  });
});

test('a setup code that is used up leads to the login', async () => {
  opened = await open(browser, mock.url, `#${SETUP_CODE}`);
  const { page } = opened;
  await page.getByRole('heading', { level: 1, name: 'The first password is set already: log in with it.' }).waitFor();
  expect(page.url()).toBe(`${mock.url}/#/login`);
  expect(await main(page).getByRole('form', { name: 'Log in' }).count()).toBe(1);
});

describe('the first start', () => {
  beforeEach(() => mock.access.forgetAccounts());

  test('asks for the code from the console and a password of at least ten characters', async () => {
    const page = await at('#/');
    await brand(page).getByRole('link', { name: 'First start' }).click();
    const form = main(page).getByRole('form', { name: 'Set the first password' });
    await form.getByRole('button', { name: 'Set the first password' }).click();
    await page.locator('#setup-code-help', { hasText: 'Give the setup code' }).waitFor();
    expect(await focused(page)).toBe('setup-code');
    await form.getByLabel('Setup code').fill('WRONG');
    await form.getByLabel('New password').fill('nine char');
    await page.keyboard.press('Enter');
    await page.locator('#setup-password-help', { hasText: 'It has 9 characters and needs at least 10' }).waitFor();
    await form.getByLabel('New password').fill('correct horse');
    await page.keyboard.press('Enter');
    await form.getByRole('alert').getByText('The setup code is wrong').waitFor();
    expect(await focused(page)).toBe('setup-code');
    await form.getByLabel('Setup code').fill(SETUP_CODE);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'admin. You may' }).waitFor();
  });

  test('takes the code from the address and takes it out of the address bar', async () => {
    opened = await open(browser, mock.url, `setup#${SETUP_CODE}`);
    const { page } = opened;
    const form = main(page).getByRole('form', { name: 'Set the first password' });
    expect(await form.getByLabel('Setup code').inputValue()).toBe(SETUP_CODE);
    expect(page.url()).toBe(`${mock.url}/#/login`);
    await form.getByLabel('New password').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'admin. You may' }).waitFor();
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  });

  test('in the middle of a change of address goes on with the change', async () => {
    const page = await at('#/mbus/edit-address');
    await page.getByLabel('New address').fill('5');
    await page.getByRole('button', { name: /^Give it/ }).click();
    await page.getByLabel('Setup code').fill(SETUP_CODE);
    await page.getByLabel('New password').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Meter 13653120 has address 5 now' }).waitFor();
  });
});
