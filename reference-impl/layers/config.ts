/** Where the layers of the configuration lie, and which of them are a node's own. */
import type { Json } from '../../harness/core/host.ts';
import type { NodeSpec, Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface LayersConfig {
  /**
   * Of values that differ between development, staging and production, this one is served: keys are
   * `config/ENVIRONMENT/LAYER/NAME`.
   */
  readonly environment: string;
  /** Zones by region. A zone in none of them has no layer of a region. */
  readonly regions: Readonly<Record<string, readonly string[]>>;
  /**
   * The lowest layer, which comes with the program: it is served before anything was ever loaded, and on the
   * Floor (C7). Less in it: less that works without a configuration.
   */
  readonly defaults: Readonly<Record<string, Json>>;
}

const usual: LayersConfig = { environment: 'prod', regions: {}, defaults: {} };

/** Null where the story (`extra.layers`) asks for none. Throws E_CONFIG. */
export function layersOf(settings: Settings): LayersConfig | null {
  return extraOf(settings, 'layers', usual);
}

/** The layers of a node from the general to the specific, as keys name them. */
export function pathOf({ name, zone, service }: NodeSpec, { regions }: LayersConfig): string[] {
  const region = Object.keys(regions).find((r) => regions[r]?.includes(zone) === true);
  return [
    'global',
    ...(region === undefined ? [] : [`region:${region}`]),
    `zone:${zone}`,
    ...(service === undefined ? [] : [`service:${service}`]),
    `instance:${name}`,
    // What somebody set for a while, to look into something.
    `override:${name}`,
  ];
}
