/** A system that is spoken to by lines over TCP, described as data: a line an operation, one back. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { HarnessError } from '../core/errors.ts';
import type { Operation, Settings } from '../core/program.ts';
import type { AdapterForm, Endpoint, Outcome } from '../core/system.ts';
import { argumentOf, fillOperation, isRead, observationsOf, parsed, timeUs } from './described.ts';
import type { TimeUnit } from './described.ts';
import { StickySession } from './sticky-session.ts';
import type { Asked } from './sticky-session.ts';

/** One kind of operation; the texts that are matched are regular expressions. */
export interface TcpOperation {
  /** Without its end of line. `{{key}}`, `{{value}}`, `{{from}}`, `{{to}}`, values as JSON. */
  readonly send: string;
  /** A line of success. A read has its value in the group `value`: `^VALUE (?<value>.*)$`. */
  readonly ok: string;
  /** A line that says that there is nothing: a read of null. */
  readonly absent?: string;
  /** A line that says that it did not happen and never will. Any other line is unknown (`info`). */
  readonly fail?: string;
}

export interface TcpAdapterOptions {
  /** A line to each member: who leads is whose answer `is` matches, a regular expression. */
  readonly leader?: { readonly send: string; readonly is: string };
  /**
   * A line to each member, whose answer is what it says about itself: JSON, an observation (an object with a
   * `kind`) or a list of such; what has no kind is passed over. With `says` the JSON is in its group `value`.
   */
  readonly observe?: { readonly send: string; readonly says?: string };
  /**
   * A line to which a member answers what its wall clock reads, in the group `value` of `says`, in seconds by default, to
   * the millisecond at least. Shows faults of clocks (`launch.clock`).
   */
  readonly wallClock?: { readonly send: string; readonly says?: string; readonly unit?: TimeUnit };
}

const probeMs = 2_000;

/**
 * A client has one connection to one member, and one to the next when no answer came in time. A line that
 * nothing matches is unknown.
 * ```ts
 * tcpAdapter(
 *   {
 *     read: { send: 'GET {{key}}', ok: '^VALUE (?<value>.*)$', absent: '^NONE$' },
 *     write: { send: 'SET {{key}} {{value}}', ok: '^OK$', fail: '^ERR' },
 *   },
 *   { leader: { send: 'ROLE', is: '^leader$' } },
 * );
 * ```
 */
export function tcpAdapter(
  operations: Readonly<Record<string, TcpOperation>>,
  options: TcpAdapterOptions = {},
): AdapterForm {
  const { leader, observe, wallClock } = options;
  return {
    ...(wallClock && {
      async wallClock(endpoint: Endpoint) {
        const [line = null] = await askEach([endpoint], wallClock.send);
        const told = line === null ? null : saidIn(line, wallClock.says);
        return timeUs(told, wallClock.unit ?? 's');
      },
    }),
    ...(leader && {
      async leader(endpoints: readonly Endpoint[]) {
        const said = await askEach(endpoints, leader.send);
        const node = said.findIndex((line) => line !== null && new RegExp(leader.is).test(line));
        return node < 0 ? null : { node };
      },
    }),
    ...(observe && {
      async observe(endpoints: readonly Endpoint[]) {
        const said = await askEach(endpoints, observe.send);
        return said.flatMap((line, node) =>
          observationsOf(line === null ? null : parsed(saidIn(line, observe.says)), node),
        );
      },
    }),
    connect(endpoints, client, settings) {
      const lines = endpoints.map((e) => new Line(e));
      return new StickySession({
        members: endpoints.length,
        client,
        ask: (op, node, signal) => ask(operations[op.f], op, lines[node] as Line, settings, signal),
        onClose: () => lines.forEach((line) => line.close()),
      });
    },
    async ready(endpoints) {
      await Promise.all(endpoints.map(answers));
    },
  };
}

async function ask(
  how: TcpOperation | undefined,
  op: Operation,
  line: Line,
  settings: Settings,
  signal: AbortSignal,
): Promise<Asked> {
  if (how === undefined) return { type: 'fail', error: `no operation ${op.f} is described` };
  const answer = await line.ask(fillOperation(how.send, op, settings), signal);
  if (typeof answer === 'string') return outcomeOf(how, op, answer);
  const isDefinite = isRead(op.f) || !answer.isSent;
  return { type: isDefinite ? 'fail' : 'info', error: answer.why, isLost: true };
}

