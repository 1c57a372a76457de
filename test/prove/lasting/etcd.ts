/**
 * Three members of etcd, written to over gRPC, which is what etcd's own clients speak and costs it
 * least: one HTTP/2 connection a client, the two fields of a put encoded by hand.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type ClientHttp2Session } from 'node:http2';
import type { Client, Target } from './load.ts';
import { freePorts } from '../../../harness/host/ports.ts';
import { until } from './machine.ts';

const members = 3;

export class Etcd implements Target {
  private readonly children: readonly ChildProcess[];
  private readonly ports: readonly number[];

  private constructor(children: readonly ChildProcess[], ports: readonly number[]) {
    this.children = children;
    this.ports = ports;
  }

  /** Null: etcd is not installed, or does not take writes within 20 s. */
  static async start(folder: string): Promise<Etcd | null> {
    const ports = await freePorts('127.0.0.1', 2 * members);
    const children = Array.from({ length: members }, (_, n) =>
      spawn('etcd', flags(n, ports, folder), { stdio: 'ignore' }),
    );
    const spawned = await Promise.all(
      children.map(
        (child) =>
          new Promise<boolean>((resolve) => {
            child.once('error', () => resolve(false));
            child.once('spawn', () => resolve(true));
          }),
      ),
    );
    const etcd = new Etcd(children, ports.slice(members));
    if (spawned.every(Boolean) && (await until(20_000, () => etcd.takesWrites()))) return etcd;
    etcd.stop();
    return null;
  }

  get pids(): readonly number[] {
    return this.children.map((c) => c.pid as number);
  }

  connect(at: number): Promise<Client> {
    return GrpcClient.open(this.ports[at % members] as number);
  }

  stop(): void {
    for (const c of this.children) c.kill('SIGKILL');
  }

  private async takesWrites(): Promise<boolean> {
    const client = await this.connect(0).catch(() => null);
    const isDone = (await client?.put('first', '')) ?? false;
    client?.close();
    return isDone;
  }
}

function flags(n: number, ports: readonly number[], folder: string): string[] {
  const peer = (m: number): string => `http://127.0.0.1:${ports[m]}`;
  const client = `http://127.0.0.1:${ports[members + n]}`;
  const all = Array.from({ length: members }, (_, m) => `m${m}=${peer(m)}`);
  return [
    ['--name', `m${n}`],
    ['--data-dir', `${folder}-${n}`],
    ['--listen-client-urls', client],
    ['--advertise-client-urls', client],
    ['--listen-peer-urls', peer(n)],
    ['--initial-advertise-peer-urls', peer(n)],
    ['--initial-cluster', all.join(',')],
    ['--log-level', 'error'],
  ].flat();
}

class GrpcClient implements Client {
  private readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
    session.on('error', () => undefined);
  }

  static async open(port: number): Promise<GrpcClient> {
    const session = connect(`http://127.0.0.1:${port}`);
    await new Promise<void>((resolve, reject) => {
      session.once('connect', () => resolve());
      session.once('error', reject);
    });
    return new GrpcClient(session);
  }

  put(key: string, value: string): Promise<boolean> {
    return new Promise((resolve) => {
      const call = this.session.request({
        ':method': 'POST',
        ':path': '/etcdserverpb.KV/Put',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let isDone = false;
      call.on('trailers', (t) => (isDone = t['grpc-status'] === '0'));
      call.on('error', () => resolve(false));
      call.on('close', () => resolve(isDone));
      call.resume();
      call.end(putRequest(key, value));
    });
  }

  close(): void {
    this.session.close();
  }
}

/** A gRPC frame (not compressed, its length) around `PutRequest { bytes key = 1; bytes value = 2; }`. */
function putRequest(key: string, value: string): Buffer {
  const body = Buffer.concat([field(1, key), field(2, value)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** A length-delimited field of less than 16 KiB. */
function field(number: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const head = length < 128 ? [length] : [(length & 127) | 128, length >>> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...head]), bytes]);
}
