/** Joint decisions against slow twins: sets of servers, one by one. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { changeRules } from '../../../reference-impl/consensus/change-rules.ts';
import {
  isAgreed,
  membersOf,
  reachedInAll,
} from '../../../reference-impl/consensus/configuration.ts';
import type { Configuration } from '../../../reference-impl/consensus/configuration.ts';
import { reachedByMajority } from '../../../reference-impl/consensus/quorum.ts';

const seed = 20261126;
const servers = [0, 1, 2, 3, 4, 5];

function drawVoters(draw: Prng): number[] {
  const count = 1 + draw.below(servers.length);
  return draw
    .shuffle([...servers])
    .slice(0, count)
    .sort((a, b) => a - b);
}

function quorumsOf(configuration: Configuration): ReturnType<typeof membersOf>['quorums'] {
  const placed = { index: 1, configuration };
  return membersOf(servers, 0, placed, changeRules.quorums(configuration)).quorums;
}

function isMajority(some: readonly number[], of: readonly number[]): boolean {
  return of.filter((id) => some.includes(id)).length * 2 > of.length;
}

const subsets = Array.from({ length: 2 ** servers.length }, (_, bits) =>
  servers.filter((id) => ((bits >> id) & 1) === 1),
);

/** Sets of servers, as bits, that can decide something by themselves. */
function decisiveSets(c: Configuration): number[] {
  const quorums = quorumsOf(c);
  return subsets.flatMap((s, bits) => {
    const said = Uint8Array.from(servers, (id) => (s.includes(id) ? 1 : 0));
    return isAgreed(quorums, said) ? [bits] : [];
  });
}

describe('joint decisions', () => {
  it('need a majority of the old and of the new voters, in 2,000 random changes', () => {
    const draw = new Prng(seed);
    for (let i = 0; i < 2_000; i++) {
      const configuration = { old: drawVoters(draw), voters: drawVoters(draw), learners: [] };
      const quorums = quorumsOf(configuration);
      const some = subsets[draw.below(subsets.length)] ?? [];
      const said = Uint8Array.from(servers, (id) => (some.includes(id) ? 1 : 0));
      const wanted = isMajority(some, configuration.old) && isMajority(some, configuration.voters);
      assert.equal(isAgreed(quorums, said), wanted, `seed ${seed}, case ${i}`);
      const match = servers.map(() => draw.below(6));
      const held = (index: number): number[] => servers.filter((id) => (match[id] ?? 0) >= index);
      const reached = [5, 4, 3, 2, 1, 0].find(
        (index) =>
          isMajority(held(index), configuration.old) &&
          isMajority(held(index), configuration.voters),
      );
      assert.equal(reachedInAll(quorums, match, reachedByMajority), reached, `case ${i}`);
    }
  });

  it('meet those of the step before and of the step after, in 300 random changes', () => {
    const draw = new Prng(seed);
    for (let i = 0; i < 300; i++) {
      const from = { voters: drawVoters(draw), learners: [] };
      const to = { voters: drawVoters(draw), learners: [] };
      const joint = changeRules.firstStep(from, to);
      const both = decisiveSets(joint);
      for (const one of [...decisiveSets(from), ...decisiveSets(to)]) {
        const apart = both.find((other) => (one & other) === 0);
        assert.equal(apart, undefined, `${one} beside ${JSON.stringify(joint)}`);
      }
    }
  });
});
