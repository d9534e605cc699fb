// What the pages do: live values, a lost connection, readouts on demand, and what they never do.

import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

async function at(hash: string, width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, hash, width);
  return opened.page;
}

const meterRow = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });
const address = (page: Page) => page.getByLabel('Address', { exact: true });
const readButton = (page: Page) => page.getByRole('button', { name: 'Read', exact: true });
const line = (page: Page, number: number) => page.locator(`tr[data-line="${number}"]`);

async function readAt(page: Page, wanted: string): Promise<void> {
  await address(page).fill(wanted);
  await readButton(page).click();
  await page.getByText('Read at').waitFor();
}

describe('Overview', () => {
  test('says first what fails, why, and what to do', async () => {
    const page = await at('#/');
    expect(await page.locator('h1').textContent()).toContain('5 of 12 meters and 1 of 3 buses need you.');
    const failing = page.getByRole('region', { name: 'Needs attention' }).getByRole('listitem').filter({ hasText: 'Heat, flat 3' });
    expect(await failing.textContent()).toMatch(/did not answer.*the line was quiet.*Check its wiring/s);
  });

  test('names the meters of a lost bus under the bus, once', async () => {
    const page = await at('#/');
    const attention = page.getByRole('region', { name: 'Needs attention' });
    expect(await attention.getByText('Cold, server room').count()).toBe(1);
    expect(await attention.getByRole('listitem').filter({ hasText: 'Bus roof' }).textContent()).toContain('Cold, offices');
  });

  test('shows the index of every meter with exactly its digits, its unit and its age', async () => {
    const page = await at('#/');
    const row = meterRow(page, 'Electricity, house');
    expect(await row.locator('.index').textContent()).toContain('48213.77');
    expect(await row.locator('.index').textContent()).toContain('kWh');
    expect(await row.locator('time').first().textContent()).toMatch(/^3 min/);
    expect(await row.locator('time').first().getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  test('aligns the points of a column', async () => {
    const page = await at('#/');
    const points = await page.evaluate(() =>
      [...document.querySelectorAll('td.index .amount')].map((amount) => {
        const fraction = amount.lastChild as Node;
        const range = document.createRange();
        const whole = [...amount.querySelectorAll('.group, span:not(.pad)')].at(-1);
        range.selectNodeContents(whole ?? fraction);
        return Math.round(range.getBoundingClientRect().right);
      }),
    );
    expect(points.length).toBeGreaterThan(5);
    expect(Math.max(...points) - Math.min(...points)).toBeLessThanOrEqual(1);
  });

  test('a value that is no number is a word with an icon, never a digit', async () => {
    const page = await at('#/');
    const cell = meterRow(page, 'Cold water, flat 2').locator('.index');
    expect((await cell.textContent())?.trim()).toBe('error pattern in place of digits');
    expect(await cell.locator('svg').count()).toBe(1);
  });

  test('a new reading appears by itself', async () => {
    const page = await at('#/');
    const meter = mock.building.meters[0]!;
    const readings = meter.readings as { register: string; text: string; read_at: string }[];
    const energy = readings.find((reading) => reading.register === 'heat_energy_kwh')!;
    Object.assign(energy, { text: '12346', read_at: new Date().toISOString() });
    mock.tell('readout', { meter: meter.id });
    const row = meterRow(page, 'Heat, flat 1');
    await row.locator('.index', { hasText: '12346' }).waitFor();
    expect(await row.locator('time').first().textContent()).toMatch(/^now/);
  });

  test('a bus that goes offline appears by itself', async () => {
    const page = await at('#/');
    Object.assign(mock.building.buses[0]!, { state: 'offline' });
    mock.tell('bus', { bus: 'cellar-1' });
    await page.getByRole('row').filter({ hasText: 'Cellar, heating' }).getByText('offline').waitFor();
  });

  test('Read now says what came of it', async () => {
    const page = await at('#/');
    const silent = page.getByRole('listitem').filter({ hasText: 'Heat, flat 3 on cellar-1' });
    await silent.getByRole('button', { name: 'Read now' }).click();
    await silent.getByText('It could not be read. 3 tries, 187 ms each; the line was quiet.').waitFor();
    const attention = page.getByRole('listitem').filter({ hasText: 'Cold water, flat 2 sends' });
    await attention.getByRole('button', { name: 'Read now' }).click();
    await attention.getByText('It answered after 62 ms.').waitFor();
  });
});

describe('the connection', () => {
  test('when it is lost the page says so, and when it is back it is fresh again', async () => {
    const page = await at('#/');
    mock.disappear();
    await page.getByRole('alert').getByText('The connection to the gateway is lost since').waitFor();
    expect(await page.locator('.frame').getAttribute('class')).toContain('not-live');
    Object.assign(mock.building.meters[0]!, { name: 'Renamed meanwhile' });
    mock.comeBack();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('link', { name: 'Renamed meanwhile' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('.frame').getAttribute('class')).not.toContain('not-live');
  });

  test('it comes back without anybody pressing a button', async () => {
    const page = await at('#/');
    mock.disappear();
    await page.getByRole('alert').waitFor();
    mock.comeBack();
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 15_000 });
  });

  test('a gateway that does not answer from the start is a sentence, not an empty page', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/api/**', (route) => route.abort());
    await page.goto(mock.url);
    await page.getByText('The gateway does not answer.').first().waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('What needs me now?').waitFor();
    await context.close();
  });
});

describe('Meters', () => {
  test('are found by words, and what is not found can be undone', async () => {
    const page = await at('#/meters');
    await page.getByLabel('Find a meter').fill('cold water');
    await page.getByText('2 meters found.').waitFor();
    await page.getByLabel('Find a meter').fill('nowhere');
    await page.getByText('No meter matches "nowhere".').waitFor();
    await page.getByRole('button', { name: 'Show all meters' }).click();
    expect(await page.locator('tbody tr').count()).toBe(12);
    await page.getByLabel('failing').check();
    expect(await page.locator('tbody tr').count()).toBe(5);
  });

  test('a meter tells each reading with the line and bytes it comes from', async () => {
    const page = await at('#/meters/heat-flat-1');
    expect(await page.locator('h1').textContent()).toMatch(/It reads 12345\s*kWh\. Nothing speaks against it\./);
    const rows = page.getByRole('table', { name: 'Readings' }).getByRole('row');
    expect(await rows.nth(1).textContent()).toMatch(/Heat energy.*heat_energy_kwh.*12345.*2026-11-20 10:30.*line 3.*04 \/ 06/s);
    expect(await page.getByText('20316513C5140004').count()).toBeGreaterThan(0);
  });

  test('a meter that fails does not claim its old value to be the present one', async () => {
    const page = await at('#/meters/heat-flat-3');
    expect(await page.locator('h1').textContent()).toMatch(/It last read 4031\s*kWh, 5 h ago\. Do not take it for the present value\./);
  });

  test('Read now shows the telegram on the page of the meter', async () => {
    const page = await at('#/meters/heat-flat-1');
    await page.getByRole('button', { name: 'Read now' }).click();
    await line(page, 3).getByText('ENERGY').waitFor();
    await page.getByText('It answered after 62 ms.').waitFor();
  });
});

describe('Read MBus Meter', () => {
  test('a08 Read MBus Meter stands in the menu on a phone too', async () => {
    const page = await at('#/');
    await page.getByRole('navigation', { name: 'Menu', exact: true }).getByRole('link', { name: 'Read MBus Meter' }).click();
    expect(await page.getByRole('navigation', { name: 'Menu path' }).getByRole('listitem').allTextContents()).toEqual([
      'Meters', 'MBus', 'Read MBus Meter',
    ]);
    await look(page, 360, 'light');
    await page.getByRole('link', { name: 'Meters' }).last().click();
    await page.getByRole('main').getByRole('link', { name: 'Read MBus Meter' }).click();
    await readButton(page).waitFor();
  });

  test('a09 the form begins with address 0 and 2400 baud', async () => {
    const page = await at('#/mbus/read-meter');
    expect(await address(page).inputValue()).toBe('0');
    expect(await page.getByLabel('Baudrate').inputValue()).toBe('2400');
  });

  test('a10 a19 a43 the page shows who answered and the index and every line beside its bytes', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '0');
    const result = page.getByRole('region', { name: 'What came' });
    for (const words of ['10 5B 00 5B 16', 'answered after 62 ms', '185 bytes', '1 try', '1.3 s', 'Compare with the display of the meter.']) {
      expect(await result.textContent()).toContain(words);
    }
    expect(await result.locator('.address dd').allTextContents()).toEqual(['20316513', 'C5 14', '00', '04']);
    expect(await result.locator('.large').textContent()).toMatch(/^12345\s*kWh$/);
    expect(await line(page, 0).textContent()).toContain(
      'Secondary address: {manufacturer ID: EFE, device ID: 13653120, device version: 0, device type: HEAT_METER, as bytes: 20316513C5140004}',
    );
    expect(await line(page, 3).textContent()).toMatch(/ENERGY.*INST_VAL.*12345000.*Wh.*04\s+06\s+39\s+30\s+00\s+00/s);
    expect(await page.locator('tr[data-line]').count()).toBe(29);
  });

  test('pointing at a line lights it with its bytes; pointing at a byte lights its line and names the byte', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '0');
    await line(page, 5).getByText('POWER').hover();
    expect(await page.locator('tr.lit').getAttribute('data-line')).toBe('5');
    const colours = await line(page, 5).locator('td').evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor));
    expect(new Set(colours).size).toBe(1);
    expect(colours[0]).not.toBe(await line(page, 6).locator('td').first().evaluate((cell) => getComputedStyle(cell).backgroundColor));
    await line(page, 4).locator('[data-at="32"]').hover();
    expect(await page.locator('tr.lit').getAttribute('data-line')).toBe('4');
    expect(await page.locator('.strip').textContent()).toMatch(/13\s+Byte 33 of 185 · VIF: quantity and unit/);
  });

  test('the lines are reached and opened with the keys alone', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '0');
    await page.getByRole('button', { name: 'Line 0' }).focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    expect(await page.locator('tr.lit').getAttribute('data-line')).toBe('3');
    expect(await page.locator('.strip').textContent()).toContain('scaled value:12345000, unit:WATT_HOUR, Wh');
    await page.keyboard.press('Enter');
    await page.locator('tr.printed').getByText('DIB:04, VIB:06 -> descr:ENERGY').waitFor();
    await page.keyboard.press('End');
    expect(await page.locator('tr.lit').getAttribute('data-line')).toBe('28');
  });

  test('several telegrams stand one below another and the numbers run on', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '3');
    expect(await page.getByRole('heading', { name: /Telegram \d of 3/ }).count()).toBe(3);
    expect(await line(page, 29).textContent()).toContain('Secondary address');
    expect(await line(page, 86).count()).toBe(1);
  });

  test('a telegram can be taken along as text, hex and JSON with its own digits', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '0');
    const copied = async (name: string) => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect((await copied('Copy text')).split('\n')[3]).toBe(
      '3\tDIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh',
    );
    expect(await copied('Copy hex')).toMatch(/^68 B3 B3 68 .* 9D 16$/);
    const json = await copied('Copy JSON');
    expect(json).toContain('"value": 600.000');
    expect(JSON.parse(json)).toMatchObject({ schema: 1, records: [{ line: 3, value: 12345000 }, { line: 15 }] });
  });

  test('where nobody answers it says so with the trace, keeps the form and reads again', async () => {
    const page = await at('#/mbus/read-meter');
    await page.getByLabel('Baudrate').selectOption('9600');
    await readAt(page, '9');
    await page.getByText('No meter at address 9 on cellar-1 answered.').waitFor();
    expect(await page.getByRole('table', { name: 'What was on the line' }).textContent()).toMatch(/579 ms.*sent.*10 7B 09 84 16/s);
    expect(await address(page).inputValue()).toBe('9');
    expect(await page.getByLabel('Baudrate').inputValue()).toBe('9600');
    await readAt(page, '0');
    await line(page, 3).waitFor();
  });

  test('a wrong address is told at its field and nothing else changes', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '0');
    await address(page).fill('x12');
    await readButton(page).click();
    await page.getByText('character 1 is not a digit').waitFor();
    expect(await address(page).getAttribute('aria-invalid')).toBe('true');
    expect(await address(page).evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await address(page).inputValue()).toBe('x12');
    expect(await line(page, 3).count()).toBe(1);
    await address(page).fill('');
    await readButton(page).click();
    await page.getByText('Give an address').waitFor();
  });

  test('waiting can be stopped, and the page is usable again', async () => {
    mock.delayReadouts(60_000);
    const page = await at('#/mbus/read-meter');
    await readButton(page).click();
    await page.getByText('Reading address 0 on cellar-1').waitFor();
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await page.getByText('You stopped waiting.').waitFor();
    mock.delayReadouts(0);
    await readAt(page, '0');
    await line(page, 3).waitFor();
  });

  test('form and result are still there after a look at another page', async () => {
    const page = await at('#/mbus/read-meter');
    await readAt(page, '3');
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.getByText('What needs me now?').waitFor();
    await page.goBack();
    await line(page, 86).waitFor();
    expect(await address(page).inputValue()).toBe('3');
  });

  test('on a phone the bytes fold under the line', async () => {
    const page = await at('#/mbus/read-meter', 360);
    await readAt(page, '0');
    expect(await line(page, 3).locator('.bytes').isVisible()).toBe(false);
    await line(page, 3).getByText('ENERGY').click();
    expect(await line(page, 3).locator('.bytes').isVisible()).toBe(true);
    expect(await page.locator('tr.printed').textContent()).toMatch(/39 30 00 00\s*data/);
  });
});

describe('never', () => {
  test('is a text of the gateway taken for markup', async () => {
    const name = '<img src=x onerror="document.title=\'owned\'"><b>bold</b>';
    Object.assign(mock.building.meters[0]!, { name });
    const page = await at('#/');
    expect(await page.getByRole('link', { name }).count()).toBe(1);
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
  });

  test('is a new page entered without telling where one is', async () => {
    const page = await at('#/');
    await page.getByRole('link', { name: 'Electricity, house' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: 'What does it read' }).waitFor();
    expect(await page.title()).toBe('Electricity, house · Building 7');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  test('does the first page weigh more than 150 kB compressed', () => {
    const built = fileURLToPath(new URL('../../dist/gateway/', import.meta.url));
    const weight = readdirSync(built, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.gz'))
      .reduce((sum, file) => sum + statSync(`${built}${file}`).size, 0);
    expect(weight).toBeGreaterThan(10_000);
    expect(weight).toBeLessThan(150_000);
  });
});
