import { existsSync, mkdirSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** A page in a real browser, and what the browser has had to complain of. */
export type OpenPage = {
  readonly page: Page;
  /** Errors in the console and in scripts, so far. */
  readonly complaints: readonly string[];
  /** By how many pixels the page is wider than its window. */
  overflow(): Promise<number>;
  /** Leaves a picture of the whole page in `SCREENSHOT_DIR`, if that is set. */
  picture(name: string): Promise<void>;
};

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const pictures = process.env.SCREENSHOT_DIR;

/** A page in a Chromium of its own, which ends with the test. The test is skipped, and says so, on a machine without one. */
export async function openPage(skip: (note: string) => never): Promise<OpenPage> {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return skip('no Chromium on this machine: set CHROMIUM_PATH to one');
  const browser = await chromium.launch({ executablePath, args: flags });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    complaints,
    overflow: () => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    async picture(name) {
      if (pictures === undefined) return;
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    },
  };
}
