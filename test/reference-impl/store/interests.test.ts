/** A change that nobody waits for is passed over, and only such a one. */
import assert from 'node:assert/strict';
import type { Effects, Msg, World } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import { Interests } from '../../../reference-impl/store/interests.ts';
import type { ChangeOp, WatchScope } from '../../../reference-impl/store/asked.ts';
import type { StoreWatch } from '../../../reference-impl/store/protocol.ts';
import { storeRules } from '../../../reference-impl/store/rules.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';
import { Watchers } from '../../../reference-impl/store/watchers.ts';

const prefixes = ['', 'a', 'ab', 'b'];

function write(state: StoreState, id: number, key: string): void {
  const op: ChangeOp = { f: 'write', key, value: id };
  state.apply({ f: 'change', client: 1, session: 1, id, oldest: id, base: 0, op }, id);
}

describe('interests', () => {
  it('find news exactly when one of those who watch wants it, in 300 random logs', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const draw = new Prng(seed);
      const state = new StoreState({ ...storeConfig, historyMax: 10_000 });
      const interests = new Interests();
      const watching: { scope: WatchScope; prefix: string }[] = [];
      for (let id = 1; id <= 60; id++) {
        write(state, id, draw.pick(['abc', 'ax', 'bx', 'c']));
        if (draw.chance(300)) {
          const scope: WatchScope = draw.chance(200) ? 'registry' : 'kv';
          watching.push({ scope, prefix: draw.pick(prefixes) });
          interests.add(watching.at(-1)!);
        }
        if (watching.length > 0 && draw.chance(250)) {
          interests.remove(watching.splice(draw.below(watching.length), 1)[0]!);
        }
        const after = draw.below(id + 1);
        const events = Array.from({ length: id - after }, (_, i) =>
          state.changes.at(after + 1 + i),
        );
        const isNews = events
          .flat()
          .some((e) =>
            watching.some(
              (x) => x.scope === 'kv' && e.scope === 'kv' && e.key.startsWith(x.prefix),
            ),
          );
        assert.equal(interests.isNews(after, state), isNews, `seed ${seed}, id ${id}`);
      }
    }
  });

  it('keep a watch whose prefix is quiet alive past any number of compactions', () => {
    const state = new StoreState({ ...storeConfig, historyMax: 10 });
    const watchers = new Watchers(state, { ...storeConfig, historyMax: 10 }, storeRules);
    const said: Msg[] = [];
    const fx = {
      send: (_: number, m: Msg) => said.push(m),
      setTimer: () => 0,
    } as unknown as Effects;
    const w = { nowUs: 0 } as World;
    const m: StoreWatch = {
      kind: 'watch',
      watch: 1,
      scope: 'kv',
      prefix: 'quiet/',
      after: 0,
      replyLane: 0,
    };
    watchers.watch(3, m, 0, w, fx);
    for (let id = 1; id <= 200; id++) {
      write(state, id, `loud/${id}`);
      watchers.flush(0, w, fx);
    }
    write(state, 201, 'quiet/x');
    watchers.flush(0, w, fx);
    const kinds = said.map((x) => x.kind);
    assert.deepEqual(kinds, ['events', 'events']);
    const [, last] = said as unknown as { events: { key: string }[]; revision: number }[];
    assert.deepEqual([last?.revision, last?.events.map((e) => e.key)], [201, ['quiet/x']]);
  });
});
