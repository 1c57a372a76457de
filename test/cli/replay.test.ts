/** A counterexample again: from a token, a file or a pipe; what is not shown proves nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { before, describe, it } from 'mocha';
import type { Environment, Run } from '../../harness/core/environment.ts';
import type { ReplayFlags } from '../../harness/cli/commands.ts';
import { replayRecord } from '../../harness/cli/replay/tries.ts';
import { answersOf, questionsOf } from '../../harness/cli/replay/replay-questions.ts';
import { keepCounterexample } from '../../harness/report/counterexamples.ts';
import { encodeToken } from '../../harness/runner/token.ts';
import { readRecordText } from '../../harness/runner/replay-record.ts';
import type { ReplayRecord } from '../../harness/runner/replay-record.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { antlion, bin, skipUnlessBuilt } from './antlion.ts';

const path = 'fixtures/regressions/stale-read-linearizable-61bd836d.json';
const text = readFileSync(path, 'utf8');
const broken = readRecordText(text, path);
const { program } = broken;
const mended: ReplayRecord = {
  ...broken,
  program: { ...program, settings: { ...program.settings, mutant: null } },
};

/** Exit code and output of `tries` tries. */
async function replayed(
  record: ReplayRecord,
  change: (run: Run) => Partial<Run> = () => ({}),
  tries = 2,
): Promise<{ code: number; out: string }> {
  const environment: Environment<Run> = {
    ...simulation(),
    run: (...given) => {
      const run = simulation().run(...given);
      return { ...run, ...change(run) };
    },
  };
  const lines: string[] = [];
  const code = await replayRecord(record, {
    system: reference,
    environment,
    tries,
    argument: 'TOKEN',
    signal: new AbortController().signal,
    say: (some) => lines.push(...some),
  });
  return { code, out: lines.join('\n') };
}

describe('a replay', () => {
  it('that shows the violation ends with 1', async () => {
    const { code, out } = await replayed(broken);
    assert.equal(code, 1);
    // CI asks for colours.
    const plain = stripVTControlCharacters(out);
    assert.match(plain, /linearizable is violated[^]*try 1 of 2[^]*antlion replay TOKEN/);
  });

  it('that shows nothing is unknown, not success', async () => {
    const { code, out } = await replayed(mended);
    assert.equal(code, 2);
    assert.match(out, /^Not shown in 2 tries in simulation, which proves nothing/);
  });

  it('says what it left behind, whatever it showed', async () => {
    const left = (): Partial<Run> => ({ leftovers: ['the process 4711'] });
    const nothing = await replayed(mended, left);
    assert.equal(nothing.code, 5);
    assert.match(nothing.out, /left behind: the process 4711/);
    const shown = await replayed(broken, left);
    assert.equal(shown.code, 1);
    assert.match(shown.out, /left behind: the process 4711/);
  });

  it('says that it ended early, and which faults were skipped', async () => {
    const { code, out } = await replayed(mended, () => ({
      limitReached: 'eventsMax',
      skippedFaults: [{ fault: 0, what: 'crash leader', reason: 'it cannot be done here' }],
    }));
    assert.equal(code, 2);
    assert.match(out, /ended early at its limit eventsMax/);
    assert.match(out, /skipped: crash leader: it cannot be done here/);
  });

  it('that is stopped says how many tries there were', async () => {
    const { out } = await replayed(mended, () => ({}), 0);
    assert.match(out, /^Not shown in 0 tries/);
  });
});

describe('antlion replay', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('takes a token, a file, a file with a token, and what is piped in', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-'));
    try {
      const token = encodeToken(broken);
      const file = join(folder, 'token');
      writeFileSync(file, `${token}\n`);
      for (const source of [token, path, file]) {
        const { code, stdout } = await antlion(['replay', source]);
        assert.equal(code, 1, source);
        assert.ok(stdout.includes(`antlion replay ${source}`));
      }
      const piped = spawnSync(process.execPath, [bin, 'replay', '-'], { input: text });
      assert.equal(piped.status, 1, String(piped.stderr));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends with 2 when it shows nothing', async () => {
    const { code, stdout } = await antlion(['replay', encodeToken(mended)]);
    assert.equal(code, 2, stdout);
  });

  it('finds what was kept because its token was too long', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-'));
    const here = process.cwd();
    try {
      process.chdir(folder);
      const kept = keepCounterexample(text) ?? assert.fail('not kept');
      assert.match(kept, /^\.antlion\/counterexamples\/[0-9a-f]{12}\.json$/);
      assert.ok(existsSync(kept));
      assert.equal(keepCounterexample(text), kept);
      const { status } = spawnSync(process.execPath, [resolve(here, bin), 'replay', kept]);
      assert.equal(status, 1);
    } finally {
      process.chdir(here);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what a replay is asked', () => {
  before(function () {
    skipUnlessBuilt(this);
  });

  it('is told: what a node was at a moment', async () => {
    const { code, stdout } = await antlion([
      'replay',
      path,
      '--until',
      '4.5s',
      '--node',
      'server-1',
    ]);
    assert.equal(code, 1);
    const plain = stripVTControlCharacters(stdout);
    assert.match(plain, /^State at 4\.500 s:\nserver-1\n {2}process +up/);
    assert.match(plain, /role +leader {2}\(since 0\.162 s\)\n {2}term +1 /);
    assert.match(plain, /log end +1 [^]*The next change is at \d\.\d{3} s\./);
  });

  it('is told: the story of a key, with what went wrong meanwhile', async () => {
    const { code, stdout } = await antlion(['replay', path, '--explain', 'k0']);
    assert.equal(code, 1);
    assert.match(stdout, /story of k0, 2 lines about it/);
    assert.match(stdout, /·.*partition[^]*server-2 leads \(term 2\)[^]*c1 cas k0[^]*c0 read k0/);
  });

  const asked = { env: 'simulation', json: false } as const;
  const answered = (flags: Partial<ReplayFlags>): string[] => {
    const questions = questionsOf({ ...asked, ...flags });
    assert.ok(questions !== null);
    const run = simulation().run(reference, program, { pins: broken.pins });
    return answersOf(questions, { program, run, facets: [], recorder: null });
  };
  for (const [flags, wanted] of [
    [{ until: '1h' }, /until is after the end.*Pass at most \d+\.\d{3} s/],
    [{ until: '1s', node: 'x' }, /no such node, got x\. Pass one of server-0/],
    [{ node: 'server-0' }, /Pass --until/],
    [{ explain: 'k9' }, /nothing is said of it, got k9/],
    [{ explain: 'k0', json: true }, /Leave it out/],
  ] as const) {
    it(`is refused where there is no answer: ${JSON.stringify(flags)}`, () => {
      assert.throws(() => answered(flags), wanted);
    });
  }
});
