/** Who waits for a change of servers, where the change ends while it is asked for. */
import assert from 'node:assert/strict';
import type { Effects, World } from '../../../harness/core/host.ts';
import { lan } from '../../../reference-impl/consensus/config.ts';
import { Raft } from '../../../reference-impl/consensus/raft.ts';
import { consensusRules } from '../../../reference-impl/consensus/rules.ts';
import type { ChangeServersOp } from '../../../reference-impl/store/asked.ts';
import type { StoreRequest } from '../../../reference-impl/store/protocol.ts';
import { ServerChanges } from '../../../reference-impl/store/server-changes.ts';

const op: ChangeServersOp = { f: 'change-servers', add: [1], remove: [] };
const world = { nowUs: 0, wallUs: 0, random: () => 0 };

/** A server alone, which leads, and another that it may add; `ended` is told how a change ends. */
function leading(ended: () => void): { raft: Raft; fx: Effects } {
  let records = 0;
  const fx: Effects = {
    send: () => {},
    persist: () => ++records,
    forget: () => {},
    observe: () => {},
    reply: () => {},
    setTimer: () => 0,
    cancelTimer: () => {},
  };
  const raft = new Raft({
    self: 0,
    servers: [0, 1],
    voters: [0],
    config: lan,
    rules: consensusRules,
    machine: {
      apply: () => {},
      leading: () => {},
      confirmed: () => {},
      changed: ended,
      rows: () => ({ next: () => null, close: () => {} }),
      beginRestore: () => {},
      restore: () => {},
      adopt: () => {},
    },
  });
  raft.start([], world as World, fx);
  world.nowUs = lan.electionMaxUs + 1;
  raft.timer(1, 0, world, fx);
  for (let i = 0; i < 10; i++) raft.durable(records, world, fx);
  assert.ok(raft.isLeader && raft.hasCommittedInTerm);
  return { raft, fx };
}

describe('changes of servers', () => {
  it('leave nobody waiting who asks again as one is given up', () => {
    const changes = new ServerChanges();
    const told: unknown[][] = [];
    const { raft, fx } = leading(() => told.push([...changes.take()]));
    const asked = { client: 5, m: { session: 1, id: 1 } as StoreRequest };
    const ask = (): unknown => changes.ask(raft, asked, op, world, fx);
    assert.equal(ask(), null);
    for (let i = 0; i < 10; i++) raft.durable(1_000, world, fx);
    // The other has said nothing: asked once more, the change ends.
    world.nowUs += lan.catchUpUsMax + 1;
    assert.equal(ask(), null);
    assert.deepEqual(told, [[asked]]);
    assert.deepEqual(changes.take(), []);
  });
});
