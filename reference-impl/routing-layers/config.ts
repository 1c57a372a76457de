/** The numbers of lists that come from the cheapest layer that is good enough. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface RoutingLayersConfig {
  /**
   * A list that the registry confirmed less than this ago is served from memory, and nobody is asked, µs. Two of the
   * agent's refreshes, so that one may be lost. More: fewer questions to the leader; less: a newcomer is found sooner
   * by who has lost its watch.
   */
  readonly freshUs: number;
  /**
   * By a list older than this nobody is called, µs. More: calls survive longer outages of the registry; less: who died
   * unheard is called for less long, at most for this and its lease.
   */
  readonly staleUs: number;
  /** The registry is asked again about one service this often at most, and given up on after as long, µs. */
  readonly askUs: number;
}

const usual: RoutingLayersConfig = {
  freshUs: secondsUs(7),
  staleUs: secondsUs(20),
  askUs: secondsUs(1),
};

/** Null where the story (`extra.routingLayers`) asks for none. Throws E_CONFIG. */
export function routingLayersOf(settings: Settings): RoutingLayersConfig | null {
  return extraOf(settings, 'routingLayers', usual);
}
