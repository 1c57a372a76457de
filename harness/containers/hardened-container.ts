/**
 * The only way a container of ours comes to life: without capabilities, new privileges or a writable
 * root, with limits on memory, processors and processes, its ports published on 127.0.0.1 alone, and
 * nothing of the host mounted.
 */
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { labelsOf } from './labels.ts';

export interface ContainerSpec {
  readonly run: string;
  /** Unique on the engine. */
  readonly name: string;
  /** Its name to others on `network`. */
  readonly alias: string;
  /** Its name to itself, by which it knows its address on `network` alone. Default: the engine's choice. */
  readonly hostname?: string;
  /** One that the engine has. */
  readonly image: string;
  /** After the image's entry point. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly network: string;
  /** Published on free ports of 127.0.0.1. */
  readonly ports: readonly number[];
  /** A named volume at /data, which outlives a kill; null: nothing can be written. */
  readonly volume: string | null;
  readonly memoryBytes: number;
  readonly pids: number;
  /** Called between creation and start: what is attached here misses nothing. */
  readonly created?: (container: Dockerode.Container) => Promise<void>;
}

/** Processors a container may use at most, in 10⁻⁹. More than one needs none of ours. */
export const nanoCpus = 1_000_000_000;
/** What is kept of what it writes. */
export const logs = { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '1' } };

/** Creates and starts it: started is enough, for whether a node is ready is told by what it says. */
export async function startHardened(
  { docker }: Engine,
  spec: ContainerSpec,
): Promise<Dockerode.Container> {
  const container = await docker.createContainer({
    name: spec.name,
    ...(spec.hostname !== undefined && { Hostname: spec.hostname }),
    Image: spec.image,
    Cmd: [...spec.command],
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(spec.run),
    ExposedPorts: Object.fromEntries(spec.ports.map((p) => [`${p}/tcp`, {}])),
    HostConfig: { NetworkMode: spec.network, ...limitsOf(spec) },
    NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [spec.alias] } } },
  });
  await spec.created?.(container);
  await container.start();
  return container;
}

function limitsOf(spec: ContainerSpec): Dockerode.HostConfig {
  const onLoopback = [{ HostIp: '127.0.0.1', HostPort: '0' }];
  return {
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    Memory: spec.memoryBytes,
    // The same figure: no swap, which would turn a full memory into a slow node.
    MemorySwap: spec.memoryBytes,
    NanoCpus: nanoCpus,
    PidsLimit: spec.pids,
    PortBindings: Object.fromEntries(spec.ports.map((p) => [`${p}/tcp`, onLoopback])),
    LogConfig: logs,
    ...(spec.volume !== null && {
      Mounts: [{ Type: 'volume', Source: spec.volume, Target: '/data' }],
    }),
  };
}
