/** The numbers of a node's local proxy. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface LocalProxyConfig {
  /**
   * Who comes is taken in by a reload, of which there is one in so long at most, µs; who goes is taken out at once. More:
   * a deploy of many instances costs fewer reloads; less: newcomers get calls sooner. Source: 2 s, `restart_interval` of
   * Synapse.
   */
  readonly reloadUs: number;
}

const usual: LocalProxyConfig = { reloadUs: secondsUs(2) };

/** Null where the story (`extra.localProxy`) asks for none: calls go by the node's own list. Throws E_CONFIG. */
export function localProxyOf(settings: Settings): LocalProxyConfig | null {
  return extraOf(settings, 'localProxy', usual);
}
