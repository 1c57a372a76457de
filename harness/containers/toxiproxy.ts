/** A real Toxiproxy server in a container, joined to the network of every node. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../core/errors.ts';
import { ask, reasonOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { startHardened } from './hardened.ts';
import { ports as fixed } from './layout.ts';
import { follow } from './output.ts';

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

const memoryBytes = 512 * 1024 * 1024;
/** Threads of Go's runtime: one a processor and one a blocked system call. */
const pids = 256;
const answerMsMax = 10_000;

/** Throws E_IMAGE when the image's server does not answer as Toxiproxy. */
export async function startToxiproxy(o: ToxiproxyOptions): Promise<Toxiproxy> {
  const name = `antlion-${o.run}-toxiproxy`;
  const started = await ask(
    'start Toxiproxy',
    startHardened({
      run: o.run,
      name,
      alias: 'toxiproxy',
      image: o.image,
      command: ['-host=0.0.0.0', '-proxy-metrics', `-seed=${o.seed}`],
      environment: { LOG_LEVEL: 'warn' },
      network: o.network,
      ports: [fixed.toxiproxyApi, ...o.publishedPorts],
      volume: null,
      memoryBytes,
      pids,
      created: (id) => watch(o, id),
    }),
  );
  const container = o.engine.docker.getContainer(started.getId());
  const join = (network: string): Promise<unknown> =>
    o.engine.docker.getNetwork(network).connect({ Container: container.id });
  await ask('join the networks of the nodes', Promise.all(o.nodeNetworks.map(join)));
  const api = `http://127.0.0.1:${started.getMappedPort(fixed.toxiproxyApi)}`;
  const [{ NetworkSettings: found }] = await Promise.all([
    ask('look at Toxiproxy', container.inspect()),
    answering(api, o.image),
  ]);
  return {
    id: container.id,
    api,
    published: (port) => started.getMappedPort(port),
    addresses: o.nodeNetworks.map((network) => found.Networks[network]?.IPAddress ?? ''),
  };
}

async function watch(o: ToxiproxyOptions, id: string): Promise<void> {
  let last = 'nothing';
  const { ended } = await follow(o.engine.docker, id, (line) => {
    last = line;
  });
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
