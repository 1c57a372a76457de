/** One connection to one Redis: commands in turn, answers in the same order; nothing is tried again. */
import type { Socket } from 'node:net';
import { hostOf } from '../../core/address.ts';
import type { Endpoint } from '../../core/system.ts';
import { openDoor, secured } from '../door.ts';
import { dial, letIn, WireError } from '../wire.ts';
import { encodeCommand, RedisError, ReplyReader } from './resp.ts';
import type { Reply } from './resp.ts';

interface Waiting {
  readonly resolve: (reply: Exclude<Reply, RedisError>) => void;
  readonly reject: (error: Error) => void;
}

export class RedisConnection {
  private readonly socket: Socket;
  private readonly reader = new ReplyReader();
  private readonly waiting: Waiting[] = [];
  /** Why nothing can be asked any more. */
  private broken: string | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    socket.on('error', (e: NodeJS.ErrnoException) => this.close(e.code ?? e.message));
    socket.on('close', () => this.close('the connection was closed'));
  }

  /**
   * With TLS where the address is `rediss:`. Throws `RedisError` where it lets nobody in like this, and
   * `WireError`, of nothing that was sent.
   */
  static async open(to: Endpoint, signal: AbortSignal, door = openDoor): Promise<RedisConnection> {
    const [host = '', port = ''] = hostOf(to).split(':');
    const socket = await dial(host, Number(port), signal);
    const isSecure = to.url.startsWith('rediss:');
    const connection = new RedisConnection(
      isSecure ? await secured(socket, to.serverName ?? host, door) : socket,
    );
    const { user, password } = door;
    if (password === null) return connection;
    const words = user === null ? ['AUTH', password] : ['AUTH', user, password];
    await letIn(connection, signal, () => connection.introduce(words));
    return connection;
  }

  /** Who lets everybody in wants no password, and says so: Sentinels often do where their Redis does not. */
  private async introduce(words: readonly string[]): Promise<void> {
    try {
      await this.ask(...words);
    } catch (error) {
      const isOpen = error instanceof RedisError && error.message.includes('without any password');
      if (!isOpen) throw error;
    }
  }

  get isOpen(): boolean {
    return this.broken === null;
  }

  /** Throws `RedisError` where it was refused, `WireError` where no answer came. */
  ask(...words: (string | number)[]): Promise<Exclude<Reply, RedisError>> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(encodeCommand(words));
    });
  }

  /** What waits for an answer will not get one. */
  close(why = 'given up'): void {
    if (this.broken !== null) return;
    this.broken = why;
    this.socket.destroy();
    for (const { reject } of this.waiting.splice(0)) reject(new WireError(why, true));
  }

  private read(bytes: Buffer): void {
    let replies: Reply[];
    try {
      replies = this.reader.push(bytes);
    } catch (error) {
      return this.close((error as Error).message);
    }
    for (const reply of replies) {
      const first = this.waiting.shift();
      if (reply instanceof RedisError) first?.reject(reply);
      else first?.resolve(reply);
    }
  }
}
