// A portal and a browser for the tests of its pages.

import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { threeSites } from '../mock-portal/fleet.js';
import { startMockPortal, type MockPortal } from '../mock-portal/server.js';
import { launch, open, type Opened } from './browser';

type MakeFleet = (now: number) => ReturnType<typeof threeSites>;

export interface PortalPage {
  page: Page;
  mock: MockPortal;
  opened: Opened;
}

/** Opens pages of a fleet, somebody being logged in unless `role` is `null`; closes them after each test. */
export function portalPages() {
  let browser: Browser;
  let mock: MockPortal | undefined;
  let opened: Opened | undefined;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await opened?.close();
    await mock?.close();
    opened = mock = undefined;
  });

  return async function at(hash: string, options: { fleet?: MakeFleet; role?: string | null; width?: number; prepare?: (mock: MockPortal) => void } = {}): Promise<PortalPage> {
    const { fleet = threeSites, role = 'admin', width = 1280, prepare } = options;
    mock = await startMockPortal(fleet(Date.now()));
    if (role !== null) mock.access.logIn(role);
    prepare?.(mock);
    opened = await open(browser, mock.url, hash, width);
    return { page: opened.page, mock, opened };
  };
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 });
export const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
export const hash = (page: Page) => new URL(page.url()).hash;

/** What stands beside a name in a list of facts. */
export const fact = (page: Page, name: string) =>
  page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]').first();
