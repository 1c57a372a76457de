/** Scenarios of a user's own: from files, folders and a configuration, in a project without antlion. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';
import type { Ended } from './antlion.ts';

/** A scenario as TypeScript that Node 20 cannot strip: it has an enum. */
const scenario = (name: string, promises: string, extra = ''): string => `
import { always, cluster, defineScenario, kvOperations, observed } from 'antlion';
import type { Prng } from 'antlion';
enum Mode { drop = 'drop' }
export const termsStayOne = always(
  { id: 'terms-stay-one', area: 'SAFETY', claim: 'Terms stay below two.', faultModel: 'any' },
  { of: observed.role(), per: (e) => e.node, holds: (e) => e.value.term < 2 },
);
export default defineScenario({
  name: '${name}',
  claim: 'A pause of the leader loses nothing.',
  promises: [${promises}],
  ${extra}
  story: (draw: Prng) => ({
    shape: cluster({ servers: 3, clients: 2 }),
    faults: [
      { kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } },
      { kind: 'partition', atUs: 4_000_000, untilUs: 5_000_000, mode: Mode.drop,
        links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true } },
    ],
    clients: kvOperations(draw, {
      clients: 2, count: 40, keys: 1, pauseUs: 100_000, mix: { read: 1, write: 1 },
    }),
    durationUs: 12_000_000,
  }),
});
`;

/** Scenario and verdict of each run that `--json` printed. */
const verdictsOf = (ended: Ended): unknown[][] =>
  recordsOf(ended, 'run').map((run) => [run['scenario'], run['verdict']]);

