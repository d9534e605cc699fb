// Edit MBus Address: what is refused before anything is sent, the warning, the login on the way,
// and how a change ends.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, look, open, type Opened } from './browser';

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

async function at(hash = '#/mbus/edit-address', width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, hash, width);
  return opened.page;
}

const current = (page: Page) => page.getByLabel('Current address');
const wanted = (page: Page) => page.getByLabel('New address');
const change = (page: Page) => page.getByRole('button', { name: /^Give it/ });
const result = (page: Page) => page.getByRole('region', { name: 'What came of it' });

async function give(page: Page, address: string, from = '0'): Promise<void> {
  await current(page).fill(from);
  await wanted(page).fill(address);
  await change(page).click();
}

describe('the form', () => {
  test('a13 Edit MBus Address stands in the menu on a phone too', async () => {
    const page = await at('#/');
    await page.getByRole('navigation', { name: 'Menu', exact: true }).getByRole('link', { name: 'Edit MBus Address' }).click();
    expect(await page.getByRole('navigation', { name: 'Menu path' }).getByRole('listitem').allTextContents()).toEqual([
      'Meters', 'MBus', 'Edit MBus Address',
    ]);
    await look(page, 360, 'light');
    await page.getByRole('link', { name: 'Meters' }).last().click();
    await page.getByRole('main').getByRole('link', { name: 'Edit MBus Address' }).click();
    await change(page).waitFor();
  });

  test('begins with current address 0 and 2400 baud', async () => {
    const page = await at();
    expect(await current(page).inputValue()).toBe('0');
    expect(await wanted(page).inputValue()).toBe('');
    expect(await page.getByLabel('Baudrate').inputValue()).toBe('2400');
  });

  test('a15 a new address that is none is refused at its field and nothing is sent', async () => {
    mock.access.logIn();
    const page = await at();
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    for (const [typed, words] of [
      ['0', '0 is the address of a meter that was given none yet'],
      ['251', '251 is no address of a meter'],
      ['255', '255 is no address of a meter'],
      ['five', "'f' at position 0 is not a digit"],
      ['', 'Give the new address'],
    ] as const) {
      await give(page, typed);
      await page.locator('#wanted-help', { hasText: words }).waitFor();
      expect(await wanted(page).getAttribute('aria-invalid')).toBe('true');
      expect(await wanted(page).evaluate((field) => field === document.activeElement)).toBe(true);
      expect(await wanted(page).inputValue()).toBe(typed);
    }
    await give(page, '5', '20316513FFFFFFFG');
    await page.locator('#current-help', { hasText: "'G' at position 15 is not a hex digit" }).waitFor();
    expect(sent).toEqual([]);
  });

  test('a15 the addresses 1 and 250 are sent', async () => {
    mock.access.logIn();
    const page = await at();
    for (const typed of ['1', '250']) {
      await give(page, typed);
      await page.getByRole('heading', { level: 1, name: `has address ${typed} now` }).waitFor();
    }
  });

  test('a16 the page tells first what will happen and warns that a primary address may belong to several', async () => {
    const page = await at();
    await wanted(page).fill('5');
    await page.getByText('Connect one meter at a time.').waitFor();
    await page.getByText('is obeyed by every meter that has it').waitFor();
    const steps = await page.getByRole('region', { name: 'What will happen' }).getByRole('listitem').allTextContents();
    expect(steps.join(' ')).toMatch(/at address 0 is read.*Nobody may answer at address 5.*Address 5 is written.*must answer at address 5.*Nobody may answer at address 0/);
  });

  test('a17 a meter picked by secondary address comes without that warning', async () => {
    const page = await at();
    await current(page).fill('20316513FFFFFFFF');
    await page.getByText('Only the meter 20316513FFFFFFFF is changed.').waitFor();
    expect(await page.getByText('Connect one meter at a time').count()).toBe(0);
  });
});

describe('a change', () => {
  test('asks for a login on the way, keeps what was typed, and goes on', async () => {
    const page = await at();
    await page.getByLabel('Bus', { exact: true }).selectOption('cellar-2');
    await give(page, '5');
    const form = page.getByRole('region', { name: 'This needs a login' });
    await form.getByLabel('Name').fill('admin');
    await form.getByLabel('Password', { exact: true }).fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Meter 13653120 has address 5 now, and that is proven.' }).waitFor();
    expect(await wanted(page).inputValue()).toBe('5');
    expect(await page.getByLabel('Bus', { exact: true }).inputValue()).toBe('cellar-2');
    expect(await form.count()).toBe(0);
  });

  test('a wrong password keeps the change waiting; it can be left for later', async () => {
    const page = await at();
    await give(page, '5');
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill('wrong horse');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('alert').getByText('The name or the password is wrong; both count.').waitFor();
    await page.getByRole('button', { name: 'Not now' }).click();
    expect(await page.getByRole('region', { name: 'This needs a login' }).count()).toBe(0);
    expect(await wanted(page).inputValue()).toBe('5');
  });

  test('a14 a change shows its proofs and the trace and leads to a readout at the new address', async () => {
    mock.access.logIn();
    const page = await at();
    await give(page, '5');
    await result(page).waitFor();
    const told = await result(page).textContent();
    expect(told).toMatch(/address 5: meter 13653120 \(20316513C5140004\) answered after 60 ms, nobody else/);
    expect(told).toMatch(/address 0: nobody answered \(3 tries of up to 187 ms\)/);
    expect(told).toMatch(/68 06 06 68 53 00 51 01 7A 05 24 16.*acknowledged \(1 try\)/s);
    expect(await result(page).getByRole('table', { name: 'What was on the line' }).textContent()).toContain('10 5B 00 5B 16');
    await result(page).getByRole('link', { name: 'Read it at 5' }).click();
    await page.getByRole('heading', { level: 1, name: 'Address 5 on cellar-1 answered' }).waitFor();
    expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe('5');
  });

  test.each([
    ['9', '0', 'Meter 13653121 has the new address already', 'still called 0: nothing was changed'],
    ['8', '0', 'After the write the meter answers at neither address', 'may be called 0 as before, or have address 8'],
    ['7', '0', 'Something answers at the old address', 'seems to have taken address 7, but that is not proven'],
    ['5', '9', 'the line was quiet', 'still called 9: nothing was changed'],
  ])('that fails (to %s from %s) says why, which address the meter has now, and what to do', async (to, from, why, state) => {
    mock.access.logIn();
    const page = await at();
    await give(page, to, from);
    await result(page).waitFor();
    const told = await result(page).textContent();
    expect(told).toContain(why);
    expect(told).toContain(state);
    expect(told).toContain(`address ${from}: `);
    expect(await result(page).getByRole('link', { name: `Read it at ${from}` }).count()).toBe(1);
    expect(await change(page).isEnabled()).toBe(true);
  });

  test('whose answer does not arrive does not claim that nothing was changed', async () => {
    mock.access.logIn();
    mock.delayReadouts(60_000);
    const page = await at();
    await give(page, '5');
    await page.getByText('the gateway finishes what it began').waitFor();
    mock.disappear();
    await result(page).getByText('Which address it has now is not known').waitFor();
    mock.comeBack();
  });
});
