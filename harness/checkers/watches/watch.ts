/** Watches and changes as the checker sees them. */
import type { Json } from '../../core/host.ts';
import type { WatchBatch } from '../../core/watch.ts';

/** One watch that was opened. */
export interface Watch {
  /** Id of its operation. */
  readonly op: number;
  readonly process: number;
  readonly prefix: string;
  readonly after: number;
  /** Was `after` asked for? Otherwise the system said where its present was. */
  readonly isResumed: boolean;
  /** In order of receipt. */
  readonly batches: readonly WatchBatch[];
}

/** One change that is known to have happened: a client was told so. */
export interface Change {
  readonly key: string;
  /** Null: the key was deleted. */
  readonly value: Json;
  readonly revision: number;
  /** Who was told, and by which operation. */
  readonly process: number;
  readonly op: number;
  /** By the acknowledgement of its own change, or by a watch. */
  readonly by: 'acknowledgement' | 'watch';
}
