/** What the stories of the registry of peers share. */
import { cluster, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Operation, Prng, Shape } from '../../../harness/spec.ts';

export const servers = 3;

/** Six times as fast as usual, so that a story is not too long. */
export const quickly = {
  renewUs: secondsUs(5),
  leaseUs: secondsUs(15),
  evictUs: secondsUs(5),
  windowUs: secondsUs(20),
};

/** Two services of `least` to `most` instances each. */
export function frontAndBack(draw: Prng, least: number, most: number): Shape {
  return cluster({
    servers,
    services: [
      { name: 'front', instances: draw.between(least, most) },
      { name: 'back', instances: draw.between(least, most) },
    ],
    clients: 1,
  });
}

/** The registry is asked by its instances alone; a client shows that the cluster is up. */
export function showsUp(draw: Prng, count: number): Operation[][] {
  return kvOperations(draw.fork('keys'), {
    clients: 1,
    count,
    pauseUs: secondsUs(2),
    keys: 1,
    mix: { read: 1, write: 1 },
  });
}
