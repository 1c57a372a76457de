/** Locks: against the brute-force twins, and in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { lockTwins } from './lock-twins.ts';

describe('locks against the brute-force twins', () => {
  const cases = 4000;

  for (const [name, agree] of Object.entries(lockTwins)) {
    it(`${name}: the checker and its twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});

/** Process, type, f, value, time in seconds, version. */
type Event = readonly [
  number,
  string,
  string,
  unknown,
  (number | undefined)?,
  (number | undefined)?,
];

function check(model: string, ...events: Event[]): CheckReport {
  const lines = events.map(([process, type, f, value, seconds, version]) => {
    const time = seconds === undefined ? undefined : seconds * 1e9;
    const key = f === 'write' ? 'x' : 'l';
    return JSON.stringify({ process, type, f, key, value, time, version });
  });
  return checkHistory(readJepsen(lines.join('\n'), 'jsonl', 'h.jsonl'), { model });
}

const acquired = (process: number, fromS: number, untilS: number, token: number): Event[] => [
  [process, 'invoke', 'acquire', { ttlUs: 10_000_000 }, fromS],
  [process, 'ok', 'acquire', token, untilS],
];

describe('mutual exclusion', () => {
  it('names two holders, and when both held', () => {
    const r = check('lock', ...acquired(0, 1, 2, 33), ...acquired(1, 8, 9, 34));
    assert.equal(r.verdict, 'violated');
    assert.deepEqual(r.sentences, [
      "process 0's acquire l for 10 s → 33 was called at 1 s and returned at 2 s; its lease of 10 s lasted until 11 s at least.",
      "process 1's acquire l for 10 s → 34 was called at 8 s and returned at 9 s; its lease of 10 s lasted until 18 s at least.",
      'Both held l at 9 s.',
    ]);
  });

  it('counts a lease from the call, and holds for no longer than that', () => {
    // It came back after nine of its ten seconds; the next holder a second later.
    const next = acquired(1, 10, 11, 34);
    assert.equal(check('lock', ...acquired(0, 1, 10, 33), ...next).verdict, 'holds');
    assert.equal(check('lock', ...acquired(0, 1.5, 10, 33), ...next).verdict, 'violated');
  });

  it('takes the call of a release for the end, whatever became of it', () => {
    for (const type of ['ok', 'fail', 'info']) {
      const release: Event[] = [
        [0, 'invoke', 'release', 33, 3],
        [0, type, 'release', 33, 4],
      ];
      const events = [...acquired(0, 1, 2, 33), ...release, ...acquired(1, 3, 3.5, 34)];
      assert.equal(check('lock', ...events).verdict, 'holds', type);
    }
    const other: Event = [0, 'invoke', 'release', 12, 3];
    const still = check('lock', ...acquired(0, 1, 2, 33), other, ...acquired(1, 3, 4, 34));
    assert.equal(still.verdict, 'holds', 'a token that nobody got names what one acquired last');
  });

  it('knows nothing of who holds by an acquire of unknown fate', () => {
    const lost: Event[] = [
      [0, 'invoke', 'acquire', null, 1],
      [0, 'info', 'acquire', null, 2],
    ];
    assert.equal(check('lock', ...lost, ...acquired(1, 3, 4, 5)).verdict, 'holds');
    assert.deepEqual(check('lock', ...lost).sentences, ['no acquire succeeded']);
  });

  it('does without times where there are no leases, and not where there are', () => {
    const plain: Event[] = [
      [0, 'invoke', 'acquire', null],
      [0, 'ok', 'acquire', null],
      [1, 'invoke', 'acquire', null],
      [1, 'ok', 'acquire', null],
    ];
    const r = check('lock', ...plain);
    assert.match(r.sentences.join(' '), /it was never released.* Both held l with event 4/);
    const leased = plain.map(([p, type, f]): Event => [p, type, f, { ttlUs: 5 }]);
    assert.match(
      check('lock', ...leased).sentences.join(),
      /ttlUs and the operations have no times/,
    );
  });
});

describe('fencing', () => {
  const wrote = (process: number, token: number, version?: number): Event[] => [
    [process, 'invoke', 'write', { token, value: process }],
    [process, 'ok', 'write', null, undefined, version],
  ];

  it('tells a token that fell from grant to grant, or came twice', () => {
    const fell = check('fencing', ...acquired(0, 1, 2, 33), ...acquired(1, 3, 4, 32));
    assert.match(fell.sentences[1] ?? '', /was called after that, at 3 s, and got an older token/);
    const twice = check('fencing', ...acquired(0, 1, 2, 33), ...acquired(1, 3, 4, 33));
    assert.match(twice.sentences[1] ?? '', /got the same token/);
    const again = check('fencing', ...acquired(0, 1, 2, 33), ...acquired(0, 3, 4, 33));
    assert.equal(again.verdict, 'holds', 'its holder may enter again');
  });

  it('tells an older token that was accepted after a newer one', () => {
    const r = check('fencing', ...wrote(0, 34), ...wrote(1, 33));
    assert.equal(r.verdict, 'violated');
    assert.match(r.sentences[1] ?? '', /was accepted with an older token/);
    assert.equal(check('fencing', ...wrote(0, 33), ...wrote(1, 34)).verdict, 'holds');
  });

  it('sees by versions a write that was sent early and came late', () => {
    const early: Event = [0, 'invoke', 'write', { token: 33, value: 1 }];
    const late = (version?: number): Event => [0, 'ok', 'write', null, undefined, version];
    assert.equal(check('fencing', early, ...wrote(1, 34), late()).verdict, 'holds');
    const r = check('fencing', early, ...wrote(1, 34, 7), late(8));
    assert.match(r.sentences.join(' '), /returned .* as version 7\..* became version 8 after that/);
    assert.equal(check('fencing', early, ...wrote(1, 34, 7), late(6)).verdict, 'holds');
  });

  it('says unknown where nothing has a token', () => {
    const r = check('fencing', [0, 'invoke', 'write', 5], [0, 'ok', 'write', 5]);
    assert.deepEqual([r.verdict, r.sentences.length], ['unknown', 1]);
  });
});
