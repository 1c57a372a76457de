/** What may be done to members of a foreign system: those that we started, or were allowed by name. */
import type { ProcessState } from '../faults/overlap.ts';
import type { NodeId } from '../core/host.ts';

export interface MemberAccess {
  /** Those that may be crashed or paused at all. */
  readonly members: ReadonlySet<NodeId>;
  /**
   * Takes members for a fault and gives them back by the function returned; or says why they may not
   * be crashed or paused now.
   */
  reserve(kind: 'crash' | 'pause', nodes: readonly NodeId[]): string | (() => void);
  crash(node: NodeId): Promise<void>;
  /** Tells it to end, and makes it where it does not. Absent: it cannot be told. */
  shutDown?(node: NodeId): Promise<void>;
  /** True when it runs again, as this version; null: as the one that the run began with. */
  restart(node: NodeId, version: string | null): Promise<boolean>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
  /** What the machine says of its process; null: it does not tell. Absent: nobody can be asked. */
  standing?(node: NodeId): ProcessState | null;
  /** Members that a fault met and are not as they were, in words: asked when all faults have ended. */
  leftBehind(): readonly string[];
}

/** Nothing may be done to anybody. */
export const nobody: MemberAccess = {
  members: new Set(),
  reserve: () => 'no member may be touched: allow it by --allow-crash NAME=PID',
  crash: () => Promise.resolve(),
  restart: () => Promise.resolve(false),
  pause: () => Promise.resolve(),
  resume: () => Promise.resolve(),
  leftBehind: () => [],
};
