import assert from 'node:assert/strict';
import { Driver } from '../../../harness/core/driver.ts';
import type { Rec } from '../../../harness/core/host.ts';
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

/** What one server alone writes, by ids of requests: three come together, and one later. */
function recordsOf(isTogether: boolean): readonly string[] {
  const records: Rec[] = [];
  const store = makeStore({ self: 0, voters: [0], config: storeConfig, rules: storeRules });
  const world = { nowUs: 0, wallUs: 0, random: () => 0 };
  const driver = new Driver(
    [store],
    {
      append: (_lane, _index, r) => void records.push(r),
      observe: () => undefined,
      send: () => undefined,
      reply: () => undefined,
      setTimer: () => 1,
      cancelTimer: () => undefined,
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

function write(id: number): StoreRequest {
  const op = { f: 'write', key: 'k', value: id } as const;
  return { kind: 'request', session: 1, id, oldest: 1, base: 0, replyLane: 1, op };
}
