/** What a page of a long run costs: to make, to keep, to open, to zoom. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Prng } from '../../harness/core/prng.ts';
import type { Page } from 'playwright-core';
import { openChromium } from '../page/chromium.ts';
import type { Say } from './demonstrations/demonstration.ts';

const operations = 100_000;
const clients = 20;
const keys = 50;
/** As the issue has them. */
const wanted = { madeMs: 10_000, bytes: 20_000_000, paintMs: 1_000, zoomMs: 50 } as const;
const zooms = 40;

export async function proveReport(say: Say): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-page-'));
  try {
    const [history, page] = [join(folder, 'long.jsonl'), join(folder, 'long.html')];
    writeFileSync(history, longHistory());
    const begunMs = performance.now();
    const bin = resolve('dist/harness/cli/bin.js');
    const args = [bin, 'report', history, '--model', 'register', '--out', page];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const madeMs = performance.now() - begunMs;
    const bytes = status === 0 ? statSync(page).size : Infinity;
    say(
      status === 0 && madeMs <= wanted.madeMs && bytes <= wanted.bytes,
      `page of ${operations} operations: read, checked and made in ${Math.round(madeMs)} ms, ${(bytes / 1e6).toFixed(1)} MB`,
      stderr,
    );
    await measureIn(page, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIn(path: string, say: Say): Promise<void> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    await page.waitForFunction('[...pictures.values()].some((p) => p.paintedMs > 0)');
    const paintMs = (await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    )) as number;
    say(paintMs <= wanted.paintMs, `first paint after ${Math.round(paintMs)} ms`);
    await measureZoom(page, say);
  } finally {
    await browser.close();
  }
}

/**
 * Each step paints all that is in view. By the clock it also waits for whoever else is at work on the machine; the time
 * of the page's own thread does not.
 */
async function measureZoom(page: Page, say: Say): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const threadMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find((m) => m.name === 'ThreadTime')?.value ?? NaN) * 1_000;
  };
  const step = async (i: number): Promise<{ paintedMs: number; ownMs: number }> => {
    const beganMs = await threadMs();
    const paintedMs = (await page.evaluate(`(() => {
      const [picture] = pictures.values();
      const { state } = picture;
      const length = (state.whole.untilUs - state.whole.fromUs) / 1.3 ** ${i % 20};
      const from = state.whole.fromUs + length / 7;
      state.view = { fromUs: from, untilUs: from + length };
      picture.paint();
      return picture.paintedMs;
    })()`)) as number;
    return { paintedMs, ownMs: (await threadMs()) - beganMs };
  };
  for (let i = 0; i < 5; i++) await step(i);
  const steps = [];
  for (let i = 0; i < zooms; i++) steps.push(await step(i));
  const [painted, own] = [steps.map((s) => s.paintedMs), steps.map((s) => s.ownMs)];
  say(
    Math.max(...own) <= wanted.zoomMs,
    `${zooms} zoom steps: ${spreadOf(own)} of the page's own time, ${spreadOf(painted)} by the clock`,
  );
}

function spreadOf(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const [median = Infinity, worst = Infinity] = [sorted[sorted.length >> 1], sorted.at(-1)];
  return `half within ${median.toFixed(1)} ms, all within ${worst.toFixed(1)} ms`;
}

/** Legal by construction: each takes effect at its end. */
function longHistory(): string {
  const draw = new Prng(1);
  const state = new Map<string, number>();
  const free = Array.from({ length: clients }, () => 0);
  const events: { readonly timeUs: number; readonly text: string }[] = [];
  const say = (timeUs: number, type: string, process: number, rest: object): void => {
    events.push({ timeUs, text: JSON.stringify({ type, process, time: timeUs * 1_000, ...rest }) });
  };
  const ends: { atUs: number; process: number; key: string; write: number | null }[] = [];
  for (let n = 0; n < operations; n++) {
    const process = n % clients;
    const key = `k${draw.below(keys)}`;
    const fromUs = (free[process] as number) + 500 + draw.below(5_000);
    const atUs = fromUs + 300 + draw.below(9_000);
    const write = draw.below(2) === 0 ? n : null;
    say(fromUs, 'invoke', process, { f: write === null ? 'read' : 'write', key, value: write });
    ends.push({ atUs, process, key, write });
    free[process] = atUs + 1;
  }
  for (const { atUs, process, key, write } of ends.sort((a, b) => a.atUs - b.atUs)) {
    if (write !== null) state.set(key, write);
    const value = write ?? state.get(key) ?? null;
    say(atUs, 'ok', process, { f: write === null ? 'read' : 'write', key, value });
  }
  return events
    .sort((a, b) => a.timeUs - b.timeUs)
    .map((e) => `${e.text}\n`)
    .join('');
}
