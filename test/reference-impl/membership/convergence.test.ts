/** After any mixture of faults, all members agree again, on what is true; no news goes back. */
import assert from 'node:assert/strict';
import type { Json, NodeId } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { LinkRule } from '../../../harness/faults/link-rule.ts';
import { noMessageFaults } from '../../../harness/faults/overlap.ts';
import { World } from '../../../harness/simulation/world.ts';
import type { MembersObservation } from '../../../reference-impl/membership/observations.ts';
import { packCell, type Cell } from '../../../reference-impl/membership/cell.ts';
import { lan } from '../../../reference-impl/membership/config.ts';
import { createMembership } from '../../../reference-impl/membership/membership.ts';
import type { MembershipRules } from '../../../reference-impl/membership/rules.ts';
import { membershipRules } from '../../../reference-impl/membership/rules.ts';
import { membershipMutants } from '../../../reference-impl/membership/mutants.ts';

const faultsUntilUs = 60_000_000;
/**
 * The rest must agree this long after the last heal: a reconnect finds the other side (10 s, with the
 * odds against it a few times), it is suspected there (24 s at most) or refutes, and the news spreads.
 */
const agreeWithinUs = 120_000_000;

interface Member {
  readonly member: NodeId;
  readonly status: string;
  readonly incarnation: number;
}

/** Draws faults, heals all, waits; what each running member believes then, and who runs. */
function runCluster(seed: number, rules: MembershipRules) {
  const draw = new Prng(seed).fork('faults');
  const nodes = draw.between(3, 9);
  const startJoined = draw.chance(500);
  const seeds = startJoined ? [] : [0, 1];
  const replies: (readonly Member[])[] = [];
  const beliefs = new Map<string, Cell>();
  let isReviving = false;
  const world: World = new World({
    nodes,
    seed,
    make: (self) => [
      createMembership({ self, size: nodes, seeds, startJoined, config: lan, rules }),
    ],
    onObserve: (node, e) => {
      for (const o of (e as MembersObservation).news) {
        const key = `${node} ${world.node(node).boot} ${o.member}`;
        const cell = packCell(o.status, o.incarnation);
        if (cell <= (beliefs.get(key) ?? -1)) isReviving = true;
        beliefs.set(key, cell);
      }
    },
    onReply: (_, __, v: Json) => replies.push(v as unknown as readonly Member[]),
  });
  for (let id = 0; id < nodes; id++) world.start(id);
  for (let i = draw.between(1, 8); i > 0; i--) injectFault(world, nodes, draw);
  world.runUntil(faultsUntilUs);
  assert.equal(world.network.faults, 0);
  world.runUntil(faultsUntilUs + agreeWithinUs);
  const up = Array.from({ length: nodes }, (_, id) => world.isUp(id));
  up.forEach((isUp, id) => {
    if (isUp) world.call(id, 0, { id: 1, f: 'members', key: '', value: null });
  });
  return { up, replies, isReviving };
}

function injectFault(world: World, nodes: number, draw: Prng): void {
  const beginUs = draw.between(1_000_000, faultsUntilUs - 2_000_000);
  const endUs = draw.between(beginUs + 1_000_000, faultsUntilUs - 1);
  if (draw.chance(400)) {
    const victim = draw.below(nodes);
    const comesBack = draw.chance(700);
    world.at(beginUs, () => {
      if (world.isUp(victim)) world.crash(victim);
    });
    world.at(endUs, () => {
      if (comesBack && !world.isUp(victim)) world.start(victim);
    });
    return;
  }
  const pass: LinkRule['pass'] = (_, d) => Math.max(0, 400_000 + d.between(-300_000, 300_000));
  const rule = draw.pick<LinkRule>([
    { partition: 'drop' },
    { partition: 'stall' },
    { messages: { ...noMessageFaults, lossPermille: 300 } },
    { pass },
    { messages: { ...noMessageFaults, duplicatePermille: 500 } },
  ]);
  const side = Array.from({ length: nodes }, () => draw.chance(500));
  const isOneWay = draw.chance(300);
  const links: [NodeId, NodeId][] = [];
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b < nodes; b++) {
      if (a !== b && (isOneWay ? side[a] === true && side[b] === false : side[a] !== side[b])) {
        links.push([a, b]);
      }
    }
  }
  world.at(beginUs, () => {
    const epoch = world.network.begin(rule, links, () => undefined);
    world.at(endUs, () => world.network.end(epoch));
  });
}

/** Null when all agree and are right, otherwise what is wrong. */
function disagreement(seed: number, rules: MembershipRules): string | null {
  const { up, replies, isReviving } = runCluster(seed, rules);
  if (isReviving) return 'old news replaced newer news';
  for (const table of replies) {
    if (JSON.stringify(table) !== JSON.stringify(replies[0])) {
      return `${JSON.stringify(table)} differs from ${JSON.stringify(replies[0])}`;
    }
    for (const m of table) {
      if ((m.status === 'alive') !== up[m.member]) {
        return `${m.member} is ${up[m.member] === true ? 'up' : 'down'} and believed ${m.status}`;
      }
    }
  }
  return null;
}

describe('membership convergence', () => {
  it('agrees on the truth after crashes, restarts, cuts, loss and delay: 150 seeds', () => {
    for (let seed = 0; seed < 150; seed++) {
      assert.equal(disagreement(seed, membershipRules), null, `seed ${seed}`);
    }
  }).timeout(120_000);

  for (const { name, mutant } of [
    { name: 'nobody refutes', mutant: membershipMutants['never-refute']?.rules ?? {} },
    { name: 'old news revives the dead', mutant: membershipMutants['ghost-member']?.rules ?? {} },
  ]) {
    it(`does not when ${name}`, () => {
      const rules = { ...membershipRules, ...mutant };
      const seeds = Array.from({ length: 10 }, (_, seed) => seed);
      assert.ok(seeds.some((seed) => disagreement(seed, rules) !== null));
    });
  }
});
