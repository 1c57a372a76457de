/** What semaphores are for: so many at a time, and no more. */
import { assert } from '../../core/assert.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Json } from '../../core/host.ts';
import { limits } from '../../core/limits.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { lastValue } from '../kv/index.ts';
import { anyJson, type OperationKind, show } from '../kind.ts';

const acquirePermit: OperationKind = {
  f: 'acquire-permit',
  line: 'take one of the permits of a semaphore for a lease; it answers with a token',
  input: anyJson,
  output: anyJson,
  // The token of an earlier permit is no excuse for one that was refused.
  forgetsFirst: true,
  learns: lastValue,
  describeInput(input) {
    const { ttlUs, permits } = Object(input) as { readonly ttlUs?: Json; readonly permits?: Json };
    return typeof ttlUs === 'number'
      ? `, one of ${show(permits ?? 1)}, for ${formatDuration(ttlUs)}`
      : ` = ${show(input)}`;
  },
  describeOutput: (token) => (token === null ? '' : `, by token ${show(token)}`),
};

const releasePermit: OperationKind = {
  f: 'release-permit',
  line: 'give a permit back before its lease ends',
  input: anyJson,
  output: anyJson,
  describeInput: (token) => `, token ${show(token)}`,
};

export const semaphore: readonly OperationKind[] = [acquirePermit, releasePermit];

export interface SemaphoreSpec {
  readonly clients: number;
  /** Rounds of each client: a round is `acquire-permit`, `release-permit`. */
  readonly count: number;
  /** Mean pause between a client's rounds, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
  readonly semaphores: number;
  /** Of each semaphore. */
  readonly permits: number;
  /** Lease of a permit, µs as it runs here. */
  readonly ttlUs: number;
  /** Mean time for which a permit is held, µs, drawn likewise. */
  readonly holdUs: number;
}

/** Semaphores `s0`, `s1` and so on. A release goes by the token that its round got, and fails at once without one. */
export function semaphoreOperations(draw: Prng, spec: SemaphoreSpec): Operation[][] {
  const { clients, count, pauseUs, semaphores, permits, ttlUs, holdUs } = spec;
  assert(clients * count * 2 <= limits.operationsMax, 'too many operations', { ...spec });
  return Array.from({ length: clients }, (_, client) => {
    const d = draw.fork(`client-${client}`);
    const pause = (meanUs: number): number => d.below(2 * meanUs + 1);
    return Array.from({ length: count }, (_round, round): Operation[] => {
      const key = `s${d.below(semaphores)}`;
      const id = (round * clients + client) * 2;
      const asked = { ttlUs, permits };
      return [
        { id, afterUs: pause(pauseUs), f: 'acquire-permit', key, value: asked },
        { id: id + 1, afterUs: pause(holdUs), f: 'release-permit', key, value: '$last' },
      ];
    }).flat();
  });
}
