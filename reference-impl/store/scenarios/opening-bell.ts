/** The opening bell: orders flood in within a moment; answers are lost, requests come twice, and the leader is lost. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';
import type { Json, Prng, Story } from '../../../harness/spec.ts';

const clients = 6;

export const openingBell = defineScenario({
  name: 'opening-bell',
  claim:
    'When orders flood in at once, are tried again and come twice, each that is accepted is in one book once, in the same order for all who keep it.',
  promises: ['orders-in-one-order'],
  environments: ['simulation'],
  story: (draw) => bell(draw),
});

export const bellInTurn = defineScenario({
  name: 'bell-in-turn',
  claim:
    'When orders flood in at once, whichever leader takes them in enters those that are accepted as they came, whoever sent them.',
  promises: ['orders-in-turn', 'orders-in-one-order'],
  environments: ['simulation'],
  story: (draw) => bell(draw, { tellsTurns: true }),
});

function bell(draw: Prng, extra: Readonly<Record<string, Json>> = {}): Story {
  const bellUs = secondsUs(3);
  const forUs = secondsUs(10);
  const everybody = { of: 'clients' as const };
  const servers = { of: 'servers' as const };
  const untilUs = bellUs + secondsUs(4);
  const lostUs = bellUs + draw.below(secondsUs(1));
  const troubled = { atUs: bellUs, untilUs };
  return {
    shape: cluster({ servers: 3, clients }),
    faults: [
      {
        kind: 'loss',
        ...troubled,
        permille: draw.between(50, 200),
        links: { from: servers, to: everybody, bothWays: false },
      },
      {
        kind: 'duplicate',
        ...troubled,
        permille: draw.between(50, 200),
        links: { from: everybody, to: servers, bothWays: false },
      },
      {
        kind: 'crash',
        atUs: lostUs,
        untilUs: lostUs + secondsUs(2),
        nodes: { of: 'leader' },
      },
    ],
    clients: loadOperations(draw.fork('orders'), {
      clients,
      each: { f: 'write', value: '$id' },
      key: 'config/orders/',
      keys: { count: 5, distribution: 'zipf' },
      rate: [
        [0, 20],
        [bellUs, 20],
        [bellUs, draw.between(800, 1_200)],
        [bellUs + secondsUs(2), 300],
        [untilUs, 50],
      ],
      forUs,
    }),
    durationUs: forUs + secondsUs(3),
    deadlineUs: secondsUs(2),
    extra: { modes: false, ...extra },
  };
}
