/** One connection to one agent of Serf, by its RPC: https://www.serf.io/docs/agent/rpc.html. One question at a time. */
import type { Socket } from 'node:net';
import { hostOf } from '../../core/address.ts';
import type { Endpoint } from '../../core/system.ts';
import { beginsWith, dial, letIn, WireError } from '../wire.ts';
import { pack, unpack } from './msgpack.ts';
import type { Packed, PackedMap } from './msgpack.ts';

const rpcVersion = 1;
/** A header, and a body where the command has one. */
const bodied: ReadonlySet<string> = new Set(['members']);
/** An answer that is longer is none of Serf's. */
const bytesMax = 4 * 1024 * 1024;

interface Waiting {
  readonly seq: number;
  readonly command: string;
  readonly resolve: (body: Packed) => void;
  readonly reject: (error: Error) => void;
}

export class SerfConnection {
  private readonly socket: Socket;
  private bytes: Buffer = Buffer.alloc(0);
  private header: PackedMap | null = null;
  private waiting: Waiting | null = null;
  private seq = 0;
  private broken: string | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    socket.on('error', (e: NodeJS.ErrnoException) => this.close(e.code ?? e.message));
    socket.on('close', () => this.close('the connection was closed'));
  }

  /** Throws `WireError`, of nothing that was asked. */
  static async open(to: Endpoint, signal: AbortSignal): Promise<SerfConnection> {
    const [host = '', port = ''] = hostOf(to).split(':');
    const connection = new SerfConnection(await dial(host, Number(port), signal));
    try {
      await letIn(connection, signal, async () => {
        await connection.ask('handshake', { Version: rpcVersion });
      });
      return connection;
    } catch (error) {
      throw new WireError((error as Error).message, false);
    }
  }

  get isOpen(): boolean {
    return this.broken === null;
  }

  /** Those that this agent knows, by name, and what it says of each: `alive`, `failed`, … */
  async members(): Promise<ReadonlyMap<string, string>> {
    const { Members } = (await this.ask('members')) as PackedMap;
    const all = (Members ?? []) as readonly PackedMap[];
    return new Map(all.map((m) => [String(m['Name']), String(m['Status'])]));
  }

  /** What waits for an answer will not get one. */
  close(why = 'given up'): void {
    if (this.broken !== null) return;
    this.broken = why;
    this.socket.destroy();
    this.waiting?.reject(new WireError(why, true));
    this.waiting = null;
  }

  private ask(command: string, body?: Readonly<Record<string, number>>): Promise<Packed> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    if (this.waiting !== null) return Promise.reject(new WireError('it is asked already', false));
    const { seq } = this;
    this.seq += 1;
    return new Promise((resolve, reject) => {
      this.waiting = { seq, command, resolve, reject };
      const header = pack({ Command: command, Seq: seq });
      this.socket.write(body === undefined ? header : Buffer.concat([header, pack(body)]));
    });
  }

  private read(more: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, more]);
    try {
      while (this.bytes.length > 0 && this.broken === null) if (!this.takeOne()) return;
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  /** False: the rest is still to come. */
  private takeOne(): boolean {
    // Everything that an agent says begins with a map; what does not is somebody else's.
    const [first = 0] = this.bytes;
    const isMap = (first & 0xf0) === 0x80 || first === 0xde || first === 0xdf;
    if (!isMap) throw new Error(beginsWith(first));
    if (this.bytes.length > bytesMax) throw new Error('an answer without end');
    const read = unpack(this.bytes);
    if (read === null) return false;
    this.bytes = this.bytes.subarray(read.length);
    this.taken(read.value as PackedMap);
    return true;
  }

  private taken(value: PackedMap): void {
    const { waiting } = this;
    if (this.header === null) {
      if (waiting === null || value['Seq'] !== waiting.seq) throw new Error('it answers unasked');
      const error = value['Error'];
      this.header = value;
      if (error === '' && bodied.has(waiting.command)) return;
      if (error !== '') return this.answered(() => waiting.reject(refusedBy(error)));
      return this.answered(() => waiting.resolve(null));
    }
    this.answered(() => waiting?.resolve(value));
  }

  private answered(tell: () => void): void {
    this.header = null;
    this.waiting = null;
    tell();
  }
}

function refusedBy(error: Packed | undefined): WireError {
  return new WireError(`Serf says ${JSON.stringify(error)}`, true);
}
