/** Transactions, ranges and whole prefixes of the replicated state against a plain object. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { StoreCommand } from '../../../reference-impl/store/command.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { ChangeOp, TxnCompare, TxnOp } from '../../../reference-impl/store/asked.ts';
import { answerRead } from '../../../reference-impl/store/queries.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';
import { problemWith } from '../../../reference-impl/store/validate.ts';

type Txn = ChangeOp & { readonly f: 'txn' };

/** Every key with its value and version, changed in place. */
class Model {
  readonly keys = new Map<string, { value: Json; version: number }>();
  revision = 0;

  get(key: string): { value: Json; version: number } {
    return this.keys.get(key) ?? { value: null, version: 0 };
  }

  txn(op: Txn): { succeeded: boolean; read: Json[] } {
    const succeeded = op.compare.every((c) => {
      const now = this.get(c.key);
      if ('version' in c) return now.version === c.version;
      return 'exists' in c ? c.exists === (now.value !== null) : c.value === now.value;
    });
    const next = this.revision + 1;
    let isChanged = false;
    const read: Json[] = [];
    for (const o of succeeded ? op.then : op.else) {
      if (o.op === 'get') read.push(this.get(o.key).value);
      else if (o.op === 'put') {
        isChanged = true;
        this.keys.set(o.key, { value: o.value, version: next });
      } else if (this.keys.delete(o.key)) isChanged = true;
    }
    if (isChanged) this.revision = next;
    return { succeeded, read };
  }
}

const names = ['a', 'a/b', 'a/c', 'b', 'b/a'];

function drawTxn(d: Prng, n: number): Txn {
  const key = (): string => d.pick(names);
  const compare = (): TxnCompare => {
    const kind = d.below(3);
    if (kind === 0) return { key: key(), version: d.below(n + 1) };
    if (kind === 1) return { key: key(), exists: d.chance(500) };
    return { key: key(), value: d.chance(300) ? null : d.below(10) };
  };
  const op = (): TxnOp => {
    const kind = d.below(3);
    if (kind === 0) return { op: 'put', key: key(), value: d.below(10) };
    return { op: kind === 1 ? 'get' : 'delete', key: key() };
  };
  const some = <T>(one: () => T, max: number): T[] => Array.from({ length: d.below(max) }, one);
  return { f: 'txn', compare: some(compare, 3), then: some(op, 5), else: some(op, 5) };
}

/** Gives the answer of one change after another. */
function opened(): { state: StoreState; change: (op: ChangeOp) => StoreAnswer } {
  const state = new StoreState(storeConfig);
  let id = 0;
  return {
    state,
    change(op) {
      assert.equal(problemWith(op), null);
      id += 1;
      const c: StoreCommand = { f: 'change', client: 9, session: 1, id, oldest: id, base: 0, op };
      return state.apply(c, id) ?? assert.fail('a change is answered');
    },
  };
}

describe('transactions of the store', () => {
  it('do what a plain object does, 200 × 60 of them', () => {
    for (let seed = 0; seed < 200; seed++) {
      const d = new Prng(seed);
      const model = new Model();
      const { state, change } = opened();
      for (let n = 0; n < 60; n++) {
        const op = drawTxn(d, n);
        const before = model.revision;
        const wanted = model.txn(op);
        const got = change(op);
        assert.ok(got.type === 'txn', JSON.stringify(got));
        const ops = wanted.succeeded ? op.then : op.else;
        const read = got.results.filter((_, i) => ops[i]?.op === 'get').map((r) => r.value);
        assert.deepEqual([got.succeeded, read], [wanted.succeeded, wanted.read], `seed ${seed}`);
        // What puts a key back where it was not is a change that leaves nothing: it takes no revision.
        if (state.revision !== model.revision) model.revision = state.revision;
        assert.ok(state.revision - before <= 1);
        for (const name of names) {
          assert.deepEqual(state.keys.get(name).value, model.get(name).value, `seed ${seed}`);
        }
        for (const [name, v] of model.keys) v.version = state.keys.get(name).version;
      }
    }
  });

  it('change all of their keys at one revision, and tell it as one change', () => {
    const { state, change } = opened();
    change({ f: 'write', key: 'a', value: 1 });
    const then: TxnOp[] = [
      { op: 'delete', key: 'a' },
      { op: 'put', key: 'b', value: 2 },
      { op: 'get', key: 'b' },
    ];
    const answer = change({ f: 'txn', compare: [{ key: 'a', version: 1 }], then, else: [] });
    assert.deepEqual(answer, {
      type: 'txn',
      succeeded: true,
      results: [
        { key: 'a', value: null, version: 2 },
        { key: 'b', value: 2, version: 2 },
        { key: 'b', value: 2, version: 2 },
      ],
      revision: 2,
    });
    assert.deepEqual(
      state.changes.at(2).map((e) => e.scope === 'kv' && e.key),
      ['a', 'b'],
    );
  });

  it('are refused when they are too long, before anything is done', () => {
    const { state, change } = opened();
    const value = 'x'.repeat(400_000);
    for (const key of ['a', 'b', 'c']) change({ f: 'write', key, value });
    const get = (key: string): TxnOp => ({ op: 'get', key });
    const then: TxnOp[] = [...['a', 'b', 'c'].map(get), { op: 'put', key: 'd', value: 1 }];
    const answer = change({ f: 'txn', compare: [], then, else: [] });
    assert.ok(answer.type === 'error' && answer.error.code === 'too-large');
    assert.equal(state.keys.get('d').value, null);
    const many = Array.from({ length: 129 }, () => get('a'));
    assert.match(problemWith({ f: 'txn', compare: [], then: many, else: [] }) ?? '', /at most 128/);
    for (const part of [null, {}, { op: 'put', key: 'a' }, { op: 'put', key: 'a', value: null }]) {
      const op = { f: 'txn', compare: [], then: [part], else: [] } as unknown as ChangeOp;
      assert.match(problemWith(op) ?? '', /is no part of a transaction/);
    }
  });

  it('delete by prefix at one revision, up to 512 keys', () => {
    const { state, change } = opened();
    for (const key of names) change({ f: 'write', key, value: 1 });
    const gone = change({ f: 'delete-prefix', prefix: 'a/' });
    assert.deepEqual(gone, { type: 'done', revision: 6, removed: 2 });
    const none = change({ f: 'delete-prefix', prefix: 'a/' });
    assert.deepEqual(none, { type: 'done', revision: 6, isChanged: false, removed: 0 });
    assert.deepEqual(
      state.keys.list('').map((e) => e.key),
      ['a', 'b', 'b/a'],
    );
    for (let i = 0; i < 513; i++) change({ f: 'write', key: `n${i}`, value: 1 });
    const many = change({ f: 'delete-prefix', prefix: 'n' });
    assert.ok(many.type === 'error' && many.error.code === 'too-large');
  });

  it('read a range in pieces of any length', () => {
    const { state, change } = opened();
    for (const key of names) change({ f: 'write', key, value: key });
    for (let limit = 1; limit < 7; limit++) {
      const found: string[] = [];
      for (let after: string | undefined; ;) {
        const range = { ...(after !== undefined && { after }), limit };
        const got = answerRead(state, { f: 'list', prefix: '', consistency: 'stale', ...range }, 0);
        assert.ok(got.type === 'entries' && got.entries.length <= limit);
        found.push(...got.entries.map((e) => e.key));
        if (got.entries.length < limit) break;
        after = found.at(-1);
      }
      assert.deepEqual(found, names);
    }
  });
});
