/** How a node of a run comes to life, with what it may use of the machine. */
import { launchVariable } from '../host/launch.ts';
import type { Launch } from '../host/launch.ts';
import { nodeMemoryMib } from '../realtime/node-flags.ts';
import { containerBoots } from './boots.ts';
import type { NodeBoots, NodeSpec } from './boots.ts';
import type { Engine } from './engine.ts';
import { serviceBoots } from './service-boots.ts';
import type { Swarm } from './swarm.ts';

export interface NodeBootsOptions {
  readonly engine: Engine;
  /** Null: in a container of the engine's own. */
  readonly swarm: Swarm | null;
  /** Of its container or service, its network and its volume: unique on the engine. */
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly launch: Launch;
  /** Gives up waiting for it. */
  readonly signal: AbortSignal;
}

/** The reference node needs 60 MiB; past this the engine kills it, which is reported. */
const memoryBytes = nodeMemoryMib * 1024 * 1024;
/** Processes and threads: node has eleven. */
const pids = 64;

export function nodeBoots(o: NodeBootsOptions): NodeBoots {
  const { config, run } = o.launch;
  const node = config.shape.nodes[config.id];
  const spec: NodeSpec = {
    run,
    name: o.name,
    alias: node?.name ?? o.name,
    image: o.image,
    command: o.command,
    environment: { [launchVariable]: JSON.stringify(o.launch) },
    network: o.name,
    ports: [],
    volume: o.name,
    memoryBytes,
    pids,
  };
  if (o.swarm === null) return containerBoots(o.engine, spec);
  return serviceBoots(o.engine, spec, o.swarm.constraints(node?.zone ?? ''), o.signal);
}
