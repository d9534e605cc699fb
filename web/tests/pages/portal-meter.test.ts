// The page of a meter: what it reads and whether to trust it, its history, its readouts, a readout now.

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { fact, field, hash, heading, portalPages } from './portal';

const at = portalPages();
const plots = (page: Page) => page.locator('.u-over');
const chart = (page: Page, name: string) => page.getByRole('figure', { name: new RegExp(`^${name}`) });

test('a29 the index is told with its digits and age and whether to trust it', async () => {
  const { page } = await at('#/meters/meter-2');
  await heading(page).filter({ hasText: 'It reads 9876.5 kWh. Nothing speaks against it.' }).waitFor();
  const row = page.getByRole('region', { name: 'Readings' }).getByRole('row', { name: /Heat energy/ });
  expect((await row.textContent())?.replaceAll(/\s+/g, ' ')).toMatch(/heat_energy_kwh.*9876\.5.*kWh.*4 min.*2026-11-20 10:30.*line 3.*04 \/ 06/);
});

test('a32 the seven values of the list are shown', async () => {
  const { page } = await at('#/meters/meter-2');
  const text = (await page.getByRole('region', { name: 'Readings' }).textContent())?.replaceAll(/\s+/g, ' ');
  for (const value of ['678.901 m³', '4.2 kW', '0.512 m³/h', '62 °C', '41 °C', '20.53 K']) expect(text?.replaceAll(' ', '')).toContain(value.replaceAll(' ', ''));
});

describe('a meter that cannot be trusted says why', () => {
  test.each([
    ['meter-3', /It last read 4031\skWh, 5 h ago; since then it fails/],
    ['meter-4', /It last read 70011\skWh, 3 h ago; since then its gateway does not listen/],
    ['meter-5', /Nothing: its gateway refuses the configuration/],
    ['meter-8', /It answers, but its readings need a look/],
    ['meter-11', /Nothing yet: it waits for its first reading/],
  ])('%s', async (id, words) => {
    const { page } = await at(`#/meters/${id}`);
    await heading(page).filter({ hasText: words }).waitFor();
  });
});

describe('the configuration', () => {
  test('that was refused names the problem', async () => {
    const { page } = await at('#/meters/meter-5');
    const region = page.getByRole('region', { name: 'Configuration' });
    await region.getByText('Gateway Main wing refuses revision 4 and goes on as before.').waitFor();
    expect(await region.textContent()).toContain('both have address 3 on cellar-1');
  });

  test('that is sent becomes one that is applied, without loading the page again', async () => {
    const { page, mock } = await at('#/meters/meter-1', {
      prepare: (mock) => Object.assign(mock.fleet.gateways[0], { wanted_revision: 8 }),
    });
    const region = page.getByRole('region', { name: 'Configuration' });
    await region.getByText('Revision 8 is sent to gateway Building 7; it has not said yet that it reads by it.').waitFor();
    Object.assign(mock.fleet.gateways[0], { reported: { revision: 8, applied: true, problems: [], reported_at: new Date().toISOString() } });
    mock.tell('gateway', { gateway: 'gateway-1' });
    await region.getByText('Gateway Building 7 reads by revision 8.').waitFor();
  });

  test('that waits for a gateway that does not listen says so', async () => {
    const { page } = await at('#/meters/meter-4', { prepare: (mock) => Object.assign(mock.fleet.gateways[1], { wanted_revision: 8 }) });
    await page.getByText('Revision 8 waits for gateway Gymnasium, which does not listen now.').waitFor();
  });

  test('of a meter of the gateway itself can be taken into the portal', async () => {
    const { page, mock } = await at('#/meters/meter-12');
    await page.getByText('This meter is configured at its gateway.').waitFor();
    await page.getByRole('button', { name: 'Configure in the portal' }).click();
    await page.getByText('This meter is configured at its gateway.').waitFor({ state: 'detached' });
    expect(mock.requests).toContain('POST /api/v1/meters/meter-12/adoption');
  });
});

