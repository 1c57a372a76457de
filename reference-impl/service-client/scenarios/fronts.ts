/** What stories of callers have in common: two fronts call a few backs for one client, whose load is steady. */
import { cluster, loadOperations, secondsUs } from '../../../harness/spec.ts';
import type { Prng, Story } from '../../../harness/spec.ts';

/** The server is node 0, then come these, then the backs. */
export const fronts = 2;
export const firstBack = 1 + fronts;

export function frontsUnderLoad(
  draw: Prng,
  { backs, perSecond, forUs }: { backs: number; perSecond: number; forUs: number },
): Pick<Story, 'shape' | 'clients' | 'durationUs' | 'deadlineUs'> {
  return {
    shape: cluster({
      servers: 1,
      services: [
        { name: 'front', instances: fronts, calls: ['back'] },
        { name: 'back', instances: backs },
      ],
      clients: 1,
    }),
    clients: loadOperations(draw.fork('load'), {
      clients: 1,
      each: { f: 'request' },
      key: 'front',
      rate: perSecond,
      forUs,
    }),
    durationUs: forUs + secondsUs(2),
    deadlineUs: secondsUs(1),
  };
}
