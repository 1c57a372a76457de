/** What the story asked of its watchers, as far as judges need it. */
import type { NodeId, Program } from '../../../harness/spec.ts';
import { nodeCount } from '../../../harness/spec.ts';

export interface HeartbeatNumbers {
  readonly everyUs: number;
  readonly phi: number;
  readonly waitUsMax: number;
  readonly watchers: number;
}

const usual: HeartbeatNumbers = { everyUs: 200_000, phi: 3, waitUsMax: 3_000_000, watchers: 3 };

/** Null where there are none. */
export function heartbeatNumbers({ settings, shape }: Program): HeartbeatNumbers | null {
  const asked = settings.extra['heartbeats'] as Partial<HeartbeatNumbers> | null | undefined;
  if (asked === undefined || asked === null) return null;
  const all = { ...usual, ...asked };
  return { ...all, watchers: Math.min(all.watchers, nodeCount(shape) - 1) };
}

/** Does `watcher` watch `peer`? */
export function watches(
  watcher: NodeId,
  peer: NodeId,
  { watchers }: HeartbeatNumbers,
  program: Program,
): boolean {
  const size = nodeCount(program.shape);
  const ahead = (watcher - peer + size) % size;
  return ahead >= 1 && ahead <= watchers;
}
