/** Keys that go with leases, against a model that says of each key with which it goes. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { ChangeOp } from '../../../reference-impl/store/asked.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

const names = ['a', 'b', 'c', 'd'];

/** The slow way: after each change all keys are looked through. */
class Model {
  readonly keys = new Map<string, number | null>();
  readonly leases = new Set<number>();

  apply(op: ChangeOp, revision: number): void {
    if (op.f === 'grant') this.leases.add(revision);
    else if (op.f === 'revoke') this.end(op.lease);
    else if (op.f === 'delete') this.keys.delete(op.key);
    else if (op.f === 'write') {
      if (op.lease === undefined || this.leases.has(op.lease)) {
        this.keys.set(op.key, op.lease ?? null);
      }
    }
  }

  end(lease: number): void {
    this.leases.delete(lease);
    for (const [key, of] of this.keys) if (of === lease) this.keys.delete(key);
  }
}

describe('keys that go with leases', () => {
  it('are there as long as these, in 500 random logs, also through snapshots', () => {
    for (let seed = 0; seed < 500; seed++) {
      const draw = new Prng(seed);
      let state = new StoreState(storeConfig);
      const model = new Model();
      for (let index = 1; index <= 60; index++) {
        const before = state.revision;
        const lease = draw.pick([...model.leases, 7]);
        const key = draw.pick(names);
        const op = draw.pick<ChangeOp>([
          { f: 'grant', ttlUs: 1_000 },
          { f: 'write', key, value: index, lease },
          { f: 'write', key, value: index, lease },
          { f: 'write', key, value: index },
          { f: 'delete', key },
          { f: 'revoke', lease },
        ]);
        if (draw.chance(100)) {
          state.apply({ f: 'expire', leases: [lease] }, index);
          model.end(lease);
        } else {
          state.apply(
            { f: 'change', client: 1, session: 1, id: index, oldest: index, base: 0, op },
            index,
          );
          model.apply(op, before + 1);
        }
        const found = state.keys.list('').map((e) => e.key);
        assert.deepEqual(found, [...model.keys.keys()].sort(), `seed ${seed}, index ${index}`);
        assert.ok(state.revision <= before + 1, 'all of it is one revision');
        if (!draw.chance(100)) continue;
        const other = new StoreState(storeConfig);
        const rows = state.rows();
        for (let row = rows.next(); row !== null; row = rows.next()) other.restore([...row]);
        assert.equal(other.hash, state.hash, `seed ${seed}`);
        state = other;
      }
    }
  });
});
