/** Operations as what the checker of watches takes: what was watched, and what was changed. */
import { OperationError } from '../operation-error.ts';
import type { Json } from '../../core/host.ts';
import type { WatchBatch, WatchRequest, WatchResult } from '../../core/watch.ts';
import { isCompleted, type Op } from '../operations.ts';
import type { ToldAll } from './replay/log.ts';
import type { Change, Watch } from './watch.ts';

/** The operations that are looked at. */
export const watchedOperations: ReadonlySet<string> = new Set([
  'watch',
  'write',
  'put',
  'cas',
  'delete',
  'write-all',
]);

/**
 * What a completed operation changed, by the version that its acknowledgement carried: the revision of
 * the change. Empty without one: a delete that found nothing, a system that does not tell.
 */
export function changesOf(op: Op): Change[] {
  const { version: revision, input, process } = op;
  if (revision === undefined || !isCompleted(op)) return [];
  const change = (key: string, value: Json): Change => {
    return { key, value, revision, process, op: op.id, by: 'acknowledgement' };
  };
  switch (op.f) {
    case 'write':
    case 'put':
      return [change(op.key, input)];
    case 'delete':
      return [change(op.key, null)];
    case 'cas':
      return [
        change(op.key, Array.isArray(input) ? ((input as readonly Json[])[1] ?? null) : null),
      ];
    case 'write-all':
      return Object.entries(recordOf(input)).map(([key, value]) => change(key, value ?? null));
    default:
      return [];
  }
}

/** Everything that was told, in no order. Throws E_HISTORY for a watch whose value is not one. */
export function toldIn(ops: readonly Op[]): ToldAll {
  const watches = ops.filter((op) => op.f === 'watch' && isCompleted(op));
  return { watches: watches.map(watchOf), changes: ops.flatMap(changesOf) };
}

/** A completed watch. Throws E_HISTORY when its value is not what `core/watch.ts` says. */
export function watchOf(op: Op): Watch {
  const asked = recordOf(op.input) as Partial<WatchRequest>;
  const { after, batches } = recordOf(op.output) as Partial<WatchResult>;
  if (!isRevision(after)) return malformed(op, 'value.after', after, 'a revision');
  if (!Array.isArray(batches)) return malformed(op, 'value.batches', batches, 'a list of batches');
  for (const batch of batches as readonly Json[]) requireBatch(op, batch);
  return {
    op: op.id,
    process: op.process,
    prefix: op.key,
    after,
    isResumed: typeof asked.after === 'number',
    batches: batches as readonly WatchBatch[],
  };
}

function requireBatch(op: Op, batch: Json): void {
  const { revision, events } = recordOf(batch);
  if (!isRevision(revision)) malformed(op, "a batch's revision", revision, 'a revision');
  if (!Array.isArray(events)) return malformed(op, "a batch's events", events, 'a list of events');
  for (const event of events as readonly Json[]) {
    const { key, value, revision: at, previous, isCreate } = recordOf(event);
    if (typeof key !== 'string') malformed(op, "an event's key", key, 'a text');
    if (value === undefined) malformed(op, "an event's value", value, 'a value, or null');
    if (!isRevision(at)) malformed(op, "an event's revision", at, 'a revision');
    const before = recordOf(previous ?? null);
    if (previous !== undefined && previous !== null) {
      if ((before['value'] ?? null) === null || !isRevision(before['revision'])) {
        malformed(op, "an event's previous", previous, 'null or {value, revision}, value not null');
      }
    }
    if (isCreate !== undefined && typeof isCreate !== 'boolean') {
      malformed(op, "an event's isCreate", isCreate, 'true or false');
    }
  }
}

function isRevision(x: unknown): x is number {
  return typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;
}

function recordOf(x: Json): Readonly<Record<string, Json | undefined>> {
  const isRecord = typeof x === 'object' && x !== null && !Array.isArray(x);
  return isRecord ? (x as Readonly<Record<string, Json | undefined>>) : {};
}

function malformed(op: Op, what: string, got: unknown, wanted: string): never {
  throw new OperationError(
    op,
    `is a watch in which ${what} is ${JSON.stringify(got) ?? 'missing'}, wanted ${wanted}. Mend the history.`,
  );
}
