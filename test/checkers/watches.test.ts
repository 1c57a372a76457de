/** What watches guarantee: each contradiction in words, and all of them against the definitions. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { guarantees } from '../../harness/checkers/watches/fault.ts';
import type { Guarantee } from '../../harness/checkers/watches/fault.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Json } from '../../harness/core/host.ts';
import type { WatchBatch, WatchedChange } from '../../harness/core/watch.ts';
import { agreeOnWatches } from './watch-twins.ts';

/** `k1=5@7`: k1 became 5 at revision 7; `k1@7`: it was removed. */
function event(text: string): WatchedChange {
  const [, key = '', value, revision] = /^(\w+)(?:=(\d+))?@(\d+)$/.exec(text) ?? [];
  return {
    key,
    value: value === undefined ? null : Number(value),
    revision: Number(revision),
  };
}

/** `7: k1=5@6 k2=6@7` is a batch that tells of everything up to revision 7. */
function batch(text: string): WatchBatch {
  const [revision = '', events = ''] = text.split(':');
  const words = events.split(' ').filter((w) => w !== '');
  return { revision: Number(revision), events: words.map(event) };
}

const watch = (
  process: number,
  options: { prefix?: string; after: number; isResumed?: boolean },
  ...batches: readonly (string | WatchBatch)[]
): object[] => {
  const { prefix = 'k', after, isResumed = true } = options;
  const told = batches.map((b) => (typeof b === 'string' ? batch(b) : b));
  const shared = { process, f: 'watch', key: prefix };
  return [
    { ...shared, type: 'invoke', value: { forUs: 1, after: isResumed ? after : null } },
    { ...shared, type: 'ok', value: { after, batches: told } },
  ];
};

const change = (process: number, f: string, key: string, value: Json, version?: number) => [
  { process, type: 'invoke', f, key, value },
  { process, type: 'ok', f, key, value, version },
];

const check = (...events: readonly object[][]): CheckReport => {
  const text = events
    .flat()
    .map((e) => JSON.stringify(e))
    .join('\n');
  return checkHistory(readJepsen(text, 'jsonl', 'h.jsonl'), { model: 'watch' });
};

/** By guarantee: a history that breaks it and nothing before it, and what must be said. */
const broken: Readonly<Record<Guarantee, readonly [object[][], RegExp]>> = {
  filter: [[watch(1, { after: 3 }, '5: x=1@5')], /watch of k .* was told of x = 1 at revision 5/],
  ordered: [
    [watch(1, { after: 3 }, '5: k1=1@5 k2=2@4')],
    /told of k1 = 1 at revision 5.\nThen .* k2 = 2 at revision 4.\nAn event never/,
  ],
  unique: [
    [watch(1, { after: 3 }, '5: k1=1@5 k1=1@5')],
    /told of k1 = 1 at revision 5.\nThen it was told of k1 = 1 at revision 5.\nNo event/,
  ],
  atomic: [
    [watch(1, { after: 3 }, '4: k1=1@5', '5: k2=1@5')],
    /told of k1 = 1 at revision 5.\nThen it was told of k2 = 1 at revision 5 in a later batch/,
  ],
  bookmarkable: [
    [watch(1, { after: 3 }, '9:', '9: k1=1@5')],
    /told of everything up to revision 9.\nThen it was told of k1 = 1 at revision 5/,
  ],
  resumable: [
    [change(2, 'write', 'k1', 1, 4), watch(1, { after: 3 }, '5: k2=2@5')],
    /process 2 got k1 = 1 at revision 4 acknowledged .*\n.* resumed and was told of everything after revision 3/,
  ],
  reliable: [
    [change(2, 'delete', 'k1', null, 5), watch(1, { after: 3 }, '6: k2=2@4 k3=2@6')],
    /got the removal of k1 at revision 5 acknowledged .*\n.* up to revision 6, and not of the removal/,
  ],
  agreed: [
    [change(2, 'cas', 'k1', [0, 1], 5), watch(1, { after: 3 }, '5: k1=2@5')],
    /process 2 got k1 = 1 at revision 5 acknowledged .*\nprocess 1's watch .* k1 = 2 at revision 5/,
  ],
  previous: [
    [
      change(2, 'write', 'k1', 1, 4),
      watch(
        1,
        { after: 4 },
        {
          revision: 5,
          events: [{ ...event('k1=2@5'), previous: { value: 7, revision: 3 } }],
        },
      ),
    ],
    /and that k1 = 7 at revision 3 was there before.\nThe last change .*: process 2 got k1 = 1 at revision 4/,
  ],
  create: [
    [
      change(2, 'write', 'k1', 1, 4),
      watch(
        1,
        { after: 4 },
        {
          revision: 5,
          events: [{ ...event('k1=2@5'), isCreate: true }],
        },
      ),
    ],
    /k1 = 2 at revision 5, and that it is a creation.\nThe last change .* k1 = 1 at revision 4/,
  ],
};

