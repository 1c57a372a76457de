/** Pools of gossip: one of all nodes, or one a region where a story asks for pools (`extra.pools`). */
import { HarnessError } from '../../harness/core/errors.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import type { Settings } from '../../harness/core/program.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { NodeId } from '../../harness/core/host.ts';
import { extraOf } from '../extra.ts';
import { placesOf } from '../federation/places.ts';
import type { MembershipOptions } from './options.ts';

export interface PoolsConfig {
  /** So many zones of the shape are one region, in their order. */
  readonly zonesPerRegion: number;
  /** So many nodes, the first ones, are told a server of another region as a seed, by mistake. */
  readonly strays: number;
}

const usual: PoolsConfig = { zonesPerRegion: 3, strays: 0 };

/** Null where the story asks for none. Throws E_CONFIG. */
export function poolsOf(settings: Settings): PoolsConfig | null {
  const config = extraOf(settings, 'pools', usual);
  if (config === null || config.zonesPerRegion > 0) return config;
  throw new HarnessError(
    'E_CONFIG',
    `pools is ${JSON.stringify(config)}, wanted zonesPerRegion above 0. Pass {} for the usual.`,
  );
}

/** The pool of a node's local network, the region: its servers know everybody there, so who starts asks them first. */
export function lanPoolOf(node: NodeConfig): Pick<MembershipOptions, 'seeds' | 'isOfPool'> {
  const { id, shape, settings } = node;
  const servers = nodesWithRole(shape, 'server');
  const config = poolsOf(settings);
  if (config === null) return { seeds: servers };
  const regions = regionsOf(node);
  const isOfPool = (other: NodeId): boolean => regions[other] === regions[id];
  const strange = servers.filter((s) => !isOfPool(s)).slice(0, id < config.strays ? 1 : 0);
  return { seeds: [...servers.filter(isOfPool), ...strange], isOfPool };
}

/** The region of each node; that of all is 0 where there is one pool. */
export function regionsOf({ shape, settings }: Omit<NodeConfig, 'id'>): readonly number[] {
  const config = poolsOf(settings);
  if (config === null) return shape.nodes.map(() => 0);
  return placesOf(shape, config.zonesPerRegion).map(({ region }) => region);
}
