/**
 * What a node says on its standard output: one JSON line an event, in pino's format, written before
 * the messages that it explains can leave. So a SIGKILL cannot swallow what others already saw.
 */
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { readObservation } from '../core/observation.ts';

/** A pino logger that writes to `fd` before it returns, stamped with true time of the run. */
export function nodeLogger(node: NodeId, trueUs: () => number, fd = 1): Logger {
  return pino(
    { base: { node }, timestamp: () => `,"timeUs":${trueUs()}` },
    { write: (line: string) => writeFully(fd, line) },
  );
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
  if (l.msg === 'started') return { type: 'node', timeUs, node, change: 'started' };
  return null;
}

interface NodeLine {
  readonly node: NodeId;
  readonly timeUs: number;
  readonly msg: string;
  readonly observe: unknown;
  readonly lateUs: number;
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