function outcomeOf(how: TcpOperation, op: Operation, line: string): Outcome {
  if (how.absent !== undefined && new RegExp(how.absent).test(line)) {
    return { type: 'ok', value: null };
  }
  const ok = new RegExp(how.ok).exec(line);
  if (ok !== null) {
    const value = isRead(op.f) ? parsed(ok.groups?.['value'] ?? line) : argumentOf(op);
    return { type: 'ok', value };
  }
  const isRefused = how.fail !== undefined && new RegExp(how.fail).test(line);
  return { type: isRefused || isRead(op.f) ? 'fail' : 'info', error: line.slice(0, 120) };
}

/** The part of a line that a regular expression calls `value`; all of it where there is none. */
function saidIn(line: string, says: string | undefined): string {
  return says === undefined ? line : (new RegExp(says).exec(line)?.groups?.['value'] ?? '');
}

/** One line to each member on a connection of its own; null from those that do not answer. */
function askEach(endpoints: readonly Endpoint[], text: string): Promise<(string | null)[]> {
  return Promise.all(
    endpoints.map(async (endpoint) => {
      const line = new Line(endpoint);
      const answer = await line.ask(text, AbortSignal.timeout(probeMs));
      line.close();
      return typeof answer === 'string' ? answer : null;
    }),
  );
}

interface NoAnswer {
  readonly why: string;
  /** False: nothing can have reached the member. */
  readonly isSent: boolean;
}

/** A connection that is opened when it is needed, and given up with a question without an answer. */
class Line {
  private readonly endpoint: Endpoint;
  private socket: Socket | null = null;
  /** Between two questions: a member that closes it costs nothing but the connection. */
  private readonly lost = (): void => {
    this.socket = null;
  };

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  ask(text: string, signal: AbortSignal): Promise<string | NoAnswer> {
    return new Promise((resolve) => {
      const socket = this.socket ?? dial(this.endpoint);
      socket.off('error', this.lost).off('close', this.lost);
      this.socket = null;
      let isSent = !socket.connecting;
      const lines = createInterface({ input: socket, crlfDelay: Infinity });
      const end = (answer: string | NoAnswer): void => {
        signal.removeEventListener('abort', giveUp);
        socket.off('error', failed).off('close', closed).off('connect', sent);
        lines.close();
        if (typeof answer === 'string') this.keep(socket);
        else socket.destroy();
        resolve(answer);
      };
      const giveUp = (): void => end({ why: 'given up', isSent });
      const failed = (e: Error): void => {
        end({ why: (e as NodeJS.ErrnoException).code ?? e.message, isSent });
      };
      const closed = (): void => end({ why: 'connection closed', isSent });
      const sent = (): void => {
        isSent = true;
      };
      signal.addEventListener('abort', giveUp, { once: true });
      socket.once('connect', sent).once('error', failed).once('close', closed);
      // It passes on what goes wrong with the socket, which is heard there.
      lines.once('line', end).on('error', () => undefined);
      socket.write(`${text}\n`);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private keep(socket: Socket): void {
    this.socket = socket.once('error', this.lost).once('close', this.lost);
  }
}

function dial({ url }: Endpoint): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) });
}

function answers(endpoint: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dial(endpoint);
    const alarm = setTimeout(() => failed(new Error('no answer')), probeMs);
    const failed = (e: Error): void => {
      clearTimeout(alarm);
      socket.destroy();
      const why = (e as NodeJS.ErrnoException).code ?? e.message;
      reject(
        new HarnessError(
          'E_ENDPOINT',
          `${endpoint.name} at ${endpoint.url} is not ready (${why}), wanted a port that takes connections. Start it, or name another: --endpoint ${endpoint.name}=tcp://host:port.`,
        ),
      );
    };
    socket.once('error', failed).once('connect', () => {
      clearTimeout(alarm);
      socket.destroy();
      resolve();
    });
  });
}
