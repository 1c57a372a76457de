/** A permission is taken back while some who would deny the call are cut off; another is removed; both come back. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Operation } from '../../harness/spec.ts';

const [servers, fronts, batches] = [3, 2, 2];

export const permissionWithdrawn = defineScenario({
  name: 'permission-withdrawn',
  claim:
    'Only who is allowed is served: a permission that was taken back ends everywhere within a bound, also at instances that are cut off and cannot hear of it, and one that is given counts again.',
  promises: ['permission-kept', 'denied-for-cause', 'copies-advance'],
  story(draw) {
    const backs = draw.pick([3, 4, 5]);
    const first = servers + fronts + batches;
    const all = draw.shuffle(Array.from({ length: backs }, (_, i) => first + i));
    const cut = all.slice(0, draw.between(1, backs - 1));
    const ttlUs = secondsUs(15);
    const cutUs = secondsUs(draw.between(14, 18));
    const crashUs = secondsUs(draw.between(5, 55));
    return {
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: fronts, calls: ['back'] },
          { name: 'batch', instances: batches, calls: ['back'] },
          { name: 'back', instances: backs },
        ],
        clients: 2,
      }),
      faults: [
        {
          // Shortly before the permission goes, and for longer than it may still count.
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + ttlUs + secondsUs(draw.between(10, 14)),
          links: { from: { of: 'nodes', nodes: cut }, to: { of: 'servers' }, bothWays: true },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(2),
          nodes: { of: 'leader' },
        },
      ],
      // Services call one another by themselves; the second client shows that the cluster is up.
      clients: sideBySide(
        [operator()],
        kvOperations(draw.fork('keys'), {
          clients: 1,
          count: 30,
          pauseUs: secondsUs(2),
          keys: 1,
          mix: { read: 1, write: 1 },
        }),
      ),
      durationUs: secondsUs(100),
      extra: {
        modes: false,
        generation: 'intent',
        breaker: { failureThreshold: 1_000_000 },
        trafficUs: 200_000,
        intentions: { ttlUs },
      },
    };
  },
});

function operator(): Operation[] {
  const steps: readonly (readonly [afterUs: number, pair: string, action: string | null])[] = [
    [0, 'front/back', 'allow'],
    [secondsUs(1), '*/back', 'allow'],
    [secondsUs(17), 'front/back', 'deny'],
    [secondsUs(2), '*/back', null],
    [secondsUs(38), 'front/back', 'allow'],
    [secondsUs(2), 'batch/back', 'allow'],
  ];
  return steps.map(([afterUs, pair, action], id) => {
    const key = `config/intentions/${pair}`;
    return action === null
      ? { id, afterUs, f: 'delete', key, value: null }
      : { id, afterUs, f: 'write', key, value: action };
  });
}
