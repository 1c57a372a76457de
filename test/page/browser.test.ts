/** The page of a counterexample in a real browser: opened, read, clicked through, by mouse and by keys. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { readKept } from '../../harness/page/prepare/kept-suite.ts';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';
import { openChromium, shows, skipUnlessChromium, watchedPage } from './chromium.ts';
import type { Watched } from './chromium.ts';

const counterexample = resolve('fixtures/regressions/stale-read-linearizable-61bd836d.json');

/** What a picture shows now. */
interface Shown {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly brokenUs: number;
  readonly wholeUs: number;
  readonly selected: string | null;
  readonly focus: readonly number[];
  readonly shown: number;
}

function shownIn(page: Page, of = 0): Promise<Shown> {
  return page.evaluate((n) => {
    const { pictures } = globalThis as unknown as { pictures: Map<string, PictureLike> };
    const { state } = [...pictures.values()][n] as PictureLike;
    return {
      ...state.view,
      brokenUs: state.run.violation?.atUs ?? -1,
      wholeUs: state.whole.untilUs - state.whole.fromUs,
      selected: state.selected,
      focus: [...state.focus],
      shown: state.operations.shown,
    };
  }, of);
}

interface PictureLike {
  readonly state: {
    readonly view: { fromUs: number; untilUs: number };
    readonly whole: { fromUs: number; untilUs: number };
    readonly run: { readonly violation: { readonly atUs: number } | null };
    readonly selected: string | null;
    readonly focus: ReadonlySet<number>;
    readonly operations: { readonly shown: number };
  };
}

describe('the page of a suite', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-page-'));
  let browser: Browser;

  before(async function () {
    skipUnlessBuilt(this);
    skipUnlessChromium(this);
    browser = await openChromium();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells what was shown and what was not, and leads to a picture of each scenario', async () => {
    const names = ['minority-partition', 'slow-link'];
    const report = join(folder, 'report');
    mkdirSync(report);
    const scenario = (name: string, verdict: string): object => ({ name, verdict, runs: 2 });
    const before = {
      format: 1,
      madeBy: 'an older one',
      scenarios: [scenario('slow-link', 'violated'), scenario('gone-by', 'holds')],
      promises: [],
      figures: [],
    };
    writeFileSync(join(report, 'suite.json'), JSON.stringify(before));
    const ended = await antlion(['run', ...names, '--runs', '2', '--report', report]);
    assert.equal(ended.code, 0, ended.stderr);
    const { page, requests, errors } = await watchedPage(browser);
    const url = pathToFileURL(join(report, 'index.html')).href;
    await page.goto(url);
    const overview = await page.locator('section.shown').innerText();
    assert.match(
      overview,
      /scenarios hold\s+2[^]*minority-partition[^]*linearizable[^]*What was not shown/,
    );
    assert.match(overview, /never in 4 runs/);
    assert.match(
      overview,
      /Since the run before[^]*gone scenario gone-by[^]*new scenario minority-partition[^]*better scenario slow-link: holds, was violated[^]*made by an older one/,
    );
    const kept = readKept(readFileSync(join(report, 'suite.json'), 'utf8'));
    assert.deepEqual(kept?.scenarios.map((s) => s.name).sort(), names);
    assert.match(overview, /operation duration: read/);
    await page.locator('table.scenarios a', { hasText: 'slow-link' }).click();
    await shows(page, 'section.shown h2', /slow-link\s*✔ holds/);
    const { shown } = await shownIn(page);
    assert.equal(shown, 150);
    await page.goBack();
    await shows(page, 'section.shown h2', /Overview/);
    assert.deepEqual([requests.filter((r) => !r.startsWith(url)), errors], [[], []]);
  });
});

