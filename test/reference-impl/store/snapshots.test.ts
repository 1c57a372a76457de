/** Snapshots of the replicated state: what is restored is what was there, at the moment of the freeze. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import { hashJson, Prng } from '../../../harness/core/prng.ts';
import type { StoreCommand } from '../../../reference-impl/store/command.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { ChangeOp } from '../../../reference-impl/store/asked.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

const small = { ...storeConfig, historyMax: 20, sessionsMax: 4 };

function drawCommand(draw: Prng, id: number, revision: number): StoreCommand {
  const key = draw.pick(['a', 'b', 'c', 'd']);
  if (draw.chance(100)) return { f: 'expire', leases: [1 + draw.below(revision + 1)] };
  const op = draw.pick<() => ChangeOp>([
    () => ({ f: 'write', key, value: draw.pick([null, 1, 'x', { y: [2] }]) }),
    () => ({ f: 'cas', key, from: null, to: id }),
    () => ({ f: 'write-all', values: { [key]: id, e: null } }),
    () => ({ f: 'acquire', key, ttlUs: 5 }),
    () => ({ f: 'release', key, token: 1 + draw.below(revision + 1) }),
    () => ({ f: 'write-fenced', key, lock: 'a', token: 1 + draw.below(revision + 1), value: 1 }),
    () => ({ f: 'register', service: key, instance: draw.below(3), zone: 'z', tags: [], ttlUs: 9 }),
    () => ({ f: 'deregister', lease: 1 + draw.below(revision + 1) }),
  ])();
  const oldest = Math.max(1, id - draw.below(10));
  return { f: 'change', client: draw.below(6), session: 1, id, oldest, base: id - 1, op };
}

function dump(state: StoreState): string[] {
  const rows = state.rows();
  const all: string[] = [];
  for (let row = rows.next(); row !== null; row = rows.next()) all.push(JSON.stringify(row));
  return all.sort();
}

function restored(rows: readonly string[]): StoreState {
  const state = new StoreState(small);
  for (const row of rows) state.restore(JSON.parse(row));
  return state;
}

describe('snapshots of the state', () => {
  it('restore a state that answers and changes like the one they are of, in 200 random logs', () => {
    for (let seed = 0; seed < 200; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState(small);
      let twin = new StoreState(small);
      const at = draw.below(80);
      for (let id = 1; id <= 100; id++) {
        const c = drawCommand(draw, id, state.revision);
        const [a, b] = [state.apply(c, id), twin.apply(c, id)];
        assert.deepEqual(b, a, `seed ${seed}, command ${id}`);
        if (id !== at) continue;
        const rows = state.rows();
        const all: string[] = [];
        for (let row = rows.next(); row !== null; row = rows.next()) all.push(JSON.stringify(row));
        twin = restored(all);
        assert.equal(twin.hash, state.hash);
      }
      assert.deepEqual(dump(twin), dump(state), `seed ${seed}`);
    }
  });

  it('hold the moment at which they were begun, whatever changes while they are taken', () => {
    for (let seed = 0; seed < 200; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState(small);
      let id = 0;
      const step = (): void => {
        id += 1;
        state.apply(drawCommand(draw, id, state.revision), id);
      };
      while (id < 50) step();
      const before = dump(state);
      const rows = state.rows();
      const taken: string[] = [];
      for (let row = rows.next(); row !== null; row = rows.next()) {
        taken.push(JSON.stringify(row));
        if (draw.chance(700)) step();
      }
      assert.deepEqual(taken.sort(), before, `seed ${seed}`);
      // Begun and given up: nothing is lost.
      const other = state.rows();
      for (let n = draw.below(20); n > 0; n--) other.next();
      step();
      const during = state.keys.list('');
      other.close();
      assert.deepEqual(state.keys.list(''), during);
    }
  });

  it('leave the state its hash while one is taken, and are not changed by it', () => {
    for (let seed = 0; seed < 50; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState(small);
      const twin = new StoreState(small);
      const change = (id: number): void => {
        const c = drawCommand(draw, id, state.revision);
        state.apply(c, id);
        twin.apply(c, id);
      };
      for (let id = 1; id <= 50; id++) change(id);
      const before = dump(twin);
      const rows = state.rows();
      const taken: string[] = [];
      for (let id = 51; id <= 60; id++) {
        const row = rows.next();
        if (row !== null) taken.push(JSON.stringify(row));
        change(id);
        assert.equal(state.hash, twin.hash, `seed ${seed}, command ${id}`);
      }
      for (let row = rows.next(); row !== null; row = rows.next()) taken.push(JSON.stringify(row));
      assert.deepEqual(taken.sort(), before, `seed ${seed}`);
    }
  });

  it('have the hash that is the sum over all rows, whenever it is asked for', () => {
    for (let seed = 0; seed < 200; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState(small);
      for (let id = 1; id <= 100; id++) {
        state.apply(drawCommand(draw, id, state.revision), id);
        if (!draw.chance(200)) continue;
        const slow = dump(state).reduce(
          (sum, row) => (sum + hashJson(JSON.parse(row) as Json)) >>> 0,
          0,
        );
        assert.equal(state.hash, slow, `seed ${seed}, command ${id}`);
      }
      assert.equal(restored(dump(state)).hash, state.hash, `seed ${seed}`);
    }
  });
});
