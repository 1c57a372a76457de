/** What people see: progress on terminals and in logs, lines that fit, plurals. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Progress } from '../../harness/report/progress.ts';
import {
  operationCounts,
  plural,
  totalLines,
  violationLines,
} from '../../harness/report/terminal.ts';
import { wrap } from '../../harness/report/wrap.ts';
import { inTurns } from '../../harness/cli/run/turns.ts';

describe('progress', () => {
  function shown(columns: number | null, isDumb = false) {
    let text = '';
    let nowMs = 0;
    const write = (piece: string) => (text += piece);
    const progress = new Progress({ write, nowMs: () => nowMs, columns: () => columns, isDumb });
    return { progress, text: () => text, later: (ms: number) => (nowMs += ms) };
  }

  it('is one line that is redrawn on a terminal, never longer than it, and taken away', () => {
    const { progress, text } = shown(10);
    progress.update('a long line of text');
    assert.equal(text(), '\r\u001b[2Ka long li');
    progress.end();
    progress.end();
    assert.equal(text(), '\r\u001b[2Ka long li\r\u001b[2K');
  });

  for (const [what, columns, isDumb] of [
    ['a log', null, false],
    ['a terminal without a cursor', 80, true],
  ] as const) {
    it(`is a line every ten seconds in ${what}, without escape sequences`, () => {
      const { progress, text, later } = shown(columns, isDumb);
      progress.update('one');
      assert.equal(text(), '');
      later(10_000);
      progress.update('two');
      progress.update('three');
      progress.end();
      assert.equal(text(), '… two\n');
      later(10_000);
      progress.update('four');
      assert.equal(text(), '… two\n… four\n');
    });
  }
});

describe('lines', () => {
  it('fit the terminal, each indented, long words whole', () => {
    const text =
      'a claim that is longer than the line and a-token-that-is-longer-than-a-line-could-be';
    const lines = wrap(text, 2, 4, 32);
    assert.deepEqual(lines, [
      '  a claim that is longer than',
      '    the line and',
      '    a-token-that-is-longer-than-a-line-could-be',
    ]);
  });

  it('keep two blanks that align something', () => {
    assert.deepEqual(wrap('name      rest', 2, 4, 80), ['  name      rest']);
  });

  it('count in the singular, and leave out what is 0', () => {
    assert.equal(plural(1, 'fault'), '1 fault');
    assert.equal(plural(1_200, 'fault'), '1,200 faults');
    assert.equal(operationCounts({ invoked: 3, ok: 3, fail: 0, info: 0 }), '3 operations');
    assert.equal(
      operationCounts({ invoked: 5, ok: 3, fail: 0, info: 1 }),
      '5 operations (3 ok, 1 unknown, 1 open)',
    );
    const scenarios = { holds: 1, violated: 0, unknown: 0, skipped: 2 };
    const operations = { invoked: 1, ok: 1, fail: 0, info: 0 };
    assert.deepEqual(totalLines({ scenarios, runs: 1, operations, elapsedMs: 2_000 }), [
      '3 scenarios: 1 holds, 2 skipped; 1 run, 1 operation, 2.0 s',
    ]);
  });

  it('number the steps of a story, and not what was left out', () => {
    const lines = violationLines({
      invariant: 'x',
      claim: 'c',
      sentences: [],
      steps: ['0.1 s  a', '… 3 more', '0.2 s  b'],
      note: 'n',
      token: 't',
      again: 'antlion replay t',
    });
    const steps = lines.filter((line) => / s  |more/.test(line));
    assert.deepEqual(steps, ['   1 0.1 s  a', '     … 3 more', '   2 0.2 s  b']);
  });
});

describe('long work', () => {
  it('is left as soon as a signal has come, wherever it is', async () => {
    const controller = new AbortController();
    function* endless(): Generator<void, string> {
      for (;;) yield;
    }
    setImmediate(() => controller.abort());
    assert.equal(await inTurns(endless(), controller.signal), null);
  });
});
