/** One session of one PostgreSQL: queries in turn, by the simple protocol; nothing is tried again. */
import type { Socket } from 'node:net';
import { hostOf } from '../../core/address.ts';
import type { Endpoint } from '../../core/system.ts';
import { type Door, secured } from '../door.ts';
import { dial, letIn, WireError } from '../wire.ts';
import { Authentication } from './authentication.ts';
import {
  MessageReader,
  PostgresError,
  rowOf,
  startup,
  textMessage,
  tlsRequest,
} from './messages.ts';
import type { Message } from './messages.ts';

/** Who asks, and how: the server's own settings, for this session. */
export interface Login {
  readonly user: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly door: Door;
  /** Speak TLS, or not at all. */
  readonly isSecure: boolean;
}

export interface Result {
  /** Of all statements of the query, one after the other. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the last one did: `UPDATE 1`. */
  readonly tag: string;
}

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
  readonly rows: (string | null)[][];
  tag: string;
  error: PostgresError | null;
}

export class PostgresConnection {
  private readonly socket: Socket;
  private readonly reader = new MessageReader();
  private readonly waiting: Waiting[] = [];
  private broken: string | null = null;
  /** Of whoever is about to be let in. */
  private authentication: Authentication | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    socket.on('error', (e: NodeJS.ErrnoException) => this.close(e.code ?? e.message));
    socket.on('close', () => this.close('the connection was closed'));
  }

  /** Throws `PostgresError` where one is not let in, `WireError` where nobody answers: nothing was asked. */
  static async open(to: Endpoint, login: Login, signal: AbortSignal): Promise<PostgresConnection> {
    const [host = '', port = ''] = hostOf(to).split(':');
    const socket = await dial(host, Number(port), signal);
    const name = to.serverName ?? host;
    const connection = new PostgresConnection(
      login.isSecure ? await securedByRequest(socket, name, login.door, signal) : socket,
    );
    try {
      await letIn(connection, signal, () => connection.login(login));
      return connection;
    } catch (error) {
      if (error instanceof PostgresError) throw error;
      throw new WireError((error as Error).message, false);
    }
  }

  get isOpen(): boolean {
    return this.broken === null;
  }

  /** Throws `PostgresError` where it was refused, `WireError` where no answer came. */
  ask(query: string): Promise<Result> {
    return this.send(textMessage('Q', query));
  }

  /** What waits for an answer will not get one. */
  close(why = 'given up'): void {
    if (this.broken !== null) return;
    this.broken = why;
    this.socket.destroy();
    for (const { reject, error } of this.waiting.splice(0)) {
      reject(error ?? new WireError(why, true));
    }
  }

  private async login({ user, database, settings, door }: Login): Promise<void> {
    this.authentication = new Authentication({ user, password: door.password });
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    const said = { user, database, application_name: 'antlion', options: options.join(' ') };
    await this.send(startup(said));
  }

  private send(bytes: Buffer): Promise<Result> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, rows: [], tag: '', error: null });
      this.socket.write(bytes);
    });
  }

  private read(bytes: Buffer): void {
    try {
      for (const message of this.reader.push(bytes)) this.take(message);
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  private authenticate(body: Buffer): void {
    try {
      const answer = this.authentication?.answer(body) ?? null;
      if (answer !== null) this.socket.write(answer);
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  private take({ kind, body }: Message): void {
    const [first] = this.waiting;
    if (first === undefined) return;
    switch (kind) {
      case 'R':
        return this.authenticate(body);
      case 'D':
        first.rows.push(rowOf(body));
        return;
      case 'C':
        first.tag = body.toString('utf8', 0, body.length - 1);
        return;
      case 'E':
        first.error ??= new PostgresError(body);
        return;
      case 'Z':
        this.waiting.shift();
        if (first.error === null) first.resolve(first);
        else first.reject(first.error);
        return;
      default:
    }
  }
}

/** Before anything else the server is asked whether it speaks TLS. Throws `WireError`, of nothing that was sent. */
async function securedByRequest(
  socket: Socket,
  name: string,
  door: Door,
  signal: AbortSignal,
): Promise<Socket> {
  let answer = '';
  const connection = { close: (why?: string): void => void socket.destroy(new Error(why)) };
  try {
    await letIn(connection, signal, async () => {
      socket.write(tlsRequest);
      answer = await new Promise<string>((resolve, reject) => {
        socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
        socket.once('error', reject).once('close', () => reject(new Error('it hangs up')));
      });
      if (answer !== 'S') throw new Error('it speaks no TLS');
    });
  } catch (error) {
    throw new WireError((error as Error).message, false);
  }
  socket.removeAllListeners('close');
  return secured(socket, name, door);
}
