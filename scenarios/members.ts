/** Who is alive, asked of every member: one is down for long, and two others cannot hear each other. */
import { cluster, defineScenario, membersOperations, secondsUs } from '../harness/index.ts';
import type { NodeTarget } from '../harness/index.ts';

export const members = defineScenario({
  name: 'members',
  claim:
    'Whoever is asked tells the living alive, two that do not hear each other among them, and the dead not for long.',
  promises: ['live-told', 'dead-told'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 50,
  story(draw) {
    const [servers, clients] = [5, 4];
    const [dead = 0, one = 1, other = 2] = draw.shuffle([...Array(servers).keys()]);
    const node = (id: number): NodeTarget => ({ of: 'node', node: id });
    const cutUs = secondsUs(4) + draw.below(2_000_000);
    return {
      shape: cluster({ servers, clients }),
      faults: [
        // Longer than anybody may take to tell it.
        { kind: 'crash', atUs: secondsUs(2), untilUs: secondsUs(21), nodes: node(dead) },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(7),
          links: { from: node(one), to: node(other), bothWays: true },
        },
      ],
      clients: membersOperations(draw.fork('operations'), {
        clients,
        servers,
        count: 190,
        pauseUs: 200_000,
      }),
      durationUs: secondsUs(39),
      deadlineUs: 1_500_000,
    };
  },
});
