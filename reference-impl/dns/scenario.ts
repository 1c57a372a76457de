/** Instances come with their weights and go, while a server that answers for the catalog is cut off from it. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../harness/spec.ts';
import type { Operation, Prng } from '../../harness/spec.ts';

const clients = 4;
const instances = 5;

export const namesInTime = defineScenario({
  name: 'names-in-time',
  claim:
    'Clients that find services by DNS go by no answer past its TTL, by none for an instance that is long gone, and by priority and weight.',
  promises: ['dns-ttl', 'dns-gone', 'srv-order'],
  environments: ['simulation'],
  story(draw) {
    const durationUs = secondsUs(60);
    const shape = cluster({
      servers: 3,
      services: [{ name: 'cache', instances: 2 }],
      clients,
    });
    const atUs = secondsUs(8);
    const cut = draw.below(3);
    const others = [0, 1, 2].filter((node) => node !== cut);
    const pauseUs = 150_000;
    const lists = drawOperations(
      draw.fork('operations'),
      { clients, count: Math.floor(durationUs / pauseUs) - 1, pauseUs },
      () => ({ f: 'resolve', key: 'web', value: null }),
    );
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(45),
          links: {
            from: { of: 'node', node: cut },
            to: { of: 'nodes', nodes: others },
            bothWays: true,
          },
        },
        {
          kind: 'loss',
          atUs: secondsUs(2),
          untilUs: durationUs,
          permille: draw.between(10, 100),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
      ],
      clients: [[...registrations(draw.fork('registrations'))], ...lists.slice(1)],
      durationUs,
      deadlineUs: secondsUs(2),
      extra: { modes: false, dns: { ttlUs: secondsUs(3), staleUsMax: secondsUs(8) } },
    };
  },
});

/** Some whose leases end during the cut, some that stay; two of low rank, the others of different weights. */
function* registrations(draw: Prng): Generator<Operation> {
  for (let i = 0; i < instances; i++) {
    const [priority, weight] = i < 3 ? [1, [1, 4, 10][i] as number] : [2, 1];
    const ttlUs = secondsUs(i === 0 ? 120 : draw.between(4, 14));
    const meta = { 'dns-priority': String(priority), 'dns-weight': String(weight) };
    yield {
      id: 1_000_000 + i,
      afterUs: i === 0 ? secondsUs(1) : 50_000,
      f: 'register-instance',
      key: 'web',
      value: { instance: `web-${i}`, zone: '', tags: [], ttlUs, meta },
    };
  }
}
