/** What a local proxy decides. */
import type { NodeId } from '../../harness/core/host.ts';
import type { RoutingSource } from '../discovery/observations.ts';

export interface LocalProxyRules {
  /** Is a list news that rests on this? */
  isNews(source: RoutingSource): boolean;
  /** What is to be served by a proxy that serves `now` (null: nobody yet) when `listed` is the news; both ascending. */
  served(now: readonly NodeId[] | null, listed: readonly NodeId[]): readonly NodeId[] | null;
  /** Is what is served written to the file? */
  isWritten(instances: readonly NodeId[]): boolean;
  /** May the list that was found in the file be replaced? */
  mayReplaceFile(): boolean;
}

export const localProxyRules: LocalProxyRules = {
  // What rests on an old list or a static one tells nothing that is not served already.
  isNews: (source) => source === 'registry',
  // That all are gone at once is hardly ever so: the registry has lost them (`use_previous_backends` of Synapse).
  served: (now, listed) => (listed.length > 0 ? listed : now),
  isWritten: () => true,
  mayReplaceFile: () => true,
};
