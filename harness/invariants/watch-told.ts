/** CONSISTENCY: a watch is told, not only nothing wrong: what was acknowledged a while ago has come to it (D3). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { changesOf, watchedOperations, watchOf } from '../checkers/watches/read.ts';
import { formatDuration, secondsUs } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { toldUpTo } from '../core/watch.ts';
import { faultSpans, stalledUs, wasQuiet } from './timeline.ts';

const id = 'watch-told';
const claim =
  'A watch that ends in quiet times has been told of every change under its prefix that was acknowledged 3 s before.';

/** etcd's documentation of watches promises every event in the end (KV API guarantees, "reliable"); here with a time. */
export function watchTold(boundUs = secondsUs(3)): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel:
      'any faults that are over by then; of systems that tell the revision of what they acknowledge',
    judge: (history, program) => judge(history, program, boundUs),
  };
}

interface Acknowledged {
  readonly op: number;
  readonly key: string;
  readonly revision: number;
  readonly atUs: number;
}

function judge(history: History, program: Program, usualUs: number): Verdict {
  const boundUs = usualUs + stalledUs(history);
  const ops = operationsOf(history.events, (f) => watchedOperations.has(f)).filter(isCompleted);
  const spans = faultSpans(history, program);
  const changes = ops.flatMap((op) =>
    changesOf(op).map(({ key, revision }): Acknowledged => {
      return { op: op.id, key, revision, atUs: op.retUs };
    }),
  );
  let checked = 0;
  for (const op of ops.filter(({ f }) => f === 'watch')) {
    const sinceUs = op.retUs - boundUs;
    if (op.callUs > sinceUs || !wasQuiet(spans, sinceUs, op.retUs)) continue;
    const { prefix, after, batches } = watchOf(op);
    const upTo = toldUpTo({ after, batches });
    const due = changes.filter((c) => c.atUs <= sinceUs && c.key.startsWith(prefix));
    if (due.length === 0) continue;
    checked += 1;
    const missed = due.find((c) => c.revision > upTo);
    if (missed === undefined) continue;
    const sentences = [
      `Process ${op.process} watched ${prefix} until ${formatDuration(op.retUs)} and was told of changes up to revision ${upTo}.`,
      `Revision ${missed.revision} of ${missed.key} had been acknowledged at ${formatDuration(missed.atUs)}; for ${formatDuration(boundUs)} nothing had been wrong.`,
    ];
    const explanation = { atUs: op.retUs, sentences, ops: [missed.op, op.id] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (checked === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no watch ended in quiet times' };
  }
  return { kind: 'holds', invariant: id, basis: `${checked} watches that ended in quiet times` };
}
