/** What a queue of jobs is for: somebody puts a job in, somebody takes one out and does it. */
import { z } from 'zod';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations } from '../draw.ts';
import { sideBySide } from '../join.ts';
import type { OperationKind } from '../kind.ts';

const enqueue: OperationKind<string, unknown> = {
  f: 'enqueue',
  line: 'put a job into a queue',
  input: z.string(),
  output: z.unknown(),
  describeInput: (job) => ` ← ${job}`,
};

const dequeue: OperationKind<null, string | null> = {
  f: 'dequeue',
  line: 'take a job out of a queue: any, or null when there is none',
  input: z.null(),
  output: z.string().nullable(),
  describeInput: () => '',
  describeOutput: (job) => (job === null ? ', which is empty' : ` → ${job}`),
};

export const jobs: readonly OperationKind<never, unknown>[] = [enqueue, dequeue] as never;

export interface JobSpec {
  /** Clients that put jobs in, and those that take them out. */
  readonly producers: number;
  readonly consumers: number;
  /** Jobs of each producer. */
  readonly count: number;
  /** Mean pause between a producer's operations, µs, drawn uniformly from 0 to twice this; half as much more of a consumer's. */
  readonly pauseUs: number;
  readonly queues: number;
}

/**
 * Each job is another. Consumers ask so much longer than producers that queues are empty in the end, which tells
 * what was lost.
 */
export function jobOperations(draw: Prng, spec: JobSpec): Operation[][] {
  const { producers, consumers, count, pauseUs, queues } = spec;
  const key = (d: Prng): string => `queue-${d.below(queues)}`;
  const taken = Math.ceil((2 * producers * count) / consumers);
  // Slower, so that there is something to lose.
  const takePauseUs = Math.ceil(1.5 * pauseUs);
  return sideBySide(
    drawOperations(draw.fork('producers'), { clients: producers, count, pauseUs }, (d, id) => {
      return { f: 'enqueue', key: key(d), value: `job-${id}` };
    }),
    drawOperations(
      draw.fork('consumers'),
      { clients: consumers, count: taken, pauseUs: takePauseUs },
      (d) => {
        return { f: 'dequeue', key: key(d), value: null };
      },
    ),
  );
}
