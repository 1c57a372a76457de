/** What a member says of its table: all that one message told at once, in order. */
import { strict as assert } from 'node:assert';
import { swimWorld } from '../../theory/swim-world.ts';
import { createMembership } from '../../../reference-impl/membership/membership.ts';
import { lan } from '../../../reference-impl/membership/config.ts';
import { membershipRules } from '../../../reference-impl/membership/rules.ts';
import type { MembersObservation } from '../../../reference-impl/membership/observations.ts';
import { World } from '../../../harness/simulation/world.ts';

const nodes = 60;

describe('observations of membership', () => {
  it('says all that a joining member learns in far fewer observations than there are members', () => {
    const said = new Map<number, MembersObservation[]>();
    const world = new World({
      nodes,
      seed: 3,
      make: (self) => [
        createMembership({
          self,
          size: nodes,
          seeds: [0, 1],
          startJoined: false,
          config: lan,
          rules: membershipRules,
        }),
      ],
      onObserve: (node, e) => {
        said.set(node, [...(said.get(node) ?? []), e as MembersObservation]);
      },
    });
    for (let id = 0; id < nodes; id++) world.start(id);
    world.runUntil(20_000_000);
    for (let id = 0; id < nodes; id++) {
      const all = said.get(id) ?? [];
      assert.ok(all.every((o) => o.news.length > 0));
      const known = all.flatMap((o) => o.news.map((b) => b.member));
      assert.deepEqual(
        [...new Set(known)].sort((a, b) => a - b),
        [...Array(nodes).keys()],
      );
      // To a seed the others introduce themselves, one by one.
      const most = id < 2 ? nodes : nodes / 2;
      assert.ok(all.length <= most, `${id} said ${known.length} beliefs in ${all.length}`);
    }
  });

  it('says every change, though several come at once', () => {
    const seen = new Map<string, string>();
    const world = swimWorld({
      nodes: 20,
      seed: 5,
      latency: { lowUs: 200, highUs: 1_500 },
      onMember: (node, b) => seen.set(`${node} ${b.member}`, b.status),
    });
    world.at(1_000_000, () => [4, 9, 14].forEach((id) => world.crash(id)));
    world.runUntil(60_000_000);
    for (const id of [4, 9, 14]) assert.equal(seen.get(`0 ${id}`), 'dead');
    assert.equal(seen.get('0 5'), undefined);
  });
});
