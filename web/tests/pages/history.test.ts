// What a meter has stored itself, under its own dates; and a gateway that shows nothing to strangers.

import { expect, test } from 'vitest';
import { gatewayPages, heading, logIn } from './gateway';

const at = gatewayPages();

test('b18 every value the meter stored is told under its own date', async () => {
  const { page } = await at('#/meters/water-flat-1');
  await page.getByRole('link', { name: 'All values the meter has stored' }).click();
  await heading(page).filter({ hasText: '8 values, from 2013-03-31 to 2013-09-28.' }).waitFor();
  const rows = page.getByRole('table', { name: 'Volume', exact: true }).locator('tbody tr');
  expect((await rows.first().textContent())?.replaceAll(/\s+/g, ' ')).toMatch(/2013-09-28.*8\.393 m³.*0\.291/);
  expect(await rows.count()).toBe(7);
  await page.getByRole('button', { name: 'Copy as table' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('2013-09-28\t8.393\tm³');
});

test('b17 a meter whose stored values are not kept says where to switch it on', async () => {
  const { page } = await at('#/meters/water-flat-1/history', { before: (mock) => mock.configuration.byHand('water-flat-1', { process_historical_data: false }) });
  await page.getByRole('link', { name: 'Switch it on in its form' }).click();
  expect(await page.getByLabel('Process Historical Data').locator('option:checked').textContent()).toBe('off');
});

test('where looking needs a login every page leads to it and back', async () => {
  const { page, mock } = await at('#/meters/heat-flat-2', { role: null, before: (mock) => mock.closeForReading() });
  await heading(page).filter({ hasText: 'This gateway shows itself only to those who are.' }).waitFor();
  expect(await page.getByRole('main').textContent()).not.toContain('Heat');
  await logIn(page);
  await heading(page).filter({ hasText: 'What does it read' }).waitFor();
  expect(page.url()).toContain('#/meters/heat-flat-2');
  // The session ends elsewhere: nothing is shown any more.
  mock.access.account = null;
  mock.closeForReading();
  await heading(page).filter({ hasText: 'Who are you?' }).waitFor();
  expect(await page.getByRole('main').textContent()).not.toContain('9 876');
  await logIn(page);
  await heading(page).filter({ hasText: 'What does it read' }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).first().click();
  await heading(page).filter({ hasText: 'Who are you?' }).waitFor();
});
