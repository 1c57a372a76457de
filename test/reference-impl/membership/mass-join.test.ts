/** Hundreds who start at once, and halves that meet again: told by tables, and everybody is known. */
import assert from 'node:assert/strict';
import type { Json, Msg } from '../../../harness/core/host.ts';
import { World } from '../../../harness/simulation/world.ts';
import { createMembership } from '../../../reference-impl/membership/membership.ts';
import type { MembershipMessage } from '../../../reference-impl/membership/messages.ts';
import { lan, type MembershipConfig } from '../../../reference-impl/membership/config.ts';
import { membershipRules as rules } from '../../../reference-impl/membership/rules.ts';

const nodes = 200;
const second = 1_000_000;

/** Starts all at once; `live(id)`: how many that one knows alive. */
function start(config: MembershipConfig) {
  let updates = 0;
  const lists: (readonly { status: string }[])[] = [];
  const world = new World({
    nodes,
    seed: 7,
    make: (self) => {
      const member = createMembership({
        self,
        size: nodes,
        seeds: [0, 1, 2],
        startJoined: false,
        config,
        rules,
      });
      return [
        {
          ...wrapped(member),
          message: (from, m, w, fx) => {
            updates += updatesIn(m);
            member.message(from, m, w, fx);
          },
        },
      ];
    },
    onReply: (_, __, v: Json) => lists.push(v as unknown as { status: string }[]),
  });
  for (let id = 0; id < nodes; id++) world.start(id);
  const live = (id: number): number => {
    world.call(id, 0, { id: 1, f: 'members', key: '', value: null });
    return (lists.pop() ?? []).filter((m) => m.status === 'alive').length;
  };
  return { world, live, updates: () => updates };
}

function updatesIn(m: Msg): number {
  const told = m as MembershipMessage;
  return 'updates' in told ? told.updates.length : told.runs.length / 3;
}

function wrapped(member: ReturnType<typeof createMembership>) {
  return {
    start: member.start.bind(member),
    call: member.call.bind(member),
    timer: member.timer.bind(member),
    durable: member.durable.bind(member),
  };
}

describe('a mass join', () => {
  it('makes all known to all in five seconds, at a fraction of what single news costs', () => {
    const tables = start(lan);
    const single = start({ ...lan, tablePackets: nodes });
    for (const c of [tables, single]) c.world.runUntil(5 * second);
    for (let id = 0; id < nodes; id++) assert.equal(tables.live(id), nodes, `node ${id}`);
    assert.ok(
      tables.updates() * 3 < single.updates(),
      `${tables.updates()} against ${single.updates()}`,
    );
  });

  it('of two halves that were cut for a minute is complete two minutes after the heal', () => {
    const { world, live } = start(lan);
    world.runUntil(10 * second);
    const links = Array.from({ length: nodes }, (_, a) =>
      Array.from({ length: nodes }, (_, b) => [a, b] as const),
    )
      .flat()
      .filter(([a, b]) => a < nodes / 2 !== b < nodes / 2);
    const cut = world.network.begin({ partition: 'drop' }, links, () => undefined);
    world.runUntil(70 * second);
    assert.ok(live(0) <= nodes / 2 && live(nodes - 1) <= nodes / 2);
    world.network.end(cut);
    world.runUntil(190 * second);
    for (let id = 0; id < nodes; id++) assert.equal(live(id), nodes, `node ${id}`);
  });
});
