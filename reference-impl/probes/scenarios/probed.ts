/** What the stories of probes share. */
import { cluster, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Operation, Prng, Shape } from '../../../harness/spec.ts';

export const servers = 3;

export function probedCluster(fronts: number, backs: number): Shape {
  return cluster({
    servers,
    services: [
      { name: 'front', instances: fronts, calls: ['back'] },
      { name: 'back', instances: backs },
    ],
    clients: 1,
  });
}

/** Services call one another by themselves; a client shows that the cluster is up. */
export function lookers(draw: Prng, count: number): Operation[][] {
  return kvOperations(draw.fork('keys'), {
    clients: 1,
    count,
    pauseUs: secondsUs(3),
    keys: 1,
    mix: { read: 1, write: 1 },
  });
}

/** Without checks of their own callers have the registry alone. */
export const registryAlone = {
  modes: false,
  generation: 'intent',
  breaker: { failureThreshold: 1_000_000 },
  trafficUs: 200_000,
} as const;