describe('scenarios of one’s own', function () {
  this.timeout(180_000);
  let project = '';
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    }
  };
  const run = (...args: string[]): Promise<Ended> => antlion(args, { cwd: project });

  before(function () {
    skipUnlessBuilt(this);
  });
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'antlion-project-'));
    // As `npm init -y` makes it.
    put({ 'package.json': '{ "name": "p", "version": "1.0.0", "type": "commonjs" }' });
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it('run from a folder and from a file, and leave nothing there', async () => {
    put({
      'mine/pause.ts': scenario('mine', `'linearizable'`),
      'mine/deep/expected.ts': scenario('expected', 'termsStayOne', `expect: 'violated',`),
      'mine/helper.ts': 'export const helper = 1;',
      'mine/some.test.ts': 'throw new Error("a test is no scenario");',
    });
    const before = readdirSync(project, { recursive: true });
    const folder = await run('run', './mine', '--json');
    assert.equal(folder.code, 0, folder.stderr);
    assert.deepEqual(verdictsOf(folder), [
      ['expected', 'holds'],
      ['mine', 'holds'],
    ]);
    const file = await run('run', 'mine/pause.ts', 'minority-partition');
    assert.equal(file.code, 0, file.stderr);
    assert.match(file.stdout, /holds +mine [^]*holds +minority-partition/);
    assert.deepEqual(readdirSync(project, { recursive: true }), before);
  });

  it('break a promise of their own, and the token shows it again from its file', async () => {
    put({ 'mine.ts': scenario('mine', 'termsStayOne') });
    const { code, stdout, stderr } = await run('run', './mine.ts');
    assert.equal(code, 1, stderr);
    assert.match(stdout, /terms-stay-one is violated/);
    const token = /antlion replay (\S+)/.exec(stdout)?.[1] ?? assert.fail(stdout);
    const again = await run('replay', token);
    assert.equal(again.code, 1, again.stderr);
    assert.match(again.stdout, /same trace/);
    rmSync(join(project, 'mine.ts'));
    const gone = await run('replay', token);
    assert.equal(gone.code, 64);
    assert.match(gone.stderr, /^E_TOKEN: .*was found by mine\.ts, which is not in this folder/);
  });

  it('bring a system of their own, whose broken variants are searched', async () => {
    const own = `import { reference } from 'antlion/reference';
      const mine = { ...reference, name: 'mine', mutants: { 'stale-read': 'reads are stale', 'misses-floor': 'a mode that no story has' } };`;
    const text = scenario('stand', `'linearizable'`, 'system: mine,').replace(
      'enum',
      `${own} enum`,
    );
    put({ 'mine.ts': text });
    const caught = await run('mutants', './mine.ts', 'stale-read', '--runs', '20', '--json');
    assert.equal(caught.code, 0, caught.stdout + caught.stderr);
    const [found] = recordsOf(caught, 'search');
    assert.deepEqual([found?.['mutant'], found?.['mechanism']], ['stale-read', null]);
    const missed = await run('mutants', './mine.ts', 'misses-floor', '--runs', '1');
    assert.equal(missed.code, 1, missed.stdout + missed.stderr);
    assert.match(missed.stdout, /misses-floor +- +- +- +- +missed/);
    const nobody = await run('mutants', '--system', 'min');
    assert.equal(nobody.code, 64);
    assert.match(nobody.stderr, /^E_USAGE: system is "min", wanted one of reference/);
  });

  it('are seen by list, run and explore where antlion.config.ts names them', async () => {
    put({
      'antlion.config.ts': `
        import { defineConfig } from 'antlion';
        export default defineConfig({ scenarios: ['./scenarios'] });`,
      'scenarios/mine.ts': scenario('mine', `'linearizable'`),
    });
    const listed = await run('list', '--json');
    assert.match(listed.stdout, /"scenario":"mine"[^]*"scenario":"minority-partition"/);
    const all = await run('run', '--json');
    assert.equal(all.code, 0, all.stderr);
    assert.deepEqual(verdictsOf(all), [['mine', 'holds']]);
    assert.match((await run('run', 'min*', '--json')).stdout, /"mine"[^]*"minority-partition"/);
    const explored = await run('explore', '--runs', '2', '--json');
    assert.match(explored.stdout, /"type":"exploration","runs":2/);
    const other = await run('run', 'mine', '--config', 'scenarios/mine.ts');
    assert.match(
      other.stderr,
      /^E_FILE: scenarios\/mine\.ts configures "name", wanted scenarios, /,
    );
  });

  const wrong: Readonly<Record<string, [Readonly<Record<string, string>>, string[], RegExp]>> = {
    'no such file': [{}, ['./nowhere'], /^E_FILE: nowhere does not exist, wanted a file of scen/],
    'no scenario in a file': [
      { 'a.ts': 'export const a = 1;' },
      ['a.ts'],
      /^E_FILE: a\.ts exports no scenario/,
    ],
    'no scenario in a folder': [
      { 'f/a.ts': 'export {};' },
      ['./f'],
      /^E_FILE: f exports no scenario/,
    ],
    'a file that throws': [
      { 'a.ts': '\n\nthrow new TypeError("no luck");' },
      ['a.ts'],
      /^E_FILE: .*a\.ts cannot be loaded: TypeError: no luck/,
    ],
    'a file that is no program': [
      { 'a.ts': 'export const = 1;' },
      ['a.ts'],
      /^E_FILE: .*a\.ts cannot be loaded: .*Unexpected token/,
    ],
    'two of one name': [
      {
        'f/a.ts': scenario('mine', `'linearizable'`),
        'f/b.ts': scenario('mine', `'linearizable'`),
      },
      ['./f'],
      /^E_FILE: f\/b\.ts exports a scenario called "mine", and so does f\/a\.ts/,
    ],
    'the name of one of antlion’s': [
      { 'a.ts': scenario('key-value', `'linearizable'`) },
      ['a.ts'],
      /^E_FILE: a\.ts exports a scenario called "key-value", and so does antlion itself/,
    ],
    'a name that is nearly one': [{}, ['minority-partiton'], /did you mean minority-partition\?/],
    'a part of a name': [{}, ['minority'], /did you mean minority-partition\?/],
    'a configuration that exports none': [
      { 'antlion.config.mjs': 'export const scenarios = [];' },
      [],
      /^E_FILE: antlion\.config\.mjs exports no configuration/,
    ],
  };
  for (const [what, [files, args, message]] of Object.entries(wrong)) {
    it(`are refused in one message: ${what}`, async () => {
      put(files);
      const { code, stderr } = await run('run', ...args);
      assert.equal(code, 64, stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