describe('the history', () => {
  test('shows the index as a line and the consumption as bars, with gaps and estimates', async () => {
    const { page } = await at('#/meters/meter-1');
    await plots(page).nth(1).waitFor();
    await chart(page, 'Consumption').getByRole('button', { name: 'Consumption: Table' }).click();
    const rows = chart(page, 'Consumption').getByRole('table').locator('tbody tr');
    expect(await rows.count()).toBe(24);
    // From 02:00 to 05:00 it was silent: what was counted meanwhile stands in the bar after it.
    if (new Date().getHours() > 6) {
      expect(await rows.nth(3).textContent()).toContain('no reading');
      expect(await rows.nth(5).textContent()).toMatch(/05:00 – 06:00.*kWh.*estimated/s);
    }
    expect(await rows.last().textContent()).toContain('no reading');
    await chart(page, 'Consumption').getByRole('button', { name: 'Consumption: Chart' }).click();
    await plots(page).nth(1).waitFor();
  });

  test('goes to another day, month and year', async () => {
    const { page, mock } = await at('#/meters/meter-1');
    await plots(page).nth(1).waitFor();
    const name = page.getByRole('region', { name: 'History' }).locator('.name');
    const today = await name.textContent();
    await page.getByRole('button', { name: 'The period before' }).click();
    expect(await name.textContent()).not.toBe(today);
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    expect(await name.textContent()).toBe(today);
    expect(await page.getByRole('button', { name: 'The period after' }).isDisabled()).toBe(true);
    await field(page, 'Year').check();
    expect(await name.textContent()).toMatch(/^\d{4}$/);
    await page.getByText('was exchanged for').first().waitFor();
    expect(mock.requests.filter((request) => request.endsWith('/consumption')).length).toBe(4);
  });

  test('goes by the keys: along the chart, closer, and all of it again', async () => {
    const { page } = await at('#/meters/meter-1');
    await plots(page).nth(1).waitFor();
    await page.getByRole('application', { name: /^Index/ }).focus();
    await page.keyboard.press('Home');
    await chart(page, 'Index').getByText(/00:00:00/).waitFor();
    await page.keyboard.press('ArrowRight');
    await chart(page, 'Index').getByText(/00:15:00/).waitFor();
    expect(await chart(page, 'Index').locator('.told').textContent()).toMatch(/\d+\.\d\d\skWh/);
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Show all of it' }).waitFor();
    await page.keyboard.press('0');
    await page.getByRole('button', { name: 'Show all of it' }).waitFor({ state: 'detached' });
  });

  test('is zoomed by dragging', async () => {
    const { page } = await at('#/meters/meter-1');
    await plots(page).first().scrollIntoViewIfNeeded();
    const box = await plots(page).first().boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.move(box.x + 20, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 140, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Show all of it' }).waitFor();
  });

  test('goes out as a file with every digit', async () => {
    const { page } = await at('#/meters/meter-1');
    await plots(page).nth(1).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Index: Download CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('meter-1-readings.csv');
    expect(await readFile(await file.path(), 'utf8')).toContain('600.000');
    const asked = new URL(file.url()).searchParams;
    expect([asked.get('register'), Date.parse(asked.get('to') ?? '') - Date.parse(asked.get('from') ?? '')]).toEqual(['heat_energy_kwh', 86_400_000]);
  });

  test('of a time without readings says so and leads to the last ones', async () => {
    const { page } = await at('#/meters/meter-5');
    await page.getByRole('region', { name: 'History' }).getByText('Nothing was read in this time.').waitFor();
  });
});

test('a stored readout opens on its lines beside their bytes', async () => {
  const { page } = await at('#/meters/meter-1');
  const region = page.getByRole('region', { name: 'Readouts' });
  await region.getByRole('button', { name: /^Show the readout of/ }).first().click();
  const telegrams = region.getByRole('region', { name: 'Telegrams' });
  expect(await telegrams.locator('tr[data-line="3"]').textContent()).toMatch(/ENERGY.*INST_VAL/s);
  expect((await telegrams.locator('tr[data-line="3"] .bytes').textContent())?.trim().split(/\s+/).slice(0, 2)).toEqual(['04', '06']);
  await telegrams.getByText('EFE · heat meter').waitFor();
  await region.getByRole('button', { name: 'Show older ones' }).click();
  await expect.poll(() => region.getByRole('button', { name: /^Show the readout of/ }).count()).toBe(20);
});

describe('a readout now', () => {
  test('tells how it goes and what the meter said', async () => {
    const { page } = await at('#/meters/meter-1', { prepare: (mock) => mock.delayCommands(400) });
    await page.getByRole('button', { name: 'Read now: Heat, flat 1' }).click();
    await page.getByRole('status').getByText('The gateway is reading.').waitFor();
    await page.getByRole('list', { name: 'How it goes' }).getByText('Reading Heat, flat 1 on cellar-1.').waitFor();
    await page.getByRole('status').getByText('It answered after 62 ms.').waitFor();
    await page.getByRole('region', { name: 'What it just said' }).locator('tr[data-line="3"]').waitFor();
  });

  test('of a silent meter says why, and can be tried again', async () => {
    const { page } = await at('#/meters/meter-3');
    await page.getByRole('button', { name: /^Read now/ }).click();
    const result = page.getByRole('region', { name: 'What it just said' });
    await result.getByText('It could not be read.').waitFor();
    expect(await result.textContent()).toMatch(/answered\..*3 tries, 187 ms each; the line was quiet/s);
    expect(await page.getByRole('button', { name: /^Read now/ }).isEnabled()).toBe(true);
  });

  test('waits for a gateway that does not listen, and says so', async () => {
    const { page } = await at('#/meters/meter-4');
    await page.getByRole('button', { name: /^Read now/ }).click();
    await page.getByText('The gateway does not listen now; the readout waits for it for 10 minutes.').waitFor();
  });

  test('is not offered to whoever may only look', async () => {
    const { page } = await at('#/meters/meter-1', { role: 'viewer' });
    await page.getByRole('region', { name: 'Readings' }).waitFor();
    expect(await page.getByRole('button', { name: /^Read now/ }).count()).toBe(0);
  });

  test('a27 a line of it becomes a register in the form of the meter', async () => {
    const { page } = await at('#/meters/meter-2');
    await page.getByRole('button', { name: /^Read now/ }).click();
    const result = page.getByRole('region', { name: 'What it just said' });
    await result.getByRole('button', { name: 'Line 12' }).click();
    await result.getByRole('button', { name: 'Use line 12 as register …' }).click();
    await field(page, 'Name of the register').fill('on_time');
    await result.getByRole('button', { name: 'Into the form of Heat, flat 2' }).click();
    await page.waitForURL(/#\/meters\/meter-2\/edit$/);
    expect(await field(page, 'Value of row 2').inputValue()).toMatch(/'vol_m3': 4, 'on_time': '12 02\/23'\}$/);
    expect(hash(page)).toBe('#/meters/meter-2/edit');
  });
});

test('new values come by themselves', async () => {
  const { page, mock } = await at('#/meters/meter-1');
  await heading(page).filter({ hasText: 'It reads 12345 kWh' }).waitFor();
  const meter = mock.fleet.meters[0];
  if (meter) {
    const now = new Date().toISOString();
    meter['readings'] = meter['readings'].map((reading: { is_index: boolean }) => (reading.is_index ? { ...reading, text: '12346', read_at: now } : reading));
  }
  mock.tell('readouts', { meters: ['meter-1'] });
  await heading(page).filter({ hasText: 'It reads 12346 kWh' }).waitFor();
});

test('the first page is below 150 kB compressed, and the chart comes only with a meter', async () => {
  const { page, mock } = await at('#/');
  const sizes = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname).filter((path) => /\.(js|css)$/.test(path)),
  );
  expect(sizes.some((path) => path.includes('Plot'))).toBe(false);
  const { gzipSync } = await import('node:zlib');
  const bodies = await Promise.all(sizes.map(async (path) => gzipSync(Buffer.from(await (await fetch(mock.url + path)).arrayBuffer())).length));
  expect(bodies.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  await page.goto(`${mock.url}/#/meters/meter-1`);
  await plots(page).nth(1).waitFor();
  await fact(page, 'Model').waitFor();
});
