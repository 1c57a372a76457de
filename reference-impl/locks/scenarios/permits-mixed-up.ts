/** Permits are given back to the wrong semaphore, whose name is the beginning of the right one, by who goes on to hold them. */
import { cluster, defineScenario, secondsUs } from '../../../harness/spec.ts';
import type { Operation, Prng } from '../../../harness/spec.ts';

const clients = 4;
const rounds = 25;
/** Longer than all that a round takes. */
const ttlUs = secondsUs(5);
/** Each begins like the first. */
const semaphores = ['pool', 'pool-2', 'pool#2'] as const;

export const permitsMixedUp = defineScenario({
  name: 'permits-mixed-up',
  claim:
    'A permit is given back to its own semaphore or not at all, whatever the others are called: whoever has it goes on to have it.',
  promises: ['permits-bounded'],
  environments: ['simulation'],
  successesMin: 20,
  story(draw) {
    const crashUs = secondsUs(draw.between(4, 10));
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(2), nodes: { of: 'leader' } },
      ],
      clients: Array.from({ length: clients }, (_, client) =>
        roundsOf(draw.fork(`client-${client}`), client),
      ),
      durationUs: secondsUs(40),
      deadlineUs: secondsUs(2),
      extra: { modes: false },
    };
  },
});

/** Take one, give it back to another semaphore, keep it for a while, give it back. */
function roundsOf(draw: Prng, client: number): Operation[] {
  return Array.from({ length: rounds }, (_, round): Operation[] => {
    const key = draw.pick(semaphores);
    const wrong = draw.pick(semaphores.filter((s) => s !== key));
    const id = (round * clients + client) * 3;
    const pause = (): number => draw.below(300_000);
    return [
      { id, afterUs: pause(), f: 'acquire-permit', key, value: { ttlUs, permits: 1 } },
      { id: id + 1, afterUs: 0, f: 'release-permit', key: wrong, value: `$last:${key}` },
      { id: id + 2, afterUs: pause(), f: 'release-permit', key, value: '$last' },
    ];
  }).flat();
}
