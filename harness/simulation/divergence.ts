/**
 * Finds the first event in which two runs differ that should be the same.
 *
 * ```ts
 * const run = (look: Look) => simulation({ look }).run(system, program);
 * firstDivergence(run, run); // null, or { event: 81_003, a: '… timer …', b: '… message …' }
 * ```
 */
import { eventType } from './event.ts';
import type { Look, World } from './world.ts';

/** Performs one run, watched by `look`. */
export type Watched = (look: Look) => { readonly traceHash: string | null };

export interface Divergence {
  /** Number of the first event that differs, or that did something else; counted from 1. */
  readonly event: number;
  /** That event in each run, or null when the run had ended. */
  readonly a: string | null;
  readonly b: string | null;
}

/** Hashes are compared every so many events; then the events of one interval one by one. */
const every = 4_096;

/** Runs each side twice: once with checkpoints, once to see the events of one interval. */
export function firstDivergence(a: Watched, b: Watched): Divergence | null {
  const left = checkpoints(a);
  const right = checkpoints(b);
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    if (left[i] !== right[i]) return within(a, b, i * every + 1);
  }
  return null;
}

/** The hash before each checkpoint, and at last that of the whole run. */
function checkpoints(run: Watched): string[] {
  const hashes: string[] = [];
  const { traceHash } = run({
    from: every + 1,
    see(event, world) {
      hashes.push(world.traceHash);
      return event + every;
    },
  });
  return [...hashes, traceHash ?? ''];
}

interface Seen {
  /** Null: the run had ended. */
  readonly text: string | null;
  /** Hash of all events before this one. */
  readonly before: string;
}

function within(a: Watched, b: Watched, first: number): Divergence {
  const left = events(a, first);
  const right = events(b, first);
  for (let i = 0; ; i++) {
    const [x, y] = [left[i], right[i]];
    const isSame = x?.text === y?.text && left[i + 1]?.before === right[i + 1]?.before;
    if (isSame && x !== undefined && i < every) continue;
    return { event: first + i, a: x?.text ?? null, b: y?.text ?? null };
  }
}

/** The events of one interval and the one after it, or the end of the run. */
function events(run: Watched, first: number): Seen[] {
  const seen: Seen[] = [];
  const { traceHash } = run({
    from: first,
    see(event, world) {
      seen.push({ text: describe(world), before: world.traceHash });
      return event < first + every ? event + 1 : Infinity;
    },
  });
  if (seen.length <= every) seen.push({ text: null, before: traceHash ?? '' });
  return seen;
}

/** The event that is about to be performed, in words. */
function describe(world: World): string {
  const { nowUs, code, node, a, b, payload } = world.wheel;
  const where = `${nowUs} µs, node ${node}, lane ${(code >>> 8) & 255}`;
  switch (code & 255) {
    case eventType.message:
      return `${where}: message from ${a} ${JSON.stringify(payload)}`;
    case eventType.timer:
      return `${where}: timer ${a} ${(payload as number | null) ?? b}`;
    case eventType.synced:
      return `${nowUs} µs, node ${node}: disk synced`;
    default:
      return `${nowUs} µs: action of the run`;
  }
}
