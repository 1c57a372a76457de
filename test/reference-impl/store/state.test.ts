/** The replicated state against a model of a few lines, with repeated and reordered requests. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { ChangeCommand } from '../../../reference-impl/store/command.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { ChangeOp } from '../../../reference-impl/store/asked.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

function drawOp(draw: Prng): ChangeOp {
  const key = draw.pick(['a', 'b']);
  const small = (): Json => draw.pick([null, 1, 2]);
  return draw.pick<() => ChangeOp>([
    () => ({ f: 'write', key, value: small() }),
    () => ({ f: 'cas', key, from: small(), to: small() }),
    () => ({ f: 'delete', key }),
    () => ({ f: 'write-all', values: { b: small(), a: small() } }),
  ])();
}

/** Executes each id once, in the order of first arrival. */
function model(commands: readonly ChangeCommand[]): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  const executed = new Set<string>();
  for (const { client, session, id, op } of commands) {
    const name = `${client} ${session} ${id}`;
    if (executed.has(name)) continue;
    executed.add(name);
    if (op.f === 'write') values.set(op.key, op.value);
    if (op.f === 'delete') values.set(op.key, null);
    if (op.f === 'write-all') for (const [k, v] of Object.entries(op.values)) values.set(k, v);
    if (op.f === 'cas' && (values.get(op.key) ?? null) === op.from) values.set(op.key, op.to);
  }
  return values;
}

function drawCommands(draw: Prng): ChangeCommand[] {
  const commands: ChangeCommand[] = [];
  for (let id = 1; id <= 60; id++) {
    const [client, session] = [draw.below(3), draw.below(2)];
    const oldest = Math.max(1, id - 40);
    commands.push({ f: 'change', client, session, id, oldest, base: 0, op: drawOp(draw) });
    // The network repeats one of the last few requests.
    if (draw.chance(400)) commands.push(draw.pick(commands.slice(-8)));
  }
  return commands;
}

describe('the replicated state', () => {
  it('executes each request once, in 500 random logs', () => {
    for (let seed = 0; seed < 500; seed++) {
      const commands = drawCommands(new Prng(seed));
      const state = new StoreState(storeConfig);
      const answers = new Map<string, Json>();
      for (const [index, c] of commands.entries()) {
        const answer = JSON.stringify(state.apply(c, index + 1));
        const name = `${c.client} ${c.session} ${c.id}`;
        assert.equal(
          answers.get(name) ?? answer,
          answer,
          `seed ${seed}: a repeated answer differs`,
        );
        answers.set(name, answer);
      }
      for (const [key, value] of model(commands)) {
        assert.deepEqual(state.keys.get(key).value, value, `seed ${seed}, key ${key}`);
      }
    }
  });

  it('changes all keys of a write at one revision, and knows what was there before', () => {
    const state = new StoreState(storeConfig);
    const apply = (id: number, op: ChangeOp): unknown =>
      state.apply({ f: 'change', client: 9, session: 1, id, oldest: 1, base: 0, op }, id);
    apply(1, { f: 'write', key: 'b', value: 1 });
    assert.deepEqual(apply(2, { f: 'write-all', values: { b: 2, a: 3 } }), {
      type: 'done',
      revision: 2,
    });
    apply(3, { f: 'delete', key: 'a' });
    const told = [1, 2, 3].map((r) => state.changes.at(r));
    const shared = { scope: 'kv' };
    assert.deepEqual(told, [
      [{ ...shared, revision: 1, key: 'b', value: 1, previous: null }],
      [
        { ...shared, revision: 2, key: 'a', value: 3, previous: null },
        { ...shared, revision: 2, key: 'b', value: 2, previous: { value: 1, version: 1 } },
      ],
      [{ ...shared, revision: 3, key: 'a', value: null, previous: { value: 3, version: 2 } }],
    ]);
  });

  it('executes and answers a request that any number of others overtook', () => {
    const state = new StoreState(storeConfig);
    const write = (id: number): unknown => {
      const op: ChangeOp = { f: 'write', key: `k${id}`, value: id };
      return state.apply({ f: 'change', client: 9, session: 1, id, oldest: 1, base: 0, op }, id);
    };
    for (let id = 2; id <= 1_000; id++) write(id);
    assert.deepEqual(write(1), { type: 'done', revision: 1_000 });
    assert.equal(state.keys.get('k1').value, 1);
    assert.deepEqual(write(1), { type: 'done', revision: 1_000 }, 'a copy gets the same answer');
  });

  it('forgets the answers that a client has, and nothing else', () => {
    const state = new StoreState(storeConfig);
    const named = { client: 9, session: 1, base: 0 };
    for (let id = 1; id <= 5; id++) {
      const op: ChangeOp = { f: 'write', key: 'k', value: id };
      state.apply({ f: 'change', ...named, id, oldest: Math.max(1, id - 1), op }, id);
    }
    const find = (id: number): unknown => state.sessions.find({ ...named, id, oldest: id });
    assert.deepEqual([1, 2, 3].map(find), ['forgotten', 'forgotten', 'forgotten']);
    assert.deepEqual(find(4), { type: 'done', revision: 4 });
    assert.equal(find(6), 'new');
  });

  it('executes nothing twice that a session did which it had to forget', () => {
    const state = new StoreState({ ...storeConfig, sessionsMax: 2 });
    let index = 0;
    const write = (session: number, id: number, base: number): unknown => {
      const op: ChangeOp = { f: 'write', key: `s${session}`, value: id };
      index += 1;
      return state.apply({ f: 'change', client: 9, session, id, oldest: id, base, op }, index);
    };
    write(1, 1, 0);
    write(2, 1, 0);
    write(1, 2, 1);
    write(3, 1, 0);
    // Session 2 is forgotten. A late copy of its change is not executed again …
    assert.deepEqual(write(2, 1, 0), { type: 'error', error: { code: 'session-lost' } });
    // … nor is a session executed that knows nothing of what was forgotten; one that does is new.
    assert.deepEqual(write(4, 1, 1), { type: 'error', error: { code: 'session-lost' } });
    assert.deepEqual(write(4, 2, 2), { type: 'done', revision: 5 });
    assert.deepEqual(state.keys.get('s2'), { value: 1, version: 2 });
  });

  it('takes no revision for a change that changes nothing, and tells nobody', () => {
    const state = new StoreState(storeConfig);
    let id = 0;
    const apply = (op: ChangeOp): unknown =>
      state.apply({ f: 'change', client: 9, session: 1, id: ++id, oldest: 1, base: 0, op }, id);
    const nothing = { type: 'done', revision: 0, isChanged: false };
    assert.deepEqual(apply({ f: 'delete', key: 'a' }), nothing);
    assert.deepEqual(apply({ f: 'cas', key: 'a', from: null, to: null }), nothing);
    assert.deepEqual(apply({ f: 'write-all', values: { a: null, b: null } }), nothing);
    apply({ f: 'write', key: 'a', value: 1 });
    assert.deepEqual(apply({ f: 'write-all', values: { a: null, b: null } }), {
      type: 'done',
      revision: 2,
    });
    assert.deepEqual(
      state.changes.at(2).map((e) => e.scope === 'kv' && e.key),
      ['a'],
    );
  });
});
