/** As much of `net.Socket` as libraries use, over a simulated connection. */
import { Duplex } from 'node:stream';
import type { Connection, Told } from './connection.ts';

/** Where a socket's connection comes from. */
export interface Line {
  /** Opens one; null: there is nobody of that name. */
  open(host: string, port: number, told: Told): Connection | null;
  /** Something was written: sends it when the code that is running has come to rest. */
  written(connection: Connection): void;
  setTimer(f: () => void, ms: number): () => void;
  /** Address of a node by its name or address; null: there is none. */
  resolve(host: string): string | null;
}

interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
}

export class VirtualSocket extends Duplex {
  connecting = false;
  remoteAddress: string | undefined = undefined;
  remotePort: number | undefined = undefined;
  readonly remoteFamily = 'IPv4';
  readonly localAddress: string = '0.0.0.0';
  readonly localPort: number = 0;
  bytesRead = 0;
  bytesWritten = 0;
  timeout = 0;
  private readonly line: Line;
  private connection: Connection | null = null;
  private cancelTimeout: () => void = () => undefined;
  /** Written before the connection opened. */
  private waiting: (() => void)[] = [];

  constructor(line: Line, options: { readonly allowHalfOpen?: boolean | undefined } = {}) {
    super({ allowHalfOpen: options.allowHalfOpen ?? false, autoDestroy: true, emitClose: true });
    this.line = line;
  }

  get pending(): boolean {
    return this.connection === null || this.connecting;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  /** As `net.Socket.connect`: `(port, host?, f?)` or `(options, f?)`. */
  connect(...args: unknown[]): this {
    const f = args.findLast((a): a is () => void => typeof a === 'function');
    if (f !== undefined) this.once('connect', f);
    const [first, second] = args;
    const target: Target =
      typeof first === 'object' && first !== null
        ? (first as Target)
        : {
            port: first as number | string,
            ...(typeof second === 'string' && { host: second }),
          };
    const port = Number(target.port);
    this.connecting = true;
    this.remotePort = port;
    const host = target.host ?? 'localhost';
    this.remoteAddress = this.line.resolve(host) ?? undefined;
    this.connection =
      (target.path ?? null) === null ? this.line.open(host, port, this.told()) : null;
    if (this.connection === null) {
      process.nextTick(() => this.failed('ENOTFOUND', target.path ?? `${host}:${port}`));
    }
    return this;
  }

  /** The other end opened it. */
  accept(open: (told: Told) => Connection, from: string): Connection {
    this.remoteAddress = from;
    const connection = open(this.told());
    this.connection = connection;
    return connection;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): { address: string; family: string; port: number } {
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  setTimeout(ms: number, f?: () => void): this {
    this.timeout = ms;
    if (f !== undefined && ms === 0) this.removeListener('timeout', f);
    else if (f !== undefined) this.once('timeout', f);
    this.isAlive();
    return this;
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.end(() => this.destroy());
  }

  resetAndDestroy(): this {
    this.connection?.reset();
    return this.destroy();
  }

  override _read(): void {
    // What comes is pushed: the simulated connection has no window.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.isAlive();
    this.whenOpen(() => {
      this.bytesWritten += chunk.length;
      this.use((c) => c.write(chunk));
      done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.whenOpen(() => {
      this.use((c) => c.end());
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.cancelTimeout();
    this.waiting = [];
    if (this.connecting) this.resetIt();
    else this.use((c) => c.end());
    this.connecting = false;
    done(error);
  }

  private whenOpen(f: () => void): void {
    if (this.pending) this.waiting.push(f);
    else f();
  }

  private use(f: (c: Connection) => void): void {
    if (this.connection === null) return;
    f(this.connection);
    this.line.written(this.connection);
  }

  private told(): Told {
    return {
      opened: () => {
        this.connecting = false;
        this.isAlive();
        this.emit('connect');
        this.emit('ready');
        for (const f of this.waiting.splice(0)) f();
      },
      data: (bytes) => {
        this.isAlive();
        this.bytesRead += bytes.length;
        if (this.destroyed) this.resetIt();
        else this.push(bytes);
      },
      ended: () => {
        if (!this.destroyed) this.push(null);
      },
      failed: (code) => this.failed(code, `${this.remoteAddress}:${this.remotePort}`),
    };
  }

  /** As a kernel answers what comes for a socket that was closed. */
  private resetIt(): void {
    this.connection?.reset();
  }

  private failed(code: string, where: string): void {
    const syscall = this.connecting ? 'connect' : 'read';
    const error = Object.assign(new Error(`${syscall} ${code} ${where}`), { code, syscall });
    this.destroy(error);
  }

  private isAlive(): void {
    this.cancelTimeout();
    if (this.timeout === 0 || this.destroyed) return;
    this.cancelTimeout = this.line.setTimer(() => this.emit('timeout'), this.timeout);
  }
}
