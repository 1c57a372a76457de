/** What is worked out once for many watchers is what each alone would be told; digests likewise. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { WatchEvent } from '../../../reference-impl/store/answered.ts';
import type { ChangeOp, WatchScope } from '../../../reference-impl/store/asked.ts';
import { Pushes } from '../../../reference-impl/store/pushes.ts';
import { hashOfEntry, hashOfKey } from '../../../reference-impl/store/digest.ts';
import { storeRules } from '../../../reference-impl/store/rules.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

class Log {
  readonly state = new StoreState({ ...storeConfig, historyMax: 10_000 });
  private id = 0;

  change(op: ChangeOp): void {
    this.id += 1;
    const c = { client: 1, session: 1, id: this.id, oldest: Math.max(1, this.id - 99), base: 0 };
    this.state.apply({ f: 'change', ...c, op }, this.id);
  }

  step(draw: Prng): void {
    const name = draw.pick(['config/a', 'config/b', 'other', 'config/']);
    const service = draw.pick(['front', 'back']);
    const leases = this.state.registry.lookup('').map((e) => e.lease);
    const value = 'x'.repeat(draw.below(30));
    const ops: (() => ChangeOp)[] = [
      () => ({ f: 'write', key: name, value }),
      () => ({ f: 'delete', key: name }),
      () => ({ f: 'write-all', values: { 'config/a': value, 'config/b': null, other: 1 } }),
      () => {
        const instance = draw.below(5);
        return { f: 'register', service, instance, zone: 'z', tags: [], ttlUs: 1_000 };
      },
      () => ({ f: 'deregister', lease: leases.length === 0 ? 0 : draw.pick(leases) }),
    ];
    if (leases.length > 0 && draw.chance(200)) {
      this.id += 1;
      this.state.apply({ f: 'expire', leases: [draw.pick(leases)] }, this.id);
    } else this.change(draw.pick(ops)());
  }
}

/** The slow twin: every change of every revision, looked at on its own. */
function wanted(state: StoreState, scope: WatchScope, prefix: string, after: number): WatchEvent[] {
  const out: WatchEvent[] = [];
  for (let r = after + 1; r <= state.revision; r++) {
    for (const e of state.changes.at(r)) {
      if (e.scope === 'kv' && scope === 'kv' && e.key.startsWith(prefix)) out.push(e);
      if (e.scope === 'registry' && scope === 'registry') out.push(e);
    }
  }
  return out;
}

describe('what watchers are told', () => {
  it('is what each would be told alone, whoever asked before, in 300 random logs', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const draw = new Prng(seed);
      const log = new Log();
      const limits = { eventsPerPushMax: draw.between(1, 8), pushBytesMax: draw.between(50, 900) };
      const pushes = new Pushes(limits, storeRules);
      for (let i = 0; i < 40; i++) {
        for (let n = draw.below(6); n > 0; n--) log.step(draw);
        const { state } = log;
        const scope = draw.pick<WatchScope>(['kv', 'registry']);
        const prefix = scope === 'kv' ? draw.pick(['', 'config/', 'config/a']) : '';
        const after = draw.below(state.revision + 1);
        const told = pushes.since({ scope, prefix, after }, state);
        const events = told.flatMap((p) => p.events);
        assert.deepEqual(strip(events), strip(wanted(state, scope, prefix, after)), `seed ${seed}`);
        let from = after;
        for (const { events: some, revision } of told) {
          assert.ok(
            some.length > 0 && some.every((e) => e.revision > from && e.revision <= revision),
          );
          const [first, last] = [some[0]?.revision, some.at(-1)?.revision];
          // More than a message holds is only what one revision changed.
          const isMuch = some.length > limits.eventsPerPushMax + 2;
          assert.ok(!isMuch || first === last, `seed ${seed}`);
          from = revision;
        }
      }
    }
  });

  it('is one message for all who are told the same', () => {
    const log = new Log();
    for (let i = 0; i < 20; i++) log.step(new Prng(i));
    const pushes = new Pushes(storeConfig, storeRules);
    const wantedAll = { scope: 'kv', prefix: '', after: 0 } as const;
    const [push] = pushes.since(wantedAll, log.state);
    assert.ok(push !== undefined && pushes.since({ ...wantedAll }, log.state)[0] === push);
    assert.equal(pushes.message(push, 1, 0, 7), pushes.message(push, 1, 0, 7));
    assert.notEqual(pushes.message(push, 2, 0, 7), pushes.message(push, 1, 0, 7));
    assert.deepEqual(pushes.message(push, 2, 0, 7).watch, 2);
  });
});

describe('the digests of the store', () => {
  it('are those of its rows, whatever happened before, in 300 random logs', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const draw = new Prng(seed);
      const log = new Log();
      for (let i = 0; i < 60; i++) {
        log.step(draw);
        compare(log.state, seed);
      }
      // The same through a snapshot.
      const restored = new StoreState(storeConfig);
      const rows = log.state.rows();
      for (let row = rows.next(); row !== null; row = rows.next()) {
        restored.restore(JSON.parse(JSON.stringify(row)) as never);
      }
      compare(restored, seed);
      assert.equal(restored.digest('kv'), log.state.digest('kv'));
      assert.equal(restored.digest('registry'), log.state.digest('registry'));
    }
  });
});

function compare(state: StoreState, seed: number): void {
  const keys = state.keys.list('config/').map((e) => hashOfKey(e.key, e.value, e.version));
  const entries = state.registry.lookup('').map((e) => hashOfEntry({ ...e }));
  assert.equal(state.digest('kv'), sum(keys), `keys, seed ${seed}`);
  assert.equal(state.digest('registry'), sum(entries), `catalog, seed ${seed}`);
}

function sum(hashes: readonly number[]): number {
  return hashes.reduce((a, b) => (a + b) >>> 0, 0);
}

/** What is too long to tell was left out of some. */
function strip(events: readonly WatchEvent[]): unknown[] {
  return events.map((e) => ({ ...e, previous: null }));
}
