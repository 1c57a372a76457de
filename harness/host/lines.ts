/**
 * What a node says on its standard output: one JSON line an event, in pino's format, written before
 * the messages that it explains leave. So a SIGKILL cannot swallow what others already saw.
 */
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { asVersion } from '../faults/versions.ts';
import { readObservation, type Observation } from '../core/observation.ts';

/** Lines on their way out: those of one turn of the event loop leave by one system call. */
export class Lines {
  private readonly fd: number;
  private waiting = '';

  constructor(fd = 1) {
    this.fd = fd;
    process.on('exit', () => this.flush());
  }

  /** `line` ends with a line feed. It leaves with this turn of the event loop or at `flush`. */
  add(line: string): void {
    if (this.waiting === '') setImmediate(() => this.flush());
    this.waiting += line;
    if (this.waiting.length > waitingMax) this.flush();
  }

  /** Writes what waits before it returns: to be called before anything leaves that it explains. */
  flush(): void {
    if (this.waiting === '') return;
    const text = this.waiting;
    this.waiting = '';
    writeFully(this.fd, text);
  }
}

/** Characters that wait: a long turn must not fill the memory. */
const waitingMax = 64 * 1_024;

/** A pino logger that writes to `lines`, stamped with true time of the run. */
export function nodeLogger(node: NodeId, trueUs: () => number, lines: Lines): Logger {
  return pino(
    { base: { node }, timestamp: () => `,"timeUs":${trueUs()}` },
    { write: (line: string) => lines.add(line) },
  );
}

/** The line of an observation, in the same format; by hand, since a server writes one an entry. */
export function observationLine(
  e: Observation,
  { node, lane, timeUs }: { readonly node: NodeId; readonly lane: string; readonly timeUs: number },
): string {
  const observe = JSON.stringify(e);
  return `{"level":30,"timeUs":${timeUs},"node":${node},"lane":"${lane}","observe":${observe},"msg":"${e.kind}"}\n`;
}

/** The event that a line of a node's output stands for, or null when it is an ordinary log line. */
export function eventOfLine(line: string): HistoryEvent | null {
  if (!line.startsWith('{')) return null;
  let l: Partial<NodeLine>;
  try {
    l = JSON.parse(line) as Partial<NodeLine>;
  } catch {
    return null;
  }
  const { node, timeUs } = l;
  if (typeof node !== 'number' || typeof timeUs !== 'number') return null;
  if (l.observe !== undefined) {
    const value = readObservation(l.observe);
    return value === null ? null : { type: 'observe', timeUs, node, value };
  }
  if (l.lateUs !== undefined) return { type: 'stall', timeUs, node, lateUs: l.lateUs };
  if (l.msg === 'started') {
    return { type: 'node', timeUs, node, change: 'started', ...asVersion(l.version ?? null) };
  }
  return null;
}

interface NodeLine {
  readonly node: NodeId;
  readonly timeUs: number;
  readonly msg: string;
  readonly observe: unknown;
  readonly lateUs: number;
  readonly version?: string;
}

const pauseMs = 1;
const pauseCell = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of `text`; waits while a non-blocking pipe is full. */
function writeFully(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (e) {
      if (!isFull(e)) throw e;
      // The reader is behind. To go on would let messages leave before their reason.
      Atomics.wait(pauseCell, 0, 0, pauseMs);
    }
  }
}

function isFull(e: unknown): boolean {
  return e instanceof Error && 'code' in e && e.code === 'EAGAIN';
}
