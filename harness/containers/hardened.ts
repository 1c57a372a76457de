/**
 * The only way a container of ours comes to life: without capabilities, new privileges or a writable
 * root, with limits on memory, processors and processes, its ports published on 127.0.0.1 alone, and
 * nothing of the host mounted. Its life cycle is testcontainers'; Ryuk is not used, because it would
 * need the engine's socket mounted: clean-up is ours, by label.
 */
import type Dockerode from 'dockerode';
import { GenericContainer } from 'testcontainers';
import type { StartedTestContainer } from 'testcontainers';
import { runLabel } from './engine.ts';

export interface ContainerSpec {
  readonly run: string;
  /** Unique on the engine. */
  readonly name: string;
  /** Its name to others on `network`. */
  readonly alias: string;
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
  readonly created?: (id: string) => Promise<void>;
}

/** Processors a container may use at most, in 10⁻⁹. More than one needs none of ours. */
const nanoCpus = 1_000_000_000;

export function startHardened(spec: ContainerSpec): Promise<StartedTestContainer> {
  return new Hardened(spec).start();
}

class Hardened extends GenericContainer {
  private readonly onCreated: ContainerSpec['created'];

  constructor(spec: ContainerSpec) {
    super(spec.image);
    this.onCreated = spec.created;
    this.withName(spec.name)
      .withLabels({ [runLabel]: spec.run })
      .withCommand([...spec.command])
      .withEnvironment(spec.environment)
      .withNetworkMode(spec.network)
      .withExposedPorts(...spec.ports)
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges')
      .withWaitStrategy(started)
      // With it on, testcontainers starts Ryuk.
      .withAutoCleanup(false);
    Object.assign(this.hostConfig, limitsOf(spec));
    // By `withNetworkAliases` the container would also join the default network.
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [spec.network]: { Aliases: [spec.alias] } },
    };
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.onCreated?.(id);
  }
}

function limitsOf(spec: ContainerSpec): Dockerode.HostConfig {
  const onLoopback = [{ HostIp: '127.0.0.1', HostPort: '0' }];
  return {
    ReadonlyRootfs: true,
    Memory: spec.memoryBytes,
    // The same figure: no swap, which would turn a full memory into a slow node.
    MemorySwap: spec.memoryBytes,
    NanoCpus: nanoCpus,
    PidsLimit: spec.pids,
    PortBindings: Object.fromEntries(spec.ports.map((p) => [`${p}/tcp`, onLoopback])),
    LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '1' } },
    ...(spec.volume !== null && {
      Mounts: [{ Type: 'volume', Source: spec.volume, Target: '/data' }],
    }),
  };
}

/** Started is enough: whether a node is ready is told by what it says. */
const started = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => started,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
