/** The real membership component in the real simulation: gossip alone, started joined. */
import type { NodeId } from '../../harness/core/host.ts';
import type { MemberObservation } from '../../harness/core/observation.ts';
import { World } from '../../harness/simulation/world.ts';
import { lan } from '../../reference-impl/membership/config.ts';
import { createMembership } from '../../reference-impl/membership/membership.ts';
import { membershipRules } from '../../reference-impl/membership/rules.ts';

export interface SwimWorldOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly onMember: (node: NodeId, o: MemberObservation, nowUs: number) => void;
}

/** A cluster of `nodes` members that all know one another, with memberlist's LAN constants. */
export function swimWorld({ nodes, seed, onMember }: SwimWorldOptions): World {
  const world: World = new World({
    nodes,
    seed,
    model: { strictEvery: 0 },
    make: (self) => [
      createMembership({
        self,
        size: nodes,
        seeds: [],
        startJoined: true,
        config: lan,
        rules: membershipRules,
      }),
    ],
    onObserve: (node, e) => onMember(node, e as MemberObservation, world.nowUs),
  });
  for (let id = 0; id < nodes; id++) world.start(id);
  return world;
}
