/** The replicated state against a model of a few lines, with repeated and reordered requests. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { ChangeCommand } from '../../../reference-impl/store/command.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { ChangeOp } from '../../../reference-impl/store/protocol.ts';
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
    commands.push({ f: 'change', client, session, id, op: drawOp(draw) });
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
      for (const c of commands) {
        const answer = JSON.stringify(state.apply(c));
        const name = `${c.client} ${c.session} ${c.id}`;
        assert.equal(
          answers.get(name) ?? answer,
          answer,
          `seed ${seed}: a repeated answer differs`,
        );
        answers.set(name, answer);
      }
      for (const [key, value] of model(commands)) {
        assert.deepEqual(state.get(key).value, value, `seed ${seed}, key ${key}`);
      }
    }
  });

  it('changes all keys of a write at one revision, and knows what was there before', () => {
    const state = new StoreState(storeConfig);
    const apply = (id: number, op: ChangeOp): unknown =>
      state.apply({ f: 'change', client: 9, session: 1, id, op });
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

  it('forgets the session that was unused for longest', () => {
    const state = new StoreState({ ...storeConfig, sessionsMax: 2 });
    const write = (session: number, id: number): unknown =>
      state.apply({ f: 'change', client: 9, session, id, op: { f: 'write', key: 'k', value: id } });
    write(1, 1);
    write(2, 1);
    write(1, 2);
    write(3, 1);
    assert.equal(state.sessions.find(9, 2, 1), 'new');
    assert.deepEqual(state.sessions.find(9, 1, 1), { type: 'done', revision: 1 });
  });
});
