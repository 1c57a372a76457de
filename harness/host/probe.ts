/**
 * Probes of links: a question on a connection of its own, dialled where messages are, which the other end
 * answers. They show what a fault makes of a link, without believing whoever does the fault.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { NodeId } from '../core/host.ts';
import { readFrames } from './dial.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import type { Address } from './launch.ts';

/** The body of `POST /probe`. */
export interface ProbeRequest {
  /** Ever growing over a run. */
  readonly id: number;
  readonly to: readonly NodeId[];
  /** On a connection of its own; the same, until who answers has ended it; on the one that messages take. */
  readonly way: 'new' | 'end' | 'open';
  /** Length of the question, and of its answer. */
  readonly bytes: number;
  /** How long an answer is waited for. */
  readonly waitUs: number;
}

export const probeRequestSchema: z.ZodType<ProbeRequest> = z.object({
  id: z.int().min(1),
  to: z.array(z.int().min(0)),
  way: z.enum(['new', 'end', 'open']),
  bytes: z.int().min(0).max(1_000_000),
  waitUs: z.int().min(1).max(10_000_000),
});

/**
 * What became of a question. `silent`: nothing came in time; `ended`: its connection was; `refused`: there
 * was none.
 */
export interface Probed {
  readonly to: NodeId;
  readonly outcome: 'answered' | 'silent' | 'ended' | 'refused';
  /** True times of the run: when it left, arrived (as the answer says) and was answered. */
  readonly sentUs: number | null;
  readonly arrivedUs: number | null;
  /** Of one that waits for the end of its connection, when it saw that. */
  readonly answeredUs: number | null;
  /** When the connection was opened, of one on the connection that messages take. */
  readonly openedUs?: number;
}

/** A question that arrived whole. */
export interface ProbeArrival {
  readonly from: NodeId;
  readonly id: number;
  readonly atUs: number;
}

/** Those of the last arrivals that are remembered: several faults on every link of a large cluster. */
const arrivalsMax = 256;

const questionSchema = z.object({
  run: z.string(),
  probe: z.int(),
  from: z.int(),
  pad: z.string(),
  way: z.enum(['new', 'end', 'open']),
});

/** The end of a link that is asked. */
export class ProbeAnswers {
  readonly arrivals: ProbeArrival[] = [];
  private readonly run: string;
  private readonly trueUs: () => number;

  constructor(run: string, trueUs: () => number) {
    this.run = run;
    this.trueUs = trueUs;
  }

  /** Answers if `value`, the first on `socket`, is a question of this run; false otherwise. */
  take(socket: Socket, value: unknown): boolean {
    const arrived = this.note(value);
    if (arrived === null) return false;
    const { way, pad, atUs } = arrived;
    const answer = encodeFrame({ arrivedUs: atUs, pad });
    if (answer === null) return true;
    // Otherwise who asked ends the connection: what goes through a proxy may not be there yet.
    if (way === 'end') socket.end(answer);
    else socket.write(answer);
    return true;
  }

  /** Remembers a question of this run; null: `value` is none. */
  note(value: unknown): { way: ProbeRequest['way']; pad: string; atUs: number } | null {
    const question = questionSchema.safeParse(value);
    if (!question.success || question.data.run !== this.run) return null;
    const { from, probe: id, pad, way } = question.data;
    const atUs = this.trueUs();
    this.arrivals.push({ from, id, atUs });
    if (this.arrivals.length > arrivalsMax) this.arrivals.shift();
    return { way, pad, atUs };
  }
}

export interface Asking {
  readonly run: string;
  readonly from: NodeId;
  readonly addressOf: (to: NodeId) => Address | undefined;
  /** Writes on the connection that messages to a node take; how long that has been open, µs, or null: there is none. */
  readonly onOpen: (to: NodeId, frame: Buffer) => number | null;
  /** May a connection be opened now? Absent: always. */
  readonly mayOpen?: () => boolean;
  readonly trueUs: () => number;
}

/** Asks all at once. Never throws: what went wrong is what became of a question. */
export function askProbes(who: Asking, request: ProbeRequest): Promise<readonly Probed[]> {
  const ask = request.way === 'open' ? askOnOpen : askOne;
  return Promise.all(request.to.map((to) => ask(who, to, request)));
}

function questionOf({ run, from }: Asking, { id, bytes, way }: ProbeRequest): Buffer | null {
  return encodeFrame({ run, probe: id, from, pad: 'x'.repeat(bytes), way });
}

/** Nobody answers there: who is asked tells what arrived. */
async function askOnOpen(who: Asking, to: NodeId, request: ProbeRequest): Promise<Probed> {
  const question = questionOf(who, request);
  const sentUs = who.trueUs();
  const openForUs = question === null ? null : who.onOpen(to, question);
  const nothing = { to, arrivedUs: null, answeredUs: null };
  if (openForUs === null) return { ...nothing, sentUs: null, outcome: 'refused' };
  await new Promise((wake) => setTimeout(wake, Math.ceil(request.waitUs / 1_000)));
  return { ...nothing, sentUs, outcome: 'silent', openedUs: sentUs - openForUs };
}

function askOne(who: Asking, to: NodeId, request: ProbeRequest): Promise<Probed> {
  const { addressOf, trueUs } = who;
  const { waitUs, way } = request;
  const address = addressOf(to);
  const question = questionOf(who, request);
  const nothing = { to, sentUs: null, arrivedUs: null, answeredUs: null };
  if (address === undefined || question === null || who.mayOpen?.() === false) {
    return Promise.resolve({ ...nothing, outcome: 'refused' });
  }
  return new Promise((resolve) => {
    let sentUs: number | null = null;
    let cameUs: number | null = null;
    const socket = connect({ ...address, noDelay: true });
    const done = (outcome: Probed['outcome'], arrivedUs: number | null = null): void => {
      clearTimeout(late);
      socket.destroy();
      const answeredUs = outcome === 'answered' ? trueUs() : null;
      resolve({ to, outcome, sentUs, arrivedUs, answeredUs });
    };
    const late = setTimeout(() => done('silent'), Math.ceil(waitUs / 1_000));
    const reader = new FrameReader();
    socket.on('connect', () => {
      sentUs = trueUs();
      socket.write(question);
    });
    socket.on('data', (chunk) =>
      readFrames(socket, reader, chunk, (v) => {
        cameUs = (v as { readonly arrivedUs: number }).arrivedUs;
        if (way !== 'end') done('answered', cameUs);
      }),
    );
    // Every error is followed by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (cameUs !== null) done('answered', cameUs);
      else done(sentUs === null ? 'refused' : 'ended');
    });
  });
}