describe('the page of a counterexample', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-page-'));
  const file = join(folder, 'report.html');
  const url = pathToFileURL(file).href;
  let browser: Browser;
  let open: Watched;

  before(async function () {
    skipUnlessBuilt(this);
    skipUnlessChromium(this);
    const ended = await antlion(['replay', counterexample, '--report', file]);
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stdout, new RegExp(`report: ${file}`));
    browser = await openChromium();
    open = await watchedPage(browser);
    await open.page.goto(url);
  });

  after(async () => {
    await (browser as Browser | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens at the contradiction, with its facts beside it', async () => {
    const { page } = open;
    const shown = await shownIn(page);
    assert.ok(shown.fromUs < shown.brokenUs && shown.brokenUs <= shown.untilUs, 'in view');
    assert.ok(shown.untilUs - shown.fromUs < shown.wholeUs, 'not the whole run');
    const facts = await page.locator('.facts li').allInnerTexts();
    assert.ok(facts.length >= 2 && facts.length <= 10, facts.join('\n'));
    assert.equal(shown.focus.length, 2);
    assert.match(await page.locator('h3').first().innerText(), /linearizable is violated/);
    assert.equal((await page.locator('.contradiction .steps li.step').count()) > 0, true);
    assert.match(await page.locator('body').innerText(), /Why no order works/);
  });

  it('shows the operations of a fact that is pressed, and its address leads there again', async () => {
    const { page } = open;
    await page.locator('button.fact').last().click();
    const { selected } = await shownIn(page);
    assert.match(selected ?? '', /^op\d+$/);
    const address = (await page.evaluate('location.href')) as string;
    assert.match(address, new RegExp(`#run=.*&e=${selected}$`));
    assert.match(await page.locator('.said').first().innerText(), /read k/);
    const again = await watchedPage(browser);
    await again.page.goto(address);
    assert.equal((await shownIn(again.page)).selected, selected);
    await again.page.close();
  });

  it('follows keys: zoom, move, events one after the other, all, back', async () => {
    const { page } = open;
    await page.locator('canvas.lanes').first().focus();
    const length = async (): Promise<number> => {
      const { fromUs, untilUs } = await shownIn(page);
      return untilUs - fromUs;
    };
    const before = await length();
    await page.keyboard.press('+');
    assert.ok(Math.abs((await length()) / before - 0.5) < 0.01);
    const { fromUs } = await shownIn(page);
    await page.keyboard.press('ArrowLeft');
    assert.ok((await shownIn(page)).fromUs < fromUs);
    await page.keyboard.press('0');
    const all = await shownIn(page);
    assert.equal(all.untilUs - all.fromUs, all.wholeUs);
    await page.keyboard.press('Escape');
    assert.equal((await shownIn(page)).selected, null);
    await page.keyboard.press('n');
    const first = (await shownIn(page)).selected;
    await page.keyboard.press('n');
    assert.notEqual((await shownIn(page)).selected, first);
    await page.keyboard.press('p');
    assert.equal((await shownIn(page)).selected, first);
    await page.keyboard.press('c');
    assert.equal((await shownIn(page)).focus.length, 2);
  });

  it('is a film: from change to change by keys and buttons, in step with the picture', async () => {
    const { page } = open;
    const moment = (): Promise<number> =>
      page.evaluate('[...pictures.values()][0].state.momentUs') as Promise<number>;
    const { brokenUs } = await shownIn(page);
    assert.equal(await moment(), brokenUs, 'it stands at the contradiction');
    const table = page.locator('.film table');
    assert.match(await table.innerText(), /role\s+follower\s+leader\s+leader/);
    await page.locator('canvas.lanes').first().focus();
    await page.keyboard.press(',');
    const before = await moment();
    assert.ok(before < brokenUs);
    assert.ok(
      (await table.locator('td.new').count()) + (await page.locator('.things .new').count()) > 0,
    );
    await page.locator('.film-bar button', { hasText: '◀' }).click();
    assert.ok((await moment()) < before);
    await page.keyboard.press('Tab');
    await page.locator('input.moment').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await moment(), before);
    // The first election: before it nobody led.
    await page.locator('input.moment').fill('100000');
    assert.match(await table.innerText(), /role\s+follower\s+follower\s+follower/);
    await page.locator('.toolbar button', { hasText: 'Contradiction' }).click();
  });

  it('draws messages when asked, and says by which fault one was lost', async () => {
    const { page } = open;
    await page.locator('canvas.lanes').first().focus();
    await page.keyboard.press('m');
    const told = page.locator('.filters output').nth(1);
    assert.match(await told.innerText(), /^\d+ messages in view, \d+ lost/);
    await page.getByLabel('Filter: kind of message').first().selectOption('append');
    const [all, lost] = (await page.evaluate(
      '(({ messages, view }) => [messages.in(view).all, messages.in(view).drawn.filter((i) => messages.isLost(i))])([...pictures.values()][0].state)',
    )) as [number, number[]];
    assert.ok(all > 0 && all <= 300 && lost.length > 0, `${all}, ${lost.length}`);
    await page.goto(`${page.url().replace(/&e=.*/, '')}&e=msg${lost[0]}`);
    await shows(page, '.said', /append: term .*; lost by partition/);
    await page.getByLabel('Filter: kind of message').first().selectOption('');
    await page.locator('canvas.lanes').first().focus();
    await page.keyboard.press('m');
    await page.keyboard.press('c');
  });

  it('is brushed: dragging over the strip shows that part, in both pictures', async () => {
    const { page } = open;
    const box = await page.locator('canvas.overview').first().boundingBox();
    assert.ok(box !== null);
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.25, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
    await page.mouse.up();
    const shown = await shownIn(page);
    assert.ok(Math.abs(shown.fromUs / shown.wholeUs - 0.25) < 0.02, String(shown.fromUs));
    assert.ok(Math.abs(shown.untilUs / shown.wholeUs - 0.5) < 0.02, String(shown.untilUs));
    const beside = await shownIn(page, 1);
    assert.ok(Math.abs(beside.fromUs - shown.fromUs) < 1, String(beside.fromUs));
    await page.locator('.toolbar button').last().click();
  });

  it('searches, and lists what is in view as links', async () => {
    const { page } = open;
    await page.locator('input.search').first().fill('read k0');
    assert.equal((await shownIn(page)).shown, 1);
    await page.locator('input.search').first().fill('');
    await page.locator('details.events summary').first().click();
    const link = page.locator('details.events a').first();
    const told = await link.innerText();
    await link.click();
    await shows(page, '.said', told);
  });

  it('keeps to itself: no request leaves the file, no error is told', () => {
    assert.deepEqual(
      open.requests.filter((r) => !r.startsWith(url)),
      [],
    );
    assert.deepEqual(open.errors, []);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault for those who do not see it as most do, ${colorScheme}`, async () => {
      const { page } = await watchedPage(browser, { colorScheme, bypassCSP: true });
      await page.goto(url);
      assert.equal(await page.evaluate('document.documentElement.dataset.theme'), colorScheme);
      await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
      await page.evaluate(axe.source);
      const found = await page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then((r) => r.violations.map((v) => [v.id, v.impact, v.nodes[0].html, v.nodes[0].failureSummary]))",
      );
      const serious = (found as string[][]).filter(([, impact]) => impact !== 'minor');
      assert.deepEqual(serious, []);
      await page.close();
    });
  }

  it('fits on a phone: 400 pixels, nothing to be pushed aside', async () => {
    const { page, errors } = await watchedPage(browser, { viewport: { width: 400, height: 800 } });
    await page.goto(url);
    const [inner, outer] = (await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )) as [number, number];
    assert.ok(inner <= outer, `${inner} in ${outer}`);
    const canvas = await page.locator('canvas.lanes').first().boundingBox();
    assert.ok(canvas !== null && canvas.width > 300, JSON.stringify(canvas));
    assert.deepEqual(errors, []);
    await page.close();
  });
});
