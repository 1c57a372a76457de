/** Session guarantees: against the brute-force twin, and in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { checkSessions } from '../../harness/checkers/sessions/check.ts';
import { sessionTwins } from './session-twins.ts';

describe('session guarantees against the brute-force twin', () => {
  const cases = 3000;

  for (const [name, agree] of Object.entries(sessionTwins)) {
    it(`${name}: the checker and its twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});

/** One operation after another: process, f, key, value (a read's is what it read), version. */
type Line = readonly [number, string, string, unknown, number?];

function history(lines: readonly Line[]): ReturnType<typeof readJepsen> {
  const text = lines.flatMap(([process, f, key, value, version]) => {
    const isInfo = f.endsWith('?');
    const event = { process, f: isInfo ? f.slice(0, -1) : f, key, value };
    const end = { ...event, type: isInfo ? 'info' : 'ok', version };
    return [JSON.stringify({ ...event, type: 'invoke' }), JSON.stringify(end)];
  });
  return readJepsen(text.join('\n'), 'jsonl', 'h.jsonl');
}

function check(...lines: Line[]): CheckReport {
  return checkHistory(history(lines), { model: 'sessions' });
}

describe('session guarantees', () => {
  const broken: Readonly<Record<string, readonly [Line, Line]>> = {
    'monotonic reads': [
      [1, 'read', 'x', 2, 8],
      [1, 'read', 'x', 1, 5],
    ],
    'read your writes': [
      [1, 'write', 'x', 2, 8],
      [1, 'read', 'x', 1, 5],
    ],
    'writes follow reads': [
      [1, 'read', 'x', 2, 8],
      [1, 'write', 'x', 3, 6],
    ],
    'monotonic writes': [
      [1, 'write', 'x', 2, 8],
      [1, 'write', 'x', 3, 6],
    ],
  };
  for (const [guarantee, [first, second]] of Object.entries(broken)) {
    it(`tells that ${guarantee} is broken, by two operations`, () => {
      const r = check(first, [0, 'write', 'y', 9, 9], second);
      assert.equal(r.verdict, 'violated');
      assert.deepEqual(
        r.core.map((op) => op.id),
        [0, 2],
      );
      assert.match(r.sentences[0] ?? '', /^process 1's .* returned with event 2 and has version 8/);
      assert.match(r.sentences[1] ?? '', new RegExp(`is older: this breaks ${guarantee}`));
      const elsewhere = [second[0] + 1, ...second.slice(1)] as unknown as Line;
      assert.equal(check(first, elsewhere).verdict, 'holds', 'another session may be behind');
    });
  }

  it('takes absence for a step back unless somebody may have deleted the key', () => {
    const seen: Line = [1, 'read', 'x', 2, 8];
    const gone: Line = [1, 'read', 'x', null, 0];
    const r = check(seen, gone);
    assert.equal(r.verdict, 'violated');
    assert.match(r.sentences[1] ?? '', /found nothing, which nobody had deleted since/);
    assert.equal(check(seen, [0, 'delete', 'x', null, 7], gone).verdict, 'violated');
    assert.equal(check(seen, [0, 'delete', 'x', null, 9], gone).verdict, 'holds');
    assert.equal(check(seen, [0, 'delete?', 'x', null], gone).verdict, 'holds');
    const back = check(seen, [0, 'delete', 'x', null, 9], gone, seen);
    assert.equal(back.verdict, 'violated', 'who saw the delete may not see what was before');
  });

  it('judges keys together where all are numbered in one order', () => {
    const lines: Line[] = [
      [0, 'write', 'y', 1, 3],
      [0, 'write', 'y', 2, 7],
      [1, 'write', 'x', 3, 9],
      [1, 'read', 'y', 1, 3],
    ];
    const { ops } = history(lines);
    assert.equal(checkSessions(ops).kind, 'holds');
    const r = checkSessions(ops, { scope: 'store' });
    assert.ok(r.kind === 'violated');
    assert.equal(r.fault.guarantee, 'read your writes');
    assert.deepEqual(
      r.fault.ops.map((op) => op.id),
      [2, 1, 3],
    );
  });

  it('goes by values that are written once where there are no versions', () => {
    const writes: Line[] = [
      [0, 'write', 'x', 1],
      [0, 'write', 'x', 2],
    ];
    const [one, two]: Line[] = [
      [1, 'read', 'x', 1],
      [1, 'read', 'x', 2],
    ];
    assert.ok(one !== undefined && two !== undefined);
    assert.equal(check(...writes, one, two).verdict, 'holds');
    const r = check(...writes, two, one);
    assert.equal(r.verdict, 'violated');
    assert.deepEqual(r.sentences, [
      "process 0's write of 1 to x came before process 0's write of 2 to x in one session, so 1 is older than 2.",
      "process 1's read of 2 from x came before process 1's read of 1 from x in one session, so 2 is older than 1.",
      'No order of these versions explains all of that: a session went back.',
    ]);
    const cas = check([0, 'cas', 'x', [2, 3]], [1, 'read', 'x', 3], [1, 'read', 'x', 2]);
    assert.match(cas.sentences.join(' '), /put 3 in the place of 2/);
    const start = check([0, 'write', 'x', 1], [0, 'read', 'x', null]);
    assert.match(start.sentences.join(' '), /null was there before 1 was written/);
  });

  it('knows that a call may show it, where its value was seen before', () => {
    const write = JSON.stringify({ process: 1, type: 'invoke', f: 'write', value: 1 });
    const cas = ['invoke', 'ok'].map((type) =>
      JSON.stringify({ process: 1, type, f: 'cas', value: [1, 2] }),
    );
    const h = readJepsen([...cas, write].join('\n'), 'jsonl', 'h.jsonl');
    const { verdict, prefix, core } = checkHistory(h, { model: 'sessions' });
    assert.deepEqual([verdict, prefix, core.length], ['violated', 3, 2]);
  });

  it('says unknown, and why, where nobody can tell', () => {
    const twice = check([0, 'write', 'x', 1], [1, 'write', 'x', 1], [0, 'read', 'x', 1]);
    assert.deepEqual(
      [twice.verdict, twice.sentences],
      [
        'unknown',
        ['1 was written twice to x: without versions nobody can tell which of them a read saw'],
      ],
    );
    const gone = check([0, 'write', 'x', 1], [0, 'delete', 'x', null], [0, 'read', 'x', null]);
    assert.match(gone.sentences.join(), /null, which was there before, was written to x/);
    const some = check([0, 'write', 'x', 1], [0, 'read', 'x', 1, 4]);
    assert.match(some.sentences.join(), /operations on x have a version and some have none/);
    assert.deepEqual(check().sentences, ['no operation completed']);
  });

  it('takes a delete that found nothing for one that has no version', () => {
    const { verdict } = check(
      [0, 'delete', 'x', null],
      [0, 'write', 'x', 1, 3],
      [0, 'read', 'x', 1, 3],
    );
    assert.equal(verdict, 'holds');
  });
});
