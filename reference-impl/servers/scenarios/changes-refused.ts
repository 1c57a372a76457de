/** Several ask for changes of servers at once: others than those under way, of servers that are down or unknown, or of all of them. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Json, Prng } from '../../../harness/spec.ts';

const [servers, voters] = [5, 3];
const spares = [3, 4] as const;
const operators = 3;

export const changesRefused = defineScenario({
  name: 'changes-refused',
  claim:
    'Of several who want other servers at once each is told the truth: its change is done, or is not; what would leave nobody to decide is done for nobody.',
  promises: ['change-as-asked', 'membership-change-safe', 'linearizable', 'log-matching'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const downUs = secondsUs(2) + draw.below(1_000_000);
    const cutUs = secondsUs(11) + draw.below(1_000_000);
    return {
      shape: cluster({ servers, clients: operators + 2 }),
      faults: [
        // Longer than anybody waits for it.
        {
          kind: 'crash',
          atUs: downUs,
          untilUs: downUs + secondsUs(7),
          nodes: { of: 'node', node: draw.pick(spares) },
        },
        {
          kind: 'latency',
          atUs: 0,
          untilUs: secondsUs(16),
          delayUs: draw.between(2_000, 20_000),
          jitterUs: 5_000,
          links: { from: { of: 'servers' }, to: { of: 'servers' }, bothWays: false },
        },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: cutUs,
          untilUs: cutUs + secondsUs(1),
          links: { from: { of: 'leader' }, to: { of: 'followers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        drawOperations(
          draw.fork('operators'),
          { clients: operators, count: 40, pauseUs: 300_000 },
          (d) =>
            d.chance(200)
              ? { f: 'hand-over', key: 'leader', value: d.below(servers) }
              : { f: 'change-servers', key: 'servers', value: changeOf(d) },
        ),
        kvOperations(draw.fork('operations'), {
          clients: 2,
          count: 150,
          pauseUs: 80_000,
          keys: 3,
          mix: { read: 1, write: 3 },
        }),
      ),
      durationUs: secondsUs(18),
      deadlineUs: secondsUs(3),
      extra: { voters, catchUpUs: secondsUs(1) },
    };
  },
});

function changeOf(d: Prng): Json {
  const [spare, other] = d.shuffle([...spares]) as [number, number];
  return d.pick<Json>([
    { add: [spare], remove: [] },
    { add: [], remove: [spare] },
    { add: [spare], remove: [other] },
    { add: [spare], remove: [d.below(voters)] },
    { add: [d.below(voters)], remove: [spare] },
    { add: [], remove: Array.from({ length: servers }, (_, id) => id) },
    { add: [servers + 20], remove: [] },
  ]);
}
