/** A rolling deploy under load: one instance after the other is told to stop and comes back cold. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';

const servers = 1;
const instances = 5;
/** 400 calls a second each, when it is warm. */
const admission = {
  workers: 8,
  serviceUs: 20_000,
  coldPermille: 6_000,
  coldUs: secondsUs(2),
};
const turnUs = secondsUs(8);

export const deployUnderLoad = defineScenario({
  name: 'deploy-under-load',
  claim:
    'While one instance after the other is told to stop, is replaced, and comes back cold, no request of a steady load is lost or refused.',
  promises: ['deploy-unnoticed'],
  environments: ['simulation'],
  story(draw) {
    const turns = draw.shuffle(Array.from({ length: instances }, (_, i) => servers + i));
    const forUs = secondsUs(3) + turns.length * turnUs;
    return {
      shape: cluster({ servers, services: [{ name: 'shop', instances }], clients: 3 }),
      faults: [
        ...turns.map((node, i): Fault => {
          const atUs = secondsUs(3) + i * turnUs + draw.below(500_000);
          const nodes = { of: 'node', node } as const;
          return { kind: 'crash', clean: true, atUs, untilUs: atUs + secondsUs(3), nodes };
        }),
        {
          // Clients are the last to hear who leaves.
          kind: 'latency',
          atUs: 0,
          untilUs: forUs,
          delayUs: draw.between(400, 500) * 1_000,
          jitterUs: 20_000,
          links: { from: { of: 'servers' }, to: { of: 'clients' }, bothWays: false },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 3,
        each: { f: 'request' },
        key: 'shop',
        // A half of what four of them can do.
        rate: draw.between(700, 800),
        forUs,
        afterUs: secondsUs(1),
      }),
      durationUs: forUs + secondsUs(3),
      deadlineUs: secondsUs(0.4),
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        admission,
        lameDuck: {},
        warmUp: { warmUpUs: secondsUs(3) },
      },
    };
  },
});
