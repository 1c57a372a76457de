/** Bounded watches, each of which goes on where the one before it ended: `core/watch.ts`. */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { toldUpTo, type WatchRequest, type WatchResult } from '../../core/watch.ts';
import { drawOperations, type ListSpec } from '../draw.ts';
import type { OperationKind } from '../kind.ts';

const revision = z.number().int().nonnegative();

const one: OperationKind<WatchRequest, WatchResult> = {
  f: 'watch',
  line: 'be told the changes of a prefix for a while, after the revision where the last watch ended',
  input: z.object({ forUs: z.number(), after: revision.nullable() }),
  output: z.custom<WatchResult>(isResult, 'expected { after, batches }'),
  describeInput: ({ forUs, after }) =>
    ` ${after === null ? 'from now' : `after revision ${after}`} for ${formatDuration(forUs)}`,
  describeOutput(told) {
    const events = told.batches.reduce((n, b) => n + b.events.length, 0);
    return `, told of ${events} changes after revision ${told.after} up to ${toldUpTo(told)}`;
  },
  // What is read from the key that is a watch's prefix has nothing to do with where the watch ended.
  memory: 'watches',
  learns(ended) {
    if (ended.type === 'ok') return { last: toldUpTo(ended.output) };
    // What it watched from is gone for good: it has to begin anew, as real clients do.
    return ended.error === 'compacted' ? { last: null } : null;
  },
};

export const watch: readonly OperationKind<unknown, unknown>[] = [one];

/** Only as far as it is looked at here: thousands of events are told, and their judge looks at each. */
function isResult(x: unknown): boolean {
  const { after, batches } = Object(x) as Partial<Record<keyof WatchResult, unknown>>;
  if (typeof after !== 'number' || !Array.isArray(batches)) return false;
  return (batches as readonly unknown[]).every((batch) => {
    const { revision: upTo, events } = Object(batch) as Readonly<Record<string, unknown>>;
    return typeof upTo === 'number' && Array.isArray(events);
  });
}

export interface WatchSpec extends ListSpec {
  /** Mean length of a watch, µs; drawn from half of it to one and a half. Stay below the deadline. */
  readonly forUs: number;
  /** What is watched, one of these at a time. */
  readonly prefixes: readonly string[];
  /** The last watch of each client begins at the first revision: it tells all that is still known. */
  readonly isReviewed?: boolean;
}

/** Watches, each of which begins where the client's last one of the same prefix ended. */
export function watchOperations(draw: Prng, spec: WatchSpec): Operation[][] {
  const halfUs = Math.floor(spec.forUs / 2);
  const all = drawOperations(draw, spec, (d) => {
    const forUs = d.between(halfUs, spec.forUs + halfUs);
    return { f: 'watch', key: d.pick(spec.prefixes), value: { forUs, after: '$last' } };
  });
  if (spec.isReviewed !== true) return all;
  return all.map((list) =>
    list.map((op, i) =>
      i < list.length - 1 ? op : { ...op, value: { forUs: spec.forUs, after: 0 } },
    ),
  );
}
