/**
 * Whatever may follow one configuration, no two of them decide apart: so a leader that has not committed an entry of
 * its own term may change the servers all the same, where changes are joint (docs/decisions/reference-cluster.md).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { changeRules } from '../../../reference-impl/consensus/change-rules.ts';
import type { Configuration } from '../../../reference-impl/consensus/configuration.ts';
import { majorityOf } from '../../../reference-impl/consensus/quorum.ts';

const servers = [0, 1, 2, 3];
const subsets = Array.from({ length: 2 ** servers.length }, (_, mask) =>
  servers.filter((id) => (mask & (1 << id)) !== 0),
);
const alone = (voters: readonly number[]): Configuration => ({ voters, learners: [] });

/** Do these servers decide by themselves under this configuration? */
function decide(of: readonly number[], c: Configuration): boolean {
  return changeRules
    .quorums(c)
    .every((voters) => voters.filter((v) => of.includes(v)).length >= majorityOf(voters.length));
}

/** Two configurations under which disjoint sets of servers decide, or null. */
function apart(all: readonly Configuration[]): readonly Configuration[] | null {
  for (const a of all) {
    for (const b of all) {
      for (const some of subsets.filter((s) => decide(s, a))) {
        const others = servers.filter((id) => !some.includes(id));
        if (decide(others, b)) return [a, b];
      }
    }
  }
  return null;
}

describe('configurations that may follow the same one', () => {
  const sets = subsets.filter((s) => s.length > 0);

  it('meet in a server, whichever change their leaders began', () => {
    for (const now of sets.map(alone)) {
      const next = sets.map((to) => changeRules.firstStep(now, alone(to)));
      assert.equal(apart([now, ...next]), null);
      for (const [i, joint] of next.entries()) {
        assert.equal(apart([joint, alone(sets[i] as number[])]), null);
      }
    }
  });

  it('need not, where voters are changed one at a time without a joint step', () => {
    const found = sets.some((now) => {
      const isOneOff = (to: readonly number[]): boolean =>
        servers.filter((id) => now.includes(id) !== to.includes(id)).length === 1;
      return apart(sets.filter(isOneOff).map(alone)) !== null;
    });
    assert.equal(found, true);
  });
});