describe('guarantees of watches', () => {
  for (const guarantee of Object.keys(guarantees) as Guarantee[]) {
    it(`${guarantee}: says what contradicts what`, () => {
      const [events, reason] = broken[guarantee];
      const r = check(...events);
      assert.equal(r.verdict, 'violated');
      assert.match(r.sentences.join('\n'), reason);
      assert.ok(r.sentences.at(-1)?.endsWith(`(${guarantee}).`), r.sentences.join('\n'));
      assert.ok(r.core.length > 0);
    });
  }

  it('holds with figures, and is unknown where nobody was told of anything', () => {
    const r = check(
      change(2, 'write', 'k1', 1, 4),
      change(2, 'write-all', 'k', { k1: 2, k2: 2 }, 5),
      change(2, 'delete', 'k3', null),
      watch(1, { after: 3, isResumed: false }, '4: k1=1@4', '6: k1=2@5 k2=2@5', '7:'),
    );
    assert.equal(r.verdict, 'holds', r.sentences.join());
    assert.match(r.sentences.join(), /^1 watches \(0 resumed\) told of 3 events.* of 3 .* none/);
    assert.equal(check(change(2, 'write', 'k1', 1, 4)).verdict, 'unknown');
    assert.equal(check(watch(1, { after: 3 }, '9:')).verdict, 'unknown');
  });

  it('is broken by two who were told different things of what was before', () => {
    const told = (process: number, more: Partial<WatchedChange>): object[] =>
      watch(process, { after: 6 }, { revision: 7, events: [{ ...event('k1=5@7'), ...more }] });
    const nothing = told(1, { previous: null });
    const something = told(2, { isCreate: false });
    const four = told(3, { previous: { value: 4, revision: 3 } });
    for (const alone of [nothing, something, four]) assert.equal(check(alone).verdict, 'holds');
    assert.equal(check(something, four).verdict, 'holds');
    const five = told(1, { previous: { value: 5, revision: 3 } });
    for (const pair of [
      [nothing, something],
      [nothing, four],
      [four, five],
    ]) {
      const r = check(...pair);
      assert.equal(r.verdict, 'violated');
      assert.match(r.sentences.at(-1) ?? '', /are told the same \(agreed\)\.$/);
      assert.equal(r.core.length, 2);
    }
    assert.deepEqual(check(nothing, four).sentences.slice(0, 2), [
      "process 1's watch of k (operation 0) was told of k1 = 5 at revision 7, and that k1 was not there before.",
      "process 3's watch of k (operation 1) was told of k1 = 5 at revision 7, and that k1 = 4 at revision 3 was there before.",
    ]);
  });

  it('does not mind a server that lags behind the watcher and says so', () => {
    const r = check(watch(1, { after: 5 }, '3:', '4:', '7: k1=1@7'));
    assert.equal(r.verdict, 'holds', r.sentences.join());
  });

  it('is broken by what becomes known later, at that moment', () => {
    const late = check(
      watch(1, { after: 3 }, '6: k2=2@4'),
      watch(2, { after: 3 }, '5: k2=2@4 k1=1@5'),
      change(3, 'write', 'k4', 1, 9),
    );
    assert.equal(late.verdict, 'violated');
    assert.equal(late.prefix, 4);
    assert.match(late.sentences.join('\n'), /process 2's watch .* k1 = 1 .*\nprocess 1's watch/);
  });

  it('reads a watch strictly', () => {
    const refuses = (value: Json, message: RegExp): void =>
      assert.throws(
        () =>
          check([
            { process: 0, type: 'invoke', f: 'watch', key: 'k' },
            { process: 0, type: 'ok', f: 'watch', key: 'k', value },
          ]),
        (e) => e instanceof HarnessError && e.code === 'E_HISTORY' && message.test(e.message),
      );
    refuses({ batches: [] }, /a watch in which value.after is missing, wanted a revision/);
    refuses({ after: 1, batches: {} }, /value.batches is \{\}, wanted a list/);
    refuses({ after: 1, batches: [{ revision: 'x' }] }, /a batch's revision is "x"/);
    refuses({ after: 1, batches: [{ revision: 2, events: [{}] }] }, /an event's key is missing/);
    const told = { key: 'k', value: 1, revision: 2 };
    const withEvent = (e: Json): Json => ({ after: 1, batches: [{ revision: 2, events: [e] }] });
    refuses(withEvent({ ...told, previous: 1 }), /an event's previous is 1, wanted null or/);
    refuses(withEvent({ ...told, isCreate: 1 }), /isCreate is 1, wanted true or false/);
  });

  it('are judged as their definitions say, in 5,000 random histories', () => {
    const { legal, byGuarantee } = agreeOnWatches(5_000);
    assert.ok(legal > 500, `${legal} legal`);
    for (const g of Object.keys(guarantees)) {
      assert.ok((byGuarantee.get(g) ?? 0) > 40, `${g} was broken ${byGuarantee.get(g)} times`);
    }
  });
});
