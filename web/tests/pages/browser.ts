// Chromium for the tests: pages in a size and a colour scheme, the accessibility check, pictures.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

export const WIDTHS = [360, 768, 1280] as const;
export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

const pictures = fileURLToPath(new URL('../../test-results/', import.meta.url));

/** Starts the browser the machine has; CHROMIUM names another one. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
  });
}

/** A page and everything it complained about. */
export interface Opened {
  page: Page;
  /** Errors of the page, refused by the content security policy included. */
  complaints: string[];
  /** Requests to any other host than the gateway. */
  strangers: string[];
  close(): Promise<void>;
}

/** Opens an address of the gateway and waits until its data is drawn. */
export async function open(browser: Browser, base: string, hash = '#/', width = 1280): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height: height(width) },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(base).origin) strangers.push(request.url());
  });
  await page.goto(`${base}/${hash}`);
  await page.locator('h1').first().waitFor();
  await page.locator('h1[aria-busy]').waitFor({ state: 'detached' });
  return { page, complaints, strangers, close: () => context.close() };
}

const height = (width: number) => (width < 700 ? 740 : 860);

/** Shows the page at a width, light or dark. */
export async function look(page: Page, width: number, scheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: height(width) });
}

/** Buttons, fields and links on a line of their own that are lower than 44 pixels. */
export const smallTargets = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input:not([type=radio]), select, nav a')]
      .filter((target) => target.checkVisibility() && !target.classList.contains('skip'))
      .map((target) => ({ target, box: target.getBoundingClientRect() }))
      // The button of a line lies in a row that is the target as a whole.
      .map(({ target, box }) => ({ target, box: target.closest('tr')?.getBoundingClientRect() ?? box }))
      .filter(({ box }) => box.height < 43.5)
      .map(({ target, box }) => `${target.textContent?.trim()}: ${box.height}`),
  );

/** What axe finds against WCAG 2.2 AA and its own best practices, one line per rule and element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const results = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    // The rows of a long table are all made alike.
    return axe.run({ exclude: [['tbody tr:nth-child(n+40)']] }, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
  });
  return results.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary ?? rule.help}`),
  );
}

/** How many pixels the page is wider than the window. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Writes a picture of the page, as long as it is, to test-results. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}${name}.png`, fullPage: true });
}
