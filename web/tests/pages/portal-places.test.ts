// Sites, gateways, claim codes, and reading and writing meters through a gateway, in the portal's pages.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { nothing, threeSites } from '../mock-portal/fleet.js';
import { startMockPortal, type MockPortal } from '../mock-portal/server.js';
import { launch, open, type Opened } from './browser';

let browser: Browser;
let mock: MockPortal;
let opened: Opened | undefined;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  mock = await startMockPortal(threeSites(Date.now()));
  mock.access.logIn();
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

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const said = (page: Page, words: string) => page.getByRole('status').getByText(words).waitFor();
const menu = (page: Page) => page.getByRole('navigation', { name: 'Menu', exact: true });

describe('sites', () => {
  test('are added, refused where the name is taken, and renamed', async () => {
    const page = await at('#/sites');
    await heading(page, '3 sites with 4 gateways and 12 meters.').waitFor();
    await page.getByRole('button', { name: 'Add site' }).click();
    await page.getByRole('button', { name: 'Add site' }).click();
    await page.locator('#site-name-help', { hasText: 'Give the site a name.' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('town HALL');
    await page.keyboard.press('Enter');
    await page.locator('#site-name-help', { hasText: '"Town hall" is there already' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Swimming pool');
    await page.keyboard.press('Enter');
    await said(page, 'The site Swimming pool is added.');
    await page.getByRole('button', { name: 'Rename the site Swimming pool' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Indoor pool');
    await page.keyboard.press('Enter');
    await said(page, 'The site is called Indoor pool now.');
  });

  test('are removed only where no gateway is there, and say which ones are', async () => {
    mock.fleet.sites.push({ id: 'site-9', name: 'Empty lot', created_at: new Date().toISOString() });
    const page = await at('#/sites');
    await page.getByRole('button', { name: 'Remove the site Harbour school' }).click();
    await page.getByRole('alert').getByText('it has Gymnasium, Main wing').waitFor();
    expect(await page.getByRole('button', { name: 'Remove Harbour school' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Remove the site Empty lot' }).click();
    await page.getByRole('button', { name: 'Remove Empty lot', exact: true }).click();
    await said(page, 'The site Empty lot is removed.');
    expect(mock.fleet.sites.length).toBe(3);
  });

  test('are only looked at without the role for it', async () => {
    mock.access.logIn('operator');
    const page = await at('#/sites');
    await page.getByText('Town hall').first().waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });
});

describe('gateways', () => {
  test('are told with their state, revision and site, and found by what is known of them', async () => {
    const page = await at('#/');
    await menu(page).getByRole('link', { name: 'Gateways' }).click();
    await heading(page, '3 of 4 gateways listen. 1 refuses its configuration.').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'Main wing' });
    expect(await row.textContent()).toMatch(/Harbour school.*listens.*revision 4 refused.*0\.1\.0/s);
    await page.getByLabel('in trouble').check();
    expect(await page.locator('tbody tr').count()).toBe(2);
    await page.getByLabel('Find a gateway').fill('harbour not listen');
    expect(await page.locator('tbody tr').allTextContents()).toHaveLength(1);
    await page.getByLabel('Find a gateway').fill('nowhere');
    await page.getByRole('button', { name: 'Show all gateways' }).click();
    expect(await page.locator('tbody tr').count()).toBe(4);
  });

  test('a new one shows its claim code once and says when it was used', async () => {
    const page = await at('#/gateways/new');
    await page.getByRole('button', { name: 'Add gateway' }).click();
    await page.locator('#gateway-name-help', { hasText: 'Give the gateway a name.' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Boiler house');
    await page.getByLabel('Site', { exact: true }).selectOption({ label: 'Town hall' });
    await page.getByRole('button', { name: 'Add gateway' }).click();
    await heading(page, 'It is not connected yet.').waitFor();
    const note = page.getByRole('region', { name: 'Claim code of Boiler house' });
    await note.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^https:\/\/portal\.example:8090#claim1\./);
    expect(await note.textContent()).toMatch(/works until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, which is in (23|24) h/);
    expect(await note.getByRole('list').count()).toBe(2);
    await note.getByText('Waiting for the gateway.').waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    mock.claim(id);
    await page.getByRole('status').getByText('Connected: gateway Boiler house was claimed').waitFor();
    await heading(page, 'It listens, and has no meters from the portal yet.').waitFor();
    expect(await page.getByText('claim1.').count()).toBe(0);
  });

  test('a code that is lost is not shown again, another one is made', async () => {
    const gateway = mock.fleet.gateways[3];
    Object.assign(gateway ?? {}, { state: 'unclaimed', claimed_at: null, claim_expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    const page = await at('#/gateways/gateway-4');
    await page.getByText('cannot be shown again').waitFor();
    await page.getByRole('button', { name: 'Make another claim code' }).click();
    await page.getByText('A code that was made before works no more.').waitFor();
    await page.getByRole('button', { name: 'Make another claim code' }).click();
    await page.getByRole('region', { name: 'Claim code of Town hall' }).waitFor();
  });

  test('the first one brings its site along', async () => {
    await mock.close();
    mock = await startMockPortal(nothing());
    mock.access.logIn();
    const page = await at('#/gateways');
    await page.getByRole('link', { name: 'Add gateway' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Building 7');
    await page.getByLabel('Name of the site').fill('Mill Lane 7');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Claim code of Building 7' }).waitFor();
    expect(mock.fleet.sites.map((site) => site.name)).toEqual(['Mill Lane 7']);
  });

  test('one that refuses its configuration tells the problem beside the revision', async () => {
    const page = await at('#/gateways/gateway-3');
    await heading(page, 'It listens, but refuses revision 4 of its configuration.').waitFor();
    const revisions = page.getByRole('region', { name: 'Revisions of its configuration' });
    expect(await revisions.locator('tbody tr').first().textContent()).toMatch(/4.*admin.*refused/s);
    expect(await revisions.locator('tbody tr').nth(1).textContent()).toContain('both have address 3');
    expect(await revisions.locator('tbody tr').nth(2).textContent()).toMatch(/3.*anna\.brandt.*replaced/s);
  });

  test('one is renamed', async () => {
    const page = await at('#/gateways/gateway-1');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Building 7, west');
    await page.keyboard.press('Enter');
    await said(page, 'The gateway is called Building 7, west now.');
  });

  test('one is moved to another site', async () => {
    const page = await at('#/gateways/gateway-1');
    await page.getByRole('button', { name: 'Move to another site' }).click();
    const form = page.getByRole('form', { name: 'Move to another site' });
    await form.getByText('Its meters and their readings go with it.').waitFor();
    await form.getByLabel('New site', { exact: true }).selectOption({ label: 'Town hall' });
    await form.getByRole('button', { name: 'Move', exact: true }).click();
    await said(page, 'The gateway is at Town hall now.');
    await page.locator('dt', { hasText: /^Site$/ }).locator('xpath=following-sibling::dd[1]', { hasText: 'Town hall' }).waitFor();
  });

  test('one is removed once it was told what that means', async () => {
    const meters = mock.fleet.meters.filter((meter) => meter.form['gateway'] === 'gateway-1').length;
    const page = await at('#/gateways/gateway-1');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const note = page.getByRole('group', { name: 'Remove Building 7' });
    expect(await note.textContent()).toContain(`disappears from the portal, and with it ${meters} meters. What they read stays`);
    expect(await note.textContent()).toContain('The device itself goes on reading');
    await note.getByRole('button').first().click();
    expect(mock.fleet.gateways.length).toBe(4);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await note.getByRole('button', { name: 'Remove Building 7' }).click();
    await heading(page, '2 of 3 gateways listen.').waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'Building 7' }).count()).toBe(0);
    expect(mock.fleet.gateways.map((gateway) => gateway.id)).not.toContain('gateway-1');
    // One without meters of the portal is removed without them, and one that is gone is told so.
    mock.fleet.meters = mock.fleet.meters.filter((meter) => meter.form['gateway'] !== 'gateway-4');
    await page.goto(`${mock.url}/#/gateways/gateway-4`);
    await page.reload();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('group').getByText('No meter hangs on it.').waitFor();
    mock.fleet.gateways = mock.fleet.gateways.filter((gateway) => gateway.id !== 'gateway-4');
    await page.getByRole('button', { name: /^Remove Town/ }).click();
    await page.getByText('There is no "gateway-4"').first().waitFor();
  });
});

const read = async (page: Page, address: string) => {
  await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Read', exact: true }).click();
};

describe('Read MBus Meter through a gateway', () => {
  test('a08 a09 a10 a43 reads any address from afar with the same form and the same telegram view', async () => {
    const page = await at('#/gateways/gateway-1');
    await page.getByRole('link', { name: 'Read MBus Meter' }).click();
    expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe('0');
    expect(await page.getByLabel('Baudrate').inputValue()).toBe('2400');
    await read(page, '1');
    await heading(page, 'Address 1 on cellar-1 answered: heat meter EFE 13653120.').waitFor();
    expect(await page.locator('tr[data-line="3"]').textContent()).toMatch(/ENERGY.*INST_VAL/s);
    expect(await page.getByText('Compare with the display of the meter.').count()).toBe(1);
    expect(await page.locator('tr[data-line="0"] .bytes').textContent()).toMatch(/^\s*68 /);
  });

  test('tells live how far it is, and goes on while other pages are looked at', async () => {
    mock.delayCommands(700);
    const page = await at('#/gateways/gateway-1/read-meter');
    await read(page, '1');
    await page.getByRole('region', { name: 'How far it is' }).getByText('Waiting until the bus is free').waitFor();
    await menu(page).getByRole('link', { name: 'Sites' }).click();
    await heading(page, /3 sites/).waitFor();
    await page.goBack();
    await heading(page, /Reading address 1|answered/).waitFor();
    await heading(page, /answered: heat meter/).waitFor();
  });

  test('is found again after the page was loaded anew', async () => {
    mock.delayCommands(1500);
    const page = await at('#/gateways/gateway-4/read-meter');
    await read(page, '1');
    await page.getByRole('region', { name: 'How far it is' }).getByText('Reading address 1').waitFor();
    await page.reload();
    await heading(page, /Reading address 1 on cellar-1|answered/).waitFor();
    await heading(page, /answered: heat meter/).waitFor();
    await page.reload();
    await heading(page, /Address 1 on cellar-1 answered: heat meter/).waitFor();
    await page.locator('tr[data-line="3"]').waitFor();
  });

  test('a11 a meter that does not answer is told as a sentence and the page is usable again', async () => {
    const page = await at('#/gateways/gateway-1/read-meter');
    await read(page, '9');
    await heading(page, 'Address 9 on cellar-1 could not be read.').waitFor();
    expect(await page.getByRole('region', { name: 'What came' }).textContent()).toMatch(/No meter at address 9 on cellar-1 answered.*the line was quiet.*Check the address/s);
    await read(page, '1');
    await heading(page, /answered: heat meter/).waitFor();
  });

  test('a23 an address that is none is refused at its field', async () => {
    const page = await at('#/gateways/gateway-1/read-meter');
    await read(page, 'x12');
    await page.locator('#address-help', { hasText: 'is no address' }).waitFor();
    expect(mock.commands.size).toBe(0);
  });

  test('of a gateway that does not listen says how long it waits', async () => {
    const page = await at('#/gateways/gateway-2/read-meter');
    await page.getByText(/Gateway Gymnasium does not listen now; it was last heard 3 h ago/).waitFor();
    await read(page, '1');
    const waits = page.getByRole('region', { name: 'How far it is' });
    await waits.getByText(/which does not listen now\. At \d\d:\d\d:\d\d it is given up\./).waitFor();
    const command = [...mock.commands.values()][0];
    Object.assign(command, { state: 'expired' });
    mock.tell('command', { gateway: 'gateway-2', command: command.id });
    await page.getByText('Gateway Gymnasium did not come for it in time').waitFor();
    await page.getByText('Nothing was sent on the bus.').waitFor();
  });

  test('that is stopped before the gateway has fetched it is withdrawn', async () => {
    const page = await at('#/gateways/gateway-2/read-meter');
    await read(page, '1');
    await page.getByRole('region', { name: 'How far it is' }).waitFor();
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await page.getByText('You withdrew it before the gateway had fetched it.').waitFor();
    await read(page, '2');
    await page.getByRole('region', { name: 'How far it is' }).waitFor();
    await page.getByRole('navigation', { name: 'Menu path' }).getByRole('link', { name: 'Gymnasium' }).click();
    await page.getByRole('button', { name: 'Withdraw: Read address 2' }).click();
    await page.getByRole('button', { name: 'Show what came of: Read address 2' }).waitFor();
  });

  test('a27 a line becomes a register of the meter that the portal has there', async () => {
    const page = await at('#/gateways/gateway-1/read-meter');
    await read(page, '1');
    await page.getByRole('button', { name: 'Use this line as register' }).first().click();
    await page.getByRole('region', { name: 'Line 3 as register' }).getByRole('button', { name: /Heat, flat 2/ }).click();
    await page.getByLabel('Value of row 2').waitFor();
    expect(page.url()).toContain('#/meters/meter-2/edit');
  });

  test('a27 a line of a meter that the portal does not have goes into the form of a new one', async () => {
    mock.fleet.meters = mock.fleet.meters.filter((meter) => meter.form['gateway'] !== 'gateway-1');
    const page = await at('#/gateways/gateway-1/read-meter');
    await read(page, '1');
    await page.getByRole('button', { name: 'Use this line as register' }).first().click();
    await page.getByRole('button', { name: 'Into the form of a new meter' }).click();
    await heading(page, /new/i).waitFor();
    expect(page.url()).toContain('#/heat/new');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('EFE heat meter 13653120');
    expect(await page.getByLabel('Bus', { exact: true }).inputValue()).toBe('cellar-1');
    expect(await page.getByLabel('Value of row 1').inputValue()).toBe('20316513C5140004');
    expect(await page.getByLabel('Value of row 2').inputValue()).toMatch(/^\{'heat_energy_kwh': '3 /);
  });

  test('without the role for it says so', async () => {
    mock.access.logIn('viewer');
    const page = await at('#/gateways/gateway-1/read-meter');
    await page.getByText('This needs an operator; you are logged in as viewer.').waitFor();
    await read(page, '1');
    await page.getByText('This needs the role operator').waitFor();
  });
});

const give = async (page: Page, wanted: string, from = '0') => {
  await page.getByLabel('Current address').fill(from);
  await page.getByLabel('New address').fill(wanted);
  await page.getByRole('button', { name: /^Give it/ }).click();
};
const result = (page: Page) => page.getByRole('region', { name: 'What came of it' });

describe('Edit MBus Address through a gateway', () => {
  test('a13 a14 a16 gives a meter another address with the same proofs and reads it there', async () => {
    const page = await at('#/gateways/gateway-1');
    await page.getByRole('link', { name: 'Edit MBus Address' }).click();
    await page.getByText('Connect one meter at a time.').waitFor();
    await give(page, '5');
    await heading(page, 'Meter 13653120 has address 5 now, and that is proven.').waitFor();
    expect(await result(page).textContent()).toMatch(/EFE · heat meter.*address 0: meter 13653120.*answered.*address 5: nobody answered.*address 5: meter 13653120/s);
    await result(page).getByRole('link', { name: 'Read it at 5' }).click();
    await heading(page, /Address 5 on cellar-1 answered/).waitFor();
  });

  test('a15 an address that is none is refused before anything is asked', async () => {
    const page = await at('#/gateways/gateway-1/edit-address');
    for (const wanted of ['0', '251', 'abc', '']) {
      await give(page, wanted);
      await page.locator('#wanted[aria-invalid="true"]').waitFor();
    }
    expect(mock.commands.size).toBe(0);
  });

  test.each([
    ['9', '0', 'has the new address already', 'nothing was changed'],
    ['8', '0', 'answers at neither address', 'Which address it has now is not known'],
    ['7', '0', 'Something answers at the old address', 'that is not proven'],
    ['5', '9', 'No meter answered', 'nothing was changed'],
  ])('that fails (to %s from %s) says why and which address the meter has now', async (to, from, why, state) => {
    const page = await at('#/gateways/gateway-1/edit-address');
    await give(page, to, from);
    await result(page).waitFor();
    const told = await result(page).textContent();
    expect(told).toContain(why);
    expect(told).toContain(state);
    expect(told).toContain('Looking who answers at');
  });
});

test('the commands of a gateway stand on its page with what came of them', async () => {
  const page = await at('#/gateways/gateway-1/read-meter');
  await read(page, '1');
  await heading(page, /answered/).waitFor();
  await read(page, '9');
  await heading(page, /could not be read/).waitFor();
  await page.getByRole('navigation', { name: 'Menu path' }).getByRole('link', { name: 'Building 7' }).click();
  const commands = page.getByRole('region', { name: 'Commands' });
  expect(await commands.getByRole('listitem').first().textContent()).toMatch(/Read address 9.*admin.*failed/s);
  await commands.getByRole('button', { name: 'Show what came of: Read address 9' }).click();
  await commands.getByText('No meter at address 9').waitFor();
  await commands.getByRole('button', { name: 'Show what came of: Read address 1' }).click();
  await commands.locator('tr[data-line="3"]').waitFor();
});

test('a session that ended leads through the login and back to the page', async () => {
  const page = await at('#/gateways/gateway-1/edit-address');
  mock.endSessions();
  await page.getByLabel('Password', { exact: true }).waitFor();
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
  await page.getByText('Connect one meter at a time.').waitFor();
});

test('Administration stands in the menu of the portal too', async () => {
  const page = await at('#/administration/audit');
  await menu(page).getByRole('link', { name: 'Accounts' }).click();
  await heading(page, '3 accounts: 1 administrator, 1 operator, 1 viewer.').waitFor();
});
