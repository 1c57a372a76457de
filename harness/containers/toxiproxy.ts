/** A real Toxiproxy server in a container, joined to the network of every node. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { HarnessError } from '../core/errors.ts';
import { ask, reasonOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { startHardened } from './hardened-container.ts';
import { ports as fixed } from './link-plan.ts';
import { follow } from './output.ts';
import { LineReader } from '../realtime/line-reader.ts';

export interface ToxiproxyOptions {
  readonly engine: Engine;
  readonly run: string;
  readonly image: string;
  /** A network with published ports, and those of the nodes. */
  readonly network: string;
  readonly nodeNetworks: readonly string[];
  /** Ports of links that are dialled from outside the containers. */
  readonly publishedPorts: readonly number[];
  readonly seed: number;
  /** It ended, which it never does by itself. */
  readonly onEnded: (error: HarnessError) => void;
}

export interface Toxiproxy {
  readonly id: string;
  /** `http://127.0.0.1:32768`. */
  readonly api: string;
  /** The port of 127.0.0.1 that leads to a published port of the container. */
  published(port: number): number;
  /** Its address in each node's network, in the order given. */
  readonly addresses: readonly string[];
}

/**
 * Where its control interface listens: on the network with published ports alone, which nodes are not on. Its
 * links listen everywhere.
 */
const apiHost = 'antlion-proxy';
const memoryBytes = 512 * 1024 * 1024;
/** Threads of Go's runtime: one a processor and one a blocked system call. */
const pids = 256;
const answerMsMax = 10_000;

/** Throws E_IMAGE when the image's server does not answer as Toxiproxy. */
export async function startToxiproxy(o: ToxiproxyOptions): Promise<Toxiproxy> {
  const name = `antlion-${o.run}-toxiproxy`;
  const container = await ask(
    'start Toxiproxy',
    startHardened(o.engine, {
      run: o.run,
      name,
      alias: 'toxiproxy',
      image: o.image,
      hostname: apiHost,
      command: [`-host=${apiHost}`, '-proxy-metrics', `-seed=${o.seed}`],
      environment: { LOG_LEVEL: 'warn' },
      network: o.network,
      ports: [fixed.toxiproxyApi, ...o.publishedPorts],
      volume: null,
      memoryBytes,
      pids,
      created: (made) => watch(o, made),
    }),
  );
  const join = (network: string): Promise<unknown> =>
    ask('join a network', o.engine.docker.getNetwork(network).connect({ Container: container.id }));
  const joined = await Promise.allSettled(o.nodeNetworks.map(join));
  for (const result of joined) if (result.status === 'rejected') throw result.reason;
  const { NetworkSettings: found } = await ask('look at Toxiproxy', container.inspect());
  const published = (port: number): number =>
    Number(found.Ports[`${port}/tcp`]?.find((p) => p.HostIp === '127.0.0.1')?.HostPort);
  const api = `http://127.0.0.1:${published(fixed.toxiproxyApi)}`;
  await answering(api, o.image);
  return {
    id: container.id,
    api,
    published,
    addresses: o.nodeNetworks.map((network) => found.Networks[network]?.IPAddress ?? ''),
  };
}

async function watch(o: ToxiproxyOptions, container: Dockerode.Container): Promise<void> {
  let last = 'nothing';
  const keep = (line: string): void => {
    last = line.slice(0, 2_000);
  };
  const reader = new LineReader({ onLine: keep, onTooLong: keep });
  const { ended } = await follow(container, reader);
  void ended.then(() => {
    o.onEnded(
      new HarnessError(
        'E_DOCKER_LOST',
        `Toxiproxy ended in mid-run, or the engine did (it said last: ${last}). Look at the ` +
          'engine, then run again.',
      ),
    );
  });
}

async function answering(api: string, image: string): Promise<void> {
  const deadline = performance.now() + answerMsMax;
  for (;;) {
    try {
      const response = await fetch(`${api}/version`, { signal: AbortSignal.timeout(1_000) });
      if (response.ok) return;
    } catch (e) {
      if (performance.now() > deadline) {
        throw new HarnessError(
          'E_IMAGE',
          `the server of image ${image} does not answer at ${api} (${reasonOf(e)}), wanted ` +
            'Toxiproxy. Look at its log with docker logs, or name another image.',
        );
      }
    }
    await sleep(50);
  }
}
