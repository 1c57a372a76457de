/** What a caller decides about sessions. */
import type { NodeId } from '../../harness/core/host.ts';
import type { SessionsConfig } from './config.ts';

export interface SessionRules {
  /** May an instance that was sent `sent` of `total` calls get one more, when there are so many instances? */
  hasRoom(sent: number, total: number, instances: number, c: SessionsConfig): boolean;
  /** Of those that may be asked, the one that a session stays at which was there last; null: nobody. */
  stays(last: NodeId | undefined, instances: readonly NodeId[]): NodeId | null;
}

export const sessionRules: SessionRules = {
  // One call above it, so that the first ones go somewhere.
  hasRoom: (sent, total, instances, { loadPermilleMax }) =>
    sent * instances * 1_000 <= loadPermilleMax * total,
  stays: (last, instances) => (last !== undefined && instances.includes(last) ? last : null),
};
