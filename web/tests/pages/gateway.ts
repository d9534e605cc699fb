// The pages of the mock gateway for a test: opened at an address, closed after it.

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, open, type Opened } from './browser';

export interface At {
  page: Page;
  mock: MockGateway;
}

/** Opens a page of a gateway with twelve meters; an administrator is logged in unless told otherwise. */
export function gatewayPages(): (hash: string, more?: { width?: number; role?: string | null; before?: (mock: MockGateway) => void }) => Promise<At> {
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
  return async (hash, { width = 1280, role = 'admin', before } = {}) => {
    if (role !== null) mock.access.logIn(role);
    before?.(mock);
    opened = await open(browser, mock.url, hash, width);
    return { page: opened.page, mock };
  };
}

export const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
export const heading = (page: Page) => page.getByRole('heading', { level: 1 });
export const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

/** Logs in where the page asks for it. */
export async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).last().fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
}
