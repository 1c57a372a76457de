/** Reads at a revision against a store that keeps a copy of everything at each revision. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { KeyValue } from '../../../reference-impl/store/answered.ts';
import type { ChangeOp } from '../../../reference-impl/store/asked.ts';
import { answerRead } from '../../../reference-impl/store/queries.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

const keys = ['a', 'b', 'c/1', 'c/2'];

function drawOp(draw: Prng, newest: number): ChangeOp {
  const key = draw.pick(keys);
  return draw.pick<() => ChangeOp>([
    () => ({ f: 'write', key, value: draw.below(1_000) }),
    () => ({ f: 'write', key, value: draw.below(1_000) }),
    () => ({ f: 'delete', key }),
    () => ({ f: 'write-all', values: { a: draw.below(9), 'c/1': null } }),
    () => ({ f: 'delete-prefix', prefix: 'c/' }),
    () => ({ f: 'acquire', key, ttlUs: 1_000_000 }),
    () => ({ f: 'grant', ttlUs: 1_000_000 }),
    () => ({ f: 'write', key, value: draw.below(1_000), lease: draw.below(newest + 2) }),
    () => ({ f: 'revoke', lease: draw.below(newest + 2) }),
    () => ({ f: 'compact', revision: draw.below(newest + 2) }),
  ])();
}

describe('the past of the store', () => {
  it('is what a copy of each revision says, until it is forgotten: 300 random logs', () => {
    let told = 0;
    let refused = 0;
    for (let seed = 0; seed < 300; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState({ ...storeConfig, historyMax: 20 });
      const copies: (readonly KeyValue[])[] = [[]];
      for (let id = 1; id <= 60; id++) {
        const op = drawOp(draw, state.revision);
        const change = { f: 'change', client: 1, session: 1, id, oldest: id, base: 0, op } as const;
        state.apply(change, id);
        copies[state.revision] = state.keys.list('');
      }
      const { compacted } = state.changes;
      for (let revision = 1; revision <= state.revision + 1; revision++) {
        const prefix = draw.pick(['', 'c/', 'a']);
        const list = { f: 'list', prefix, consistency: 'stale', revision } as const;
        const got = answerRead(state, list, 0);
        if (got.type === 'error') {
          const wanted = revision <= compacted ? 'compacted' : 'future-revision';
          assert.equal(got.error.code, wanted, `seed ${seed}, revision ${revision}`);
          refused += 1;
          continue;
        }
        const copy = copies[revision] ?? assert.fail(`seed ${seed}: no revision ${revision}`);
        const wanted = copy.filter(({ key }) => key.startsWith(prefix));
        assert.deepEqual(got.type === 'entries' && got.entries, wanted, `seed ${seed}`);
        for (const key of keys) {
          const one = answerRead(state, { f: 'read-at', key, revision }, 0);
          const then = copy.find((e) => e.key === key);
          assert.equal(one.type === 'value' && one.version, then?.version ?? 0, `seed ${seed}`);
          told += 1;
        }
      }
    }
    assert.ok(told > 10_000 && refused > 1_000, `${told} told, ${refused} refused`);
  });

  it('keeps a transaction that reads what is forgotten from changing anything', () => {
    const state = new StoreState(storeConfig);
    const apply = (id: number, op: ChangeOp): ReturnType<StoreState['apply']> =>
      state.apply({ f: 'change', client: 1, session: 1, id, oldest: id, base: 0, op }, id);
    for (let id = 1; id <= 5; id++) apply(id, { f: 'write', key: 'a', value: id });
    const reading = (revision: number): ChangeOp => ({
      f: 'txn',
      compare: [],
      then: [
        { op: 'get', key: 'a', revision },
        { op: 'put', key: 'a', value: -revision },
      ],
      else: [],
    });
    const known = apply(6, reading(3));
    assert.deepEqual(known?.type === 'txn' && known.results[0], { key: 'a', value: 3, version: 3 });
    apply(7, { f: 'compact', revision: 4 });
    const codes = [3, 4, 9].map((revision, i) => {
      const answer = apply(8 + i, reading(revision));
      return answer?.type === 'error' ? answer.error.code : answer?.type;
    });
    assert.deepEqual(codes, ['compacted', 'txn', 'future-revision']);
    assert.equal(state.keys.get('a').value, -4);
  });

  it('goes with the snapshot: another server forgets the same', () => {
    const one = new StoreState(storeConfig);
    const apply = (id: number, op: ChangeOp): void =>
      void one.apply({ f: 'change', client: 1, session: 1, id, oldest: id, base: 0, op }, id);
    for (let id = 1; id <= 9; id++) apply(id, { f: 'write', key: 'a', value: id });
    apply(10, { f: 'compact', revision: 6 });
    const other = new StoreState(storeConfig);
    const rows = one.rows();
    for (let row = rows.next(); row !== null; row = rows.next()) other.restore([...row]);
    assert.equal(other.hash, one.hash);
    for (const revision of [5, 6, 9]) {
      const op = { f: 'read-at', key: 'a', revision } as const;
      assert.deepEqual(answerRead(other, op, 0), answerRead(one, op, 0));
    }
  });
});
