/** Routes change in quick succession, some of them wrong, while instances crash and messages are lost. */
import { defineScenario, drawOperations, secondsUs, sideBySide } from '../../../harness/spec.ts';
import type { Fault, Prng } from '../../../harness/spec.ts';
import { callsFor, meshShape } from './shape.ts';

const everywhere = { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false } as const;
const clients = 2;

export const meshChanges = defineScenario({
  name: 'mesh-changes',
  claim:
    'While routes change, some of them wrong, and instances, links and control planes fail, each proxy gets clusters before routes, goes by what it accepted last, and ends up with what is planned.',
  promises: ['xds-order', 'refused-kept-back', 'mesh-converges', 'mesh-goes-on', 'draining-spared'],
  environments: ['simulation'],
  story(draw) {
    const servers = draw.pick([1, 3]);
    const backs = draw.between(2, 4);
    const changesUs = secondsUs(24);
    return {
      shape: meshShape({ servers, backs, clients: 2 * clients }),
      faults: troubles(draw, servers, backs),
      clients: sideBySide(
        drawOperations(draw.fork('config'), { clients, count: 35, pauseUs: 600_000 }, change),
        callsFor(draw.fork('calls'), clients, changesUs),
      ),
      durationUs: changesUs + secondsUs(24),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 200_000, xds: {} },
    };
  },
});

/** One of three clusters, so that names come back; one time in five a route or a cluster that is wrong. */
function change(draw: Prng): { f: string; key: string; value: Record<string, string | number> } {
  const wrong = draw.pick<Record<string, number>>([
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    { weight: 0 },
    { connectMs: 0 },
  ]);
  const service = draw.pick(['back', 'back', 'front']);
  const value = { set: draw.pick(['a', 'b', 'c']), ...wrong };
  return { f: 'write', key: `config/mesh/routes/${service}`, value };
}

function troubles(draw: Prng, servers: number, backs: number): Fault[] {
  const atUs = secondsUs(draw.between(2, 6));
  const loss: Fault = {
    kind: 'loss',
    atUs,
    untilUs: atUs + secondsUs(8),
    permille: draw.between(20, 200),
    links: everywhere,
  };
  const crashUs = secondsUs(draw.between(4, 12));
  const crash: Fault = {
    kind: 'crash',
    atUs: crashUs,
    untilUs: crashUs + secondsUs(draw.between(2, 8)),
    nodes: { of: 'node', node: draw.below(servers + 2 + backs) },
  };
  const latencyUs = secondsUs(draw.between(10, 14));
  const latency: Fault = {
    kind: 'latency',
    atUs: latencyUs,
    untilUs: latencyUs + secondsUs(6),
    delayUs: 100_000,
    jitterUs: 100_000,
    links: everywhere,
  };
  return [loss, crash, latency];
}
