/** Jobs of queues: none is handed out twice or out of nothing, none that was put in is lost. O(n log n). */
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';

export interface JobsFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

export type JobsResult = Judged<{ readonly checked: number }, JobsFault>;

/** What a `dequeue` that failed is said to have returned: it took nothing for good, and may have held a job meanwhile. */
export const failed = { failed: true } as const;

/** `ops` of one history: `enqueue` and `dequeue`, each job put in once; see `failed`. */
export function checkJobOnce(ops: readonly Op[]): JobsResult {
  const put = new Map(
    ops.flatMap((op) => (op.f === 'enqueue' ? [[nameOf(op, op.input), op]] : [])),
  );
  const taken = new Map<string, Op>();
  for (const op of ops) {
    const job = jobOf(op);
    if (job === null) continue;
    const name = nameOf(op, job);
    const [first, from] = [taken.get(name), put.get(name)];
    if (first !== undefined) return twice(job, first, op);
    if (from === undefined || from.call > op.ret) return fromNowhere(job, op);
    taken.set(name, op);
  }
  if (taken.size === 0) return { kind: 'unknown', reason: 'no job was handed out' };
  return { kind: 'holds', checked: taken.size };
}

/**
 * A queue that is found empty holds no job that had been put in before. Whoever took one and was not told so took one
 * at most, so more that are missing than there are such are lost.
 */
export function checkJobKept(ops: readonly Op[]): JobsResult {
  let checked = 0;
  for (const key of new Set(ops.map((op) => op.key))) {
    const own = ops.filter((op) => op.key === key);
    const taken = new Set(own.map(jobOf).filter((job) => job !== null));
    const put = own.filter((op) => op.f === 'enqueue' && isCompleted(op));
    const missing = put.filter((op) => !taken.has(op.input as string));
    const untold = own.filter((op) => op.f === 'dequeue' && !isCompleted(op));
    const empty = emptyOnes(own);
    const last = empty.at(-1);
    if (last !== undefined) checked += put.filter((op) => op.ret < last.call).length;
    for (const found of empty) {
      const gone = missing.filter((op) => op.ret < found.call);
      const maybe = untold.filter((op) => op.call < found.ret);
      const lost = gone[maybe.length];
      if (lost !== undefined) return lostJob(lost, found, gone.length, maybe.length);
    }
  }
  if (checked > 0) return { kind: 'holds', checked };
  return { kind: 'unknown', reason: 'no queue was found empty after a job had been put in' };
}

/** Those that found it empty while nobody who failed in the end could hold a job. */
function emptyOnes(own: readonly Op[]): readonly Op[] {
  const failures = own.filter((op) => op.f === 'dequeue' && hasFailed(op));
  return own.filter((op) => {
    if (op.f !== 'dequeue' || !isCompleted(op) || op.output !== null) return false;
    return !failures.some((other) => other.call < op.ret && other.ret > op.call);
  });
}

function hasFailed({ output }: Op): boolean {
  return typeof output === 'object' && output !== null;
}

function jobOf(op: Op): string | null {
  return op.f === 'dequeue' && typeof op.output === 'string' ? op.output : null;
}

function nameOf({ key }: Op, job: unknown): string {
  return JSON.stringify([key, job]);
}

function twice(job: string, first: Op, second: Op): JobsResult {
  const sentences = [
    `${nameOp(first)} was handed ${job}, ${returned(first)}.`,
    `${nameOp(second)} was handed ${job} as well, ${returned(second)}: whoever does it does it a second time.`,
  ];
  return { kind: 'violated', fault: { ops: [first, second], sentences } };
}

function fromNowhere(job: string, op: Op): JobsResult {
  const sentences = [
    `${nameOp(op)} was handed ${job}, ${returned(op)}.`,
    'Nobody had put it in, as far as anybody was told: it was never asked for, later, or refused.',
  ];
  return { kind: 'violated', fault: { ops: [op], sentences } };
}

function lostJob(lost: Op, found: Op, gone: number, maybe: number): JobsResult {
  const others = gone === 2 ? 'one other' : `${gone - 1} others`;
  const all = gone === 1 ? 'It was' : `It and ${others} were`;
  const sentences = [
    `${nameOp(lost)} put ${String(lost.input)} in, and was told so ${returned(lost)}.`,
    `${nameOp(found)} was called ${called(found)} and found the queue empty.`,
    `${all} handed out to nobody, and ${maybe === 0 ? 'nobody who was not told can have taken one' : `no more than ${maybe} can have been taken by who was not told`}.`,
  ];
  return { kind: 'violated', fault: { ops: [lost, found], sentences } };
}

function called(op: Op): string {
  return moment(op.callUs, op.call);
}

function returned(op: Op): string {
  return moment(op.retUs, op.ret);
}
