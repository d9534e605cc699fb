// What every page in every state has to stand, of both user interfaces: every width, light and dark,
// large targets on a phone, words of any length, and no complaint.

import { expect, test } from 'vitest';
import {
  accessibilityFaults, look, overflow, picture, SCHEMES, smallTargets, WIDTHS, type Opened,
} from './browser';

/** The tests of a page that is open; a picture of each look is named after it. */
export function testLooks(name: string, opened: () => Opened): void {
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      test(`${width} ${scheme}`, async () => {
        const { page } = opened();
        await look(page, width, scheme);
        await picture(page, `${name}-${width}-${scheme}`);
        expect(await overflow(page)).toBe(0);
        if (width !== 768) expect(await accessibilityFaults(page)).toEqual([]);
      });
    }
  }

  test('the page complains about nothing and asks no other host', () => {
    const expected = /Failed to load resource|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED/;
    expect(opened().complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
    expect(opened().strangers).toEqual([]);
  });

  test('on a phone every target is large enough for a finger', async () => {
    await look(opened().page, 360, 'light');
    expect(await smallTargets(opened().page)).toEqual([]);
  });

  // The last test of a state: it writes other words into the page.
  test('a long German word in every label breaks nothing', async () => {
    const { page } = opened();
    await look(page, 360, 'light');
    await page.evaluate(() => {
      for (const label of document.querySelectorAll('label, button, th, dt, legend, nav a, .question')) {
        const words = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
        for (let text = words.nextNode(); text; text = words.nextNode()) {
          if (text.nodeValue?.trim() && !/^\d+$/.test(text.nodeValue)) text.nodeValue = 'Wärmemengenzählerablesezeitraum';
        }
      }
    });
    await picture(page, `${name}-360-long-words`);
    expect(await overflow(page)).toBe(0);
  });
}
