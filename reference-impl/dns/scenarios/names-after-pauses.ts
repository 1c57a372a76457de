/** Servers that answer for the catalog stand still, one after the other, while instances go, and go on, cut off. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, Operation, Prng } from '../../../harness/spec.ts';

const clients = 4;
const pauses = 8;
const everyUs = secondsUs(18);

export const namesAfterPauses = defineScenario({
  name: 'names-after-pauses',
  claim:
    'A server that stood still, with answers to what it had asked before, names nobody who is long gone when it goes on.',
  promises: ['dns-gone', 'dns-ttl'],
  environments: ['simulation'],
  story(draw) {
    const durationUs = pauses * everyUs + secondsUs(20);
    const pauseUs = 200_000;
    const lists = drawOperations(
      draw.fork('operations'),
      { clients, count: Math.floor(durationUs / pauseUs) - 1, pauseUs },
      () => ({ f: 'resolve', key: 'web', value: null }),
    );
    return {
      shape: cluster({ servers: 3, clients }),
      faults: Array.from({ length: pauses }, (_, i) => faultsOf(draw, i)).flat(),
      clients: [[...registrations(durationUs)], ...lists.slice(1)],
      durationUs,
      deadlineUs: secondsUs(2),
      extra: { modes: false, dns: { ttlUs: secondsUs(1), staleUsMax: secondsUs(4) } },
    };
  },
});

/**
 * Longer than a copy may be old, an answer be kept, and the leader be late, together. What is on its way to it when it
 * stops is read when it goes on, and nothing that came later is: it is cut off from the others by then.
 */
function faultsOf(draw: Prng, i: number): Fault[] {
  const atUs = secondsUs(10) + i * everyUs + draw.below(secondsUs(3));
  const of = { of: 'node', node: draw.below(3) } as const;
  return [
    { kind: 'pause', atUs, untilUs: atUs + secondsUs(13), nodes: of },
    {
      kind: 'latency',
      atUs: atUs - secondsUs(2),
      untilUs: atUs,
      delayUs: 150_000,
      jitterUs: 0,
      links: { from: { of: 'servers' }, to: of, bothWays: false },
    },
    {
      kind: 'partition',
      mode: 'drop',
      atUs: atUs + secondsUs(1),
      untilUs: atUs + secondsUs(16),
      links: { from: { of: 'servers' }, to: of, bothWays: true },
    },
  ];
}

/** One that stays, and every second one that nobody renews. */
function* registrations(durationUs: number): Generator<Operation> {
  for (let i = 0; i * secondsUs(1) < durationUs - secondsUs(2); i++) {
    const ttlUs = i === 0 ? durationUs : secondsUs(2);
    yield {
      id: 1_000_000 + i,
      afterUs: secondsUs(1),
      f: 'register-instance',
      key: 'web',
      value: { instance: `web-${i}`, zone: '', tags: [], ttlUs, meta: {} },
    };
  }
}
