/** A real browser for tests that look at pages: Debian's Chromium, driven by playwright-core. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Context } from 'mocha';
import { skipUnless } from '../require.ts';

const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((p) => existsSync(p));

export function skipUnlessChromium(test: Context): void {
  skipUnless(test, 'chromium', path === undefined ? 'apt-get install chromium' : null);
}

export function openChromium(): Promise<Browser> {
  // Root in a container has no sandbox; the pages are ours.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: path as string, args });
}

/** What a page asked for beyond its own file, and what went wrong in it. */
export interface Watched {
  readonly page: Page;
  readonly requests: string[];
  readonly errors: string[];
}

export async function watchedPage(
  browser: Browser,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const [requests, errors]: [string[], string[]] = [[], []];
  page.on('request', (r) => requests.push(r.url()));
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error') errors.push(m.text());
  });
  return { page, requests, errors };
}

/**
 * Waits until the first element of this selector shows this text. Going to another fragment, by a link, an address or
 * back, is heard of by a page in a task of its own: whoever looks at once may see what was there before.
 */
export async function shows(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).first().filter({ hasText: text }).waitFor();
}
