import assert from 'node:assert/strict';
import { Driver } from '../../../harness/core/driver.ts';
import type { Ports } from '../../../harness/core/driver.ts';
import type { Component, Json, Msg, Rec } from '../../../harness/core/host.ts';
import type { AppendRecord } from '../../../reference-impl/consensus/messages.ts';
import { makeStore } from '../../../reference-impl/store/component.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { StoreRequest } from '../../../reference-impl/store/protocol.ts';
import { storeRules } from '../../../reference-impl/store/rules.ts';

describe('groups of changes', () => {
  it('are one record where they come together, and one each where they come one by one', () => {
    assert.deepEqual(recordsOf(true), ['1,2,3', '4']);
    assert.deepEqual(recordsOf(false), ['1', '2,3', '4']);
  });
});

describe('the JSON of what a server sends and writes', () => {
  it('is made of the JSON of its parts, and the same as that of the whole', () => {
    const known: Record<string, number> = {};
    const later: (() => void)[] = [];
    const world = { nowUs: 0, wallUs: 0, random: () => 0 };
    const consensus = { ...storeConfig.consensus, snapshotBytes: 2_000, pieceBytes: 500 };
    const [store, ...others] = [0, 1, 2].map((self) => {
      return makeStore({
        self,
        voters: [0, 1, 2],
        config: { ...storeConfig, consensus },
        rules: storeRules,
      });
    });
    const drivers = [store as Component, ...others].map((component, self) => {
      const check = (value: Msg | Rec): void => {
        const text = component.text?.(value) ?? null;
        if (text === null) return;
        assert.equal(text, JSON.stringify(value));
        known[value.kind] = (known[value.kind] ?? 0) + 1;
      };
      return new Driver(
        [component],
        {
          ...deaf,
          append: (_lane, index, r) => {
            check(r);
            later.push(() => drivers[self]?.synced(0, index));
          },
          send: (to, _lane, m) => {
            check(m);
            const copy = JSON.parse(JSON.stringify(m)) as Msg;
            later.push(() => drivers[to]?.message(self, 0, copy));
          },
        },
        world,
      );
    });
    const settle = (): void => {
      for (let f = later.shift(); f !== undefined; f = later.shift()) f();
    };
    for (const d of drivers) d.start([[]]);
    world.nowUs = 1_000_000;
    drivers[0]?.timer(0, 1, 0);
    settle();
    for (let id = 1; id < 200; id++) {
      drivers[0]?.message(9, 0, write(id, `k${id % 7}`, ['\u{1f41c}', id / 3, null, '"\n']));
      if (id % 3 === 0) settle();
    }
    settle();
    assert.ok((known['append'] ?? 0) > 400, JSON.stringify(known));
    assert.ok((known['piece'] ?? 0) > 10, JSON.stringify(known));
  });
});

const deaf: Ports = {
  append: () => undefined,
  observe: () => undefined,
  send: () => undefined,
  reply: () => undefined,
  setTimer: () => 1,
  cancelTimer: () => undefined,
};

/** What one server alone writes, by ids of requests: three come together, and one later. */
function recordsOf(isTogether: boolean): readonly string[] {
  const records: Rec[] = [];
  const store = makeStore({ self: 0, voters: [0], config: storeConfig, rules: storeRules });
  const world = { nowUs: 0, wallUs: 0, random: () => 0 };
  const driver = new Driver(
    [store],
    {
      ...deaf,
      append: (_lane, _index, r) => void records.push(r),
      ...(isTogether && { gather: () => undefined }),
    },
    world,
  );
  const sync = (): void => driver.synced(0, records.length - 1);
  driver.start([[]]);
  world.nowUs = 1_000_000;
  driver.timer(0, 1, 0);
  for (let i = 0; i < 3; i++) {
    sync();
    if (isTogether) driver.gathered(0);
  }
  const before = records.length;
  for (const ids of [[1, 2, 3], [4]]) {
    for (const id of ids) driver.message(9, 0, write(id));
    if (isTogether) driver.gathered(0);
    sync();
    sync();
  }
  return records
    .slice(before)
    .map((r) =>
      (r as AppendRecord).entries
        .map((e) => (e.command as unknown as { readonly id: number }).id)
        .join(),
    );
}

function write(id: number, key = 'k', value: Json = id): StoreRequest {
  const op = { f: 'write', key, value } as const;
  return { kind: 'request', session: 1, id, oldest: 1, base: 0, replyLane: 1, op };
}
