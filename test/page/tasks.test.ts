/**
 * What three people want of a red build: the contradiction, the fault that mattered, what to change. Each has what CI
 * kept, a JUnit file, and gets there by at most two commands or three clicks, which are counted.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';
import { openChromium, shows, skipUnlessChromium } from './chromium.ts';

const [commandsMax, clicksMax] = [2, 3];

/** One person at work: commands as the file has them, clicks in the page, both counted. */
class Person {
  commands = 0;
  clicks = 0;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A line of the failure in the JUnit file: `As a page:     antlion replay …`. */
  read(label: string): string {
    const text = readFileSync(join(this.folder, 'junit.xml'), 'utf8');
    const line = new RegExp(`^${label}: +antlion (.*)$`, 'm').exec(text)?.[1];
    assert.ok(line !== undefined, `the file says "${label}"`);
    return line.replaceAll('&amp;', '&').replace('</failure>', '');
  }

  async run(words: string): Promise<string> {
    this.commands += 1;
    const ended = await antlion(words.split(' '), { cwd: this.folder });
    assert.equal(ended.stderr, '');
    assert.equal(ended.code, 1);
    return ended.stdout;
  }

  async click(page: Page, selector: string, text: string | RegExp): Promise<void> {
    this.clicks += 1;
    await page.locator(selector, { hasText: text }).first().click();
  }

  done(): void {
    assert.ok(this.commands <= commandsMax, `${this.commands} commands`);
    assert.ok(this.clicks <= clicksMax, `${this.clicks} clicks`);
  }
}

describe('from a red JUnit file', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-tasks-'));
  let browser: Browser;

  before(async function () {
    skipUnlessBuilt(this);
    skipUnlessChromium(this);
    const words = 'run minority-partition --mutant stale-read --seed 7 --reporter line';
    const ended = await antlion([...words.split(' '), '--reporter', 'junit=junit.xml'], {
      cwd: folder,
    });
    assert.equal(ended.code, 1, ended.stderr);
    browser = await openChromium();
  });

  after(async () => {
    await (browser as Browser | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(person: Person): Promise<Page> {
    await person.run(person.read('As a page'));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(join(folder, 'contradiction.html')).href);
    return page;
  }

  it('to the contradiction: one command, and it stands there', async () => {
    const person = new Person(folder);
    const page = await opened(person);
    const facts = await page.locator('.facts li').allInnerTexts();
    assert.match(
      facts.join('\n'),
      /c0's write of 91 to k2 returned[^]*c1's read of nothing from k2/,
    );
    const isInView = (await page.evaluate(
      '(({ view, run }) => view.fromUs < run.violation.atUs && run.violation.atUs <= view.untilUs)([...pictures.values()][0].state)',
    )) as boolean;
    assert.ok(isInView);
    person.done();
    await page.close();
  });

  it('to the fault that mattered: on the page, and shown in the picture by a click', async () => {
    const person = new Person(folder);
    const page = await opened(person);
    const told = await page.locator('.contradiction .mattered').innerText();
    assert.match(
      told,
      /^It took partition .*minority \(server-2\) ⇎ majority .*: without it the promise is kept\.$/,
    );
    await person.click(page, '.contradiction .steps a', /partition/);
    await shows(page, '.said', /partition .*first took effect/);
    person.done();
    await page.close();
  });

  it('to what has to change: on the page, and on the terminal with both other answers', async () => {
    const person = new Person(folder);
    const page = await opened(person);
    const told = await page.locator('.contradiction .change li').allInnerTexts();
    assert.deepEqual(told, [
      'It runs the mutant stale-read: a deposed leader serves reads from its local state.',
      'It replaces mayServeRead and mayStayLeader of reference-impl/consensus.',
      'Leave --mutant out; the same run then: the promise is kept.',
    ]);
    const printed = await person.run(`${person.read('See it again')} --why`);
    assert.match(
      printed,
      /Which fault mattered:\n {2}It took partition .*\n[^]* {4}kept +without c0 write[^]*\nWhat to change:\n {2}- It runs the mutant stale-read: /,
    );
    for (const text of told) assert.ok(printed.includes(text), text);
    person.done();
    await page.close();
  });
});
