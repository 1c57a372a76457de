/** Reporters, shards and what failed last, as a build uses them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { records } from '../../harness/report/records.ts';
import type { RecordType } from '../../harness/report/records.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';
import type { Ended, RunOptions } from './antlion.ts';
import { brokenStory } from './broken-story.ts';
import { isRunAgain } from '../../harness/cli/run/same-again.ts';

describe('reporters', function () {
  this.timeout(90_000);
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const here = (words: string, options: RunOptions = {}): Promise<Ended> =>
    antlion(words.split(' '), { cwd: folder, ...options });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('write what they are told to, all in one run, and --last-failed runs what was red', async () => {
    writeFileSync(join(folder, 'summary.md'), 'before\n');
    writeFileSync(join(folder, 'story.ts'), brokenStory);
    const ended = await here(
      'run ./story.ts --seed 7 --reporter junit=j.xml --reporter json=r.jsonl --reporter github --reporter line --reporter html=page --artifacts kept',
      { env: { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') } },
    );
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(
      ended.stdout,
      /^violated one-term seed 7: 1 operations, 1 faults \(terms-stay-one\)$/m,
    );
    assert.match(
      ended.stdout,
      /^::error file=story.ts,title=one-term%3A terms-stay-one is violated::/m,
    );
    assert.match(read('j.xml'), /<failure type="terms-stay-one"/);
    assert.match(read('summary.md'), /^before\n## antlion run\n/);
    assert.match(read('page/index.html'), /^<!doctype html>/i);
    const lines = read('r.jsonl').trim().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as { type: RecordType });
    for (const line of parsed) records[line.type].parse(line);
    assert.deepEqual(
      parsed.map((l) => l.type),
      ['plan', 'run', 'summary'],
    );
    assert.doesNotMatch(read('r.jsonl'), /elapsedMs/);
    const kept = readdirSync(join(folder, 'kept'));
    assert.deepEqual(kept, ['one-term-seed7']);
    assert.match(read('kept/one-term-seed7/story.txt'), /^terms-stay-one is violated/);
    const shown = await here('report kept/one-term-seed7 --out again.html');
    assert.equal(shown.code, 1, shown.stderr);
    assert.match(read('again.html'), /terms-stay-one/);
    const bare = await here('report kept/one-term-seed7/history.jsonl');
    assert.match(bare.stderr, /^E_USAGE: .*history.*Pass --model NAME.*the folder of the run\.\n$/);
    assert.equal(bare.code, 64);
    const other = await here('run ./story.ts --last-failed --env processes');
    assert.match(other.stderr, /^E_USAGE: env is processes, and what failed last had simulation/);
    const again = await here('run ./story.ts --last-failed --reporter line');
    assert.match(again.stdout, /^violated one-term seed 7: [^]*\nviolated: 1 runs/);
  });

  it('are refused with one message before anything runs', async () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['run m* --reporter xunit', 64, /^E_USAGE: reporter is "xunit", wanted junit=FILE, .*\n$/],
      ['run m* --reporter junit', 64, /^E_USAGE: reporter junit does not say where to, .*\n$/],
      [
        'run m* --reporter junit=a,github',
        64,
        /wanted one each: --reporter junit=a --reporter github\./,
      ],
      ['run m* --reporter junit=a --reporter json=./a', 64, /^E_USAGE: two reporters .*\n$/],
      ['run m* --reporter json=no/where.jsonl', 69, /^E_FOLDER: no\/where\.jsonl cannot .*\n$/],
      ['run m* --reporter line --json', 64, /^E_USAGE: line and --json both .*\n$/],
      ['run m* --shard 3/2', 64, /^E_USAGE: shard is "3\/2", wanted .*\n$/],
      ['run m* --last-failed', 64, /^E_USAGE: nothing of this failed .*\n$/],
      ['check h --model register --reporter html=p', 64, /^E_USAGE: reporter html is not .*\n$/],
      ['verify etcd --dry-run --reporter none', 0, /^$/],
      ['merge r.jsonl', 64, /^E_FILE: r\.jsonl cannot be read \(ENOENT\), .*\n$/],
    ];
    for (const [words, code, message] of cases) {
      const ended = await here(words);
      assert.match(ended.stderr, message);
      assert.equal(ended.code, code, words);
    }
  });

  it('leave no old result behind, and say in a new one why there is nothing', async () => {
    writeFileSync(join(folder, 'j.xml'), '<testsuites tests="1" failures="0"/>');
    // Nothing listens there: the first run cannot begin, and its error ends the command.
    const ended = await here(
      'verify etcd --endpoint n1=http://127.0.0.1:1 --scenario registry --reporter junit=j.xml',
    );
    assert.equal(ended.code, 69, ended.stderr);
    assert.match(read('j.xml'), /<error type="unknown" message="not run: E_\w+: /);
    assert.doesNotMatch(read('j.xml'), /errors="0"/);
  });

  it('of check count each history, one that is none as well', async () => {
    const bad = join(process.cwd(), 'fixtures/histories/linearizable-bad.jsonl');
    const ended = await here(`check ${bad} nowhere.jsonl --model register --reporter junit=j.xml`);
    assert.equal(ended.code, 64);
    assert.match(read('j.xml'), /tests="2" failures="1" errors="1"/);
    assert.match(
      read('j.xml'),
      /^See it again: {2}antlion report \S+ --model register<\/failure>/m,
    );
  });

  const wholeFiles = '--reporter json=whole.jsonl --reporter junit=whole.xml --reporter github';
  const mergedFiles = '--reporter json=merged.jsonl --reporter junit=merged.xml --reporter github';

  async function mergedEqualsWhole(words: string, shards: number, code: number): Promise<void> {
    const summaryTo = (name: string): RunOptions => {
      return { env: { GITHUB_STEP_SUMMARY: join(folder, name) } };
    };
    const whole = await here(`${words} ${wholeFiles}`, summaryTo('whole.md'));
    assert.equal(whole.code, code, whole.stderr);
    for (let i = 1; i <= shards; i++) {
      await here(`${words} --shard ${i}/${shards} --reporter json=shard-${i}.jsonl`);
    }
    const names = readdirSync(folder).filter((name) => name.startsWith('shard-'));
    // In any order.
    const merged = await here(
      `merge ${names.reverse().join(' ')} ${mergedFiles}`,
      summaryTo('merged.md'),
    );
    assert.equal(merged.code, code, merged.stderr);
    for (const kind of ['jsonl', 'xml', 'md']) {
      // All of it would fill pages.
      const [lines, wanted] = ['merged', 'whole'].map((n) => read(`${n}.${kind}`).split('\n'));
      const at = lines?.findIndex((line, i) => line !== wanted?.[i]) ?? 0;
      assert.equal(lines?.[at]?.slice(0, 2_000), wanted?.[at]?.slice(0, 2_000));
      assert.equal(lines?.length, wanted?.length);
    }
    const timeless = (text: string): string => text.replaceAll(/,? \d+\.\d s$/gm, '');
    assert.equal(timeless(merged.stdout), timeless(whole.stdout));
  }

  it('of four shards that are put together write what the whole writes, byte for byte', async () => {
    await mergedEqualsWhole('run minority-partition lost-answers --runs 2', 4, 0);
    rmSync(join(folder, 'shard-2.jsonl'));
    const ended = await here(
      'merge shard-1.jsonl shard-3.jsonl shard-4.jsonl --reporter junit=j.xml',
    );
    assert.deepEqual([ended.code, ended.stderr], [2, 'of 4 shards these are missing: 2\n']);
  });

  it('of shards that found the same bug have one shrunk story, and end where the whole ends', async () => {
    writeFileSync(join(folder, 'story.ts'), brokenStory);
    await mergedEqualsWhole('run ./story.ts --runs 4 --max-failures 3', 2, 1);
    const runs = read('merged.jsonl')
      .split('\n')
      .filter((line) => line.includes('"type":"run"'));
    const notes = runs.map((line) => /shrunk from|not shrunk/.exec(line)?.[0]);
    assert.deepEqual(notes, ['shrunk from', 'not shrunk', 'not shrunk']);
    assert.match(read('shard-2.jsonl'), /"note":"seed 3; shrunk from/);
  });

  it('explain each verdict with --verbose, that of a promise which holds as well', async () => {
    const ended = await here('run minority-partition --verbose');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(
      ended.stdout,
      /^minority-partition, seed 1: 180 operations \(.*\); 1 of 1 fault took effect$/m,
    );
    assert.match(
      ended.stdout,
      /^ {2}✔ holds {2}linearizable\n {4}claims +Reads, [^]*? {4}checked +\d+ operations on 3 keys[^]*? {4}would show +[\w-]+: \S/m,
    );
  });

  it('tell of a run that differs from itself, whose verdict is an accident', async () => {
    writeFileSync(join(folder, 'story.ts'), driftingStory);
    const seed = Array.from({ length: 99 }, (_, i) => i).find((n) => isRunAgain(n, 'holds'));
    const ended = await here(`run ./story.ts --seed ${seed} --json`);
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(
      ended.stdout,
      /"same-again","claim":null,"verdict":"unknown","basis":"the same seed gave another run .*first in event \d+: /,
    );
  });
});

/** A node that is deaf in every second run: what no seed knows of. */
const driftingStory = brokenStory
  .replace(
    'export default',
    `import { reference } from 'antlion/reference';
let runs = 0;
const system = { ...reference, name: 'drifting', machine: { ...reference.machine, node(config) {
  if (config.id === 0) runs += 1;
  const lanes = reference.machine.node(config);
  if (config.id !== 2 || runs % 2 === 1) return lanes;
  return lanes.map((l) => ({ ...l, component: Object.create(l.component, { message: { value() {} } }) }));
} } };
export default`,
  )
  .replace('promises: [termsStayOne]', "promises: ['election-safety'], successesMin: 1, system");
