/** One connection to one server of NATS: requests, and their answers by an inbox; nothing is sent twice. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { hostOf } from '../../core/address.ts';
import type { Endpoint } from '../../core/system.ts';
import { type Door, openDoor, secured } from '../door.ts';
import { dial, letIn, WireError } from '../wire.ts';
import { MessageReader, publication } from './messages.ts';
import type { Message, Reply, ServerInfo } from './messages.ts';

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const login = {
  verbose: false,
  pedantic: false,
  lang: 'antlion',
  version: '1',
  headers: true,
  // An error at once where nobody listens.
  no_responders: true,
};

export class NatsConnection {
  private socket: Socket;
  /** As its certificate names it. */
  private readonly name: string;
  private readonly door: Door;
  private readonly reader = new MessageReader();
  private readonly inbox = `_INBOX.${randomBytes(8).toString('hex')}`;
  private readonly waiting = new Map<string, Waiting>();
  private info: ServerInfo | null = null;
  private lastRequest = 0;
  private broken: string | null = null;
  /** Whoever waits to be let in. */
  private entering: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket, name: string, door: Door) {
    this.socket = socket;
    this.name = name;
    this.door = door;
    this.listen();
  }

  /** Throws `WireError`, of nothing that was sent. */
  static async open(to: Endpoint, signal: AbortSignal, door = openDoor): Promise<NatsConnection> {
    const [host = '', port = ''] = hostOf(to).split(':');
    const socket = await dial(host, Number(port), signal);
    const connection = new NatsConnection(socket, to.serverName ?? host, door);
    try {
      await letIn(connection, signal, () => connection.entered());
      return connection;
    } catch (error) {
      throw new WireError((error as Error).message, false);
    }
  }

  private entered(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.entering = { resolve, reject };
    });
  }

  get isOpen(): boolean {
    return this.broken === null;
  }

  get server(): string {
    return this.info?.server_name ?? '';
  }

  /** Throws `WireError` where no answer came. */
  ask(
    subject: string,
    data = '',
    headers: Readonly<Record<string, string | number>> = {},
  ): Promise<Reply> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    this.lastRequest += 1;
    const inbox = `${this.inbox}.${this.lastRequest}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(inbox, { resolve, reject });
      this.socket.write(publication(subject, inbox, data, headers));
    });
  }

  /** What waits for an answer will not get one. */
  close(why = 'given up'): void {
    if (this.broken !== null) return;
    this.broken = why;
    this.socket.destroy();
    this.entering?.reject(new Error(why));
    for (const { reject } of this.waiting.values()) reject(new WireError(why, true));
    this.waiting.clear();
  }

  private listen(): void {
    const { socket } = this;
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    socket.on('error', (e: NodeJS.ErrnoException) => this.close(e.code ?? e.message));
    socket.on('close', () => this.close('the connection was closed'));
  }

  private read(bytes: Buffer): void {
    try {
      for (const message of this.reader.push(bytes)) this.take(message);
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  private take(message: Message): void {
    switch (message.kind) {
      case 'info':
        return this.greet(message.info);
      case 'ping':
        return void this.socket.write('PONG\r\n');
      case 'pong':
        this.entering?.resolve();
        this.entering = null;
        return;
      case 'error':
        return this.close(message.text);
      case 'delivered': {
        const waiting = this.waiting.get(message.subject);
        this.waiting.delete(message.subject);
        return waiting?.resolve(message.reply);
      }
      case 'ok':
        return;
    }
  }

  private greet(info: ServerInfo): void {
    const isFirst = this.info === null;
    this.info = info;
    if (!isFirst) return;
    if (info.tls_required === true) void this.secure();
    else this.introduce();
  }

  /** What it said of itself was plain; all that follows is not. */
  private async secure(): Promise<void> {
    const plain = this.socket;
    for (const event of ['data', 'error', 'close']) plain.removeAllListeners(event);
    plain.on('error', () => undefined);
    try {
      this.socket = await secured(plain, this.name, this.door);
      if (this.broken !== null) return void this.socket.destroy();
      this.listen();
      this.introduce();
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  private introduce(): void {
    const asWhom = { ...login, ...nameOf(this.door) };
    const words = [`CONNECT ${JSON.stringify(asWhom)}`, `SUB ${this.inbox}.* 1`, 'PING'];
    this.socket.write(`${words.join('\r\n')}\r\n`);
  }
}

/** Without a user it is a token. */
function nameOf({ user, password }: Door): Readonly<Record<string, string>> {
  if (password === null) return {};
  return user === null ? { auth_token: password } : { user, pass: password };
}
