/** A server that a snapshot brought back leads next: keys go with leases that it has from there, and parties wait at barriers. */
import {
  barrierOperations,
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';
import { holder } from './keys-on-leases.ts';

const parties = 3;

export const heldThroughSnapshot = defineScenario({
  name: 'held-through-snapshot',
  claim:
    'Leases of keys and barriers that a server knows from a snapshot alone are what they were, also when it leads.',
  promises: [
    'state-agrees',
    'keys-live-with-lease',
    'barrier-together',
    'barrier-opens',
    'catches-up',
  ],
  environments: ['simulation'],
  story(draw) {
    const faults: Fault[] = [];
    for (let i = 0; i < 2; i++) {
      const atUs = secondsUs(1 + 12 * i) + draw.below(500_000);
      const backUs = atUs + draw.between(2_500_000, 3_500_000);
      const lostUs = backUs + draw.between(600_000, 2_000_000);
      faults.push(
        { kind: 'crash', atUs, untilUs: backUs, nodes: { of: 'follower' } },
        // The one that led all the while: one of the two others leads, and needs both.
        { kind: 'crash', atUs: lostUs, untilUs: lostUs + secondsUs(3), nodes: { of: 'leader' } },
      );
    }
    return {
      shape: cluster({ servers: 3, clients: 4 + parties + 2 }),
      faults,
      clients: sideBySide(
        [0, 1, 2].map((n) => holder(draw.fork(`holder-${n}`), `live/${n}`).slice(0, 16)),
        drawOperations(draw.fork('reader'), { clients: 1, count: 130, pauseUs: 200_000 }, () => {
          return { f: 'list', key: 'live/', value: null };
        }),
        barrierOperations(draw.fork('barriers'), {
          clients: parties,
          parties,
          count: 14,
          pauseUs: 600_000,
          holdUs: 300_000,
          waitUs: secondsUs(5),
          pollUs: 200_000,
        }),
        kvOperations(draw.fork('flood'), {
          clients: 2,
          count: 220,
          pauseUs: 100_000,
          keys: 20,
          prefix: 'flood/',
          mix: { write: 1 },
        }),
      ),
      durationUs: secondsUs(32),
      deadlineUs: secondsUs(2),
      extra: { snapshotBytes: 2_000, historyMax: 40 },
    };
  },
});
