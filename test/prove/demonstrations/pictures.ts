/** The pictures of the documents, drawn anew from runs: `npm run pictures`, then look at them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { openChromium } from '../../page/chromium.ts';
import type { Demonstration, Say } from './demonstration.ts';

const folder = resolve('docs/pictures');
/** Readers of the documents load all of a page's. */
const bytesMax = 150_000;
const staleRead = resolve('fixtures/regressions/stale-read-linearizable-61bd836d.json');

interface Picture {
  readonly name: string;
  /** What makes the page, besides where it goes. */
  readonly made: 'overview' | 'stale' | 'cycle';
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
  /** Before it is drawn. */
  readonly act?: (page: Page) => Promise<void>;
  /** What of the page is drawn, from the top of the first heading with this text; absent: what is seen. */
  readonly from?: string;
  /** The column that is drawn, of the first that is shown; absent: all of the width. */
  readonly of?: string;
}

const all: readonly Picture[] = [
  { name: 'contradiction', made: 'stale' },
  { name: 'order', made: 'stale', from: 'Why no order works', height: 270 },
  { name: 'fewer', made: 'stale', from: 'Without one step', height: 620 },
  { name: 'why', made: 'stale', height: 330, from: 'Which fault mattered', of: '.contradiction' },
  { name: 'film', made: 'stale', height: 960, act: withMessages, of: '.picture' },
  { name: 'cycle', made: 'cycle', height: 900 },
  { name: 'phone', made: 'stale', width: 400, height: 760, isDark: true },
  { name: 'suite', made: 'overview', height: 700 },
  { name: 'run', made: 'overview', act: openFirst },
];

/** Two transactions that each read what the other had not yet written. */
const writeSkew = [
  [
    'invoke',
    0,
    [
      ['append', 'x', 1],
      ['r', 'y', null],
    ],
  ],
  [
    'invoke',
    1,
    [
      ['append', 'y', 1],
      ['r', 'x', null],
    ],
  ],
  [
    'ok',
    0,
    [
      ['append', 'x', 1],
      ['r', 'y', []],
    ],
  ],
  [
    'ok',
    1,
    [
      ['append', 'y', 1],
      ['r', 'x', []],
    ],
  ],
  [
    'invoke',
    0,
    [
      ['r', 'x', null],
      ['r', 'y', null],
    ],
  ],
  [
    'ok',
    0,
    [
      ['r', 'x', [1]],
      ['r', 'y', [1]],
    ],
  ],
]
  .map(([type, process, value]) => JSON.stringify({ type, process, f: 'txn', value }))
  .join('\n');

export const pictures: Demonstration = {
  says: 'the pictures of the documents, drawn anew from runs (docs/pictures); look at them',
  isLong: true,
  run: ({ say, scenario }) => draw(say, scenario),
};

async function draw(say: Say, only: string | null): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'antlion-pictures-'));
  mkdirSync(folder, { recursive: true });
  const browser = await openChromium();
  try {
    for (const picture of all.filter((p) => only === null || p.name === only)) {
      const { width = 1_100, height = 640, isDark = false } = picture;
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: isDark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      });
      await page.goto(pathToFileURL(pageOf(picture.made, work)).href);
      await picture.act?.(page);
      await page.waitForTimeout(400);
      await scrollTo(page, picture.from);
      const path = join(folder, `${picture.name}.png`);
      const column = picture.of === undefined ? null : await columnOf(page, picture.of);
      await page.screenshot({
        path,
        ...(column !== null && { clip: { ...column, y: 0, height } }),
      });
      await page.close();
      const { size } = statSync(path);
      say(size <= bytesMax, `${picture.name}.png`, `${Math.round(size / 1_000)} KB`);
    }
  } finally {
    await browser.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function columnOf(page: Page, of: string): Promise<{ x: number; width: number } | null> {
  const box = await page.locator(`section.shown ${of}`).first().boundingBox();
  const edge = 12;
  return box === null ? null : { x: Math.max(0, box.x - edge), width: box.width + 2 * edge };
}

function openFirst(page: Page): Promise<void> {
  return page.locator('table.scenarios a').first().click();
}

/** The box above the picture is pressed, and the picture is at the top. */
async function withMessages(page: Page): Promise<void> {
  await page.locator('label.outcome', { hasText: 'messages' }).first().click();
  await page
    .locator('.picture .box')
    .first()
    .evaluate((e) => e.scrollIntoView({ block: 'start' }));
}

async function scrollTo(page: Page, from: string | undefined): Promise<void> {
  if (from === undefined) return;
  const target = page.locator('section.shown h3', { hasText: from }).first();
  await target.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.waitForTimeout(200);
}

const made = new Map<string, string>();

/** The same page is made once. */
function pageOf(of: Picture['made'], work: string): string {
  const known = made.get(of);
  if (known !== undefined) return known;
  const path = makePage(of, join(work, of));
  made.set(of, path);
  return path;
}

function makePage(of: Picture['made'], place: string): string {
  if (of === 'stale')
    return antlion(['report', staleRead, '--out', `${place}.html`], `${place}.html`);
  if (of === 'cycle') {
    const flags = ['--model', 'list-append', '--consistency', 'serializable'];
    // By its name alone, as people call it: no folder of this machine is in the picture.
    const cwd = dirname(place);
    writeFileSync(join(cwd, 'accounts.jsonl'), writeSkew);
    return antlion(
      ['report', 'accounts.jsonl', ...flags, '--out', `${place}.html`],
      `${place}.html`,
      cwd,
    );
  }
  const names = ['minority-partition', 'leader-crash', 'slow-link', 'failing-dependency'];
  return antlion(['run', ...names, '--runs', '3', '--report', place], join(place, 'index.html'));
}

function antlion(words: readonly string[], page: string, cwd = '.'): string {
  const args = [resolve('dist/harness/cli/bin.js'), ...words];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd });
  if (status !== 0 && status !== 1) throw new Error(`antlion ${words.join(' ')}: ${stderr}`);
  return page;
}
