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
  /** Length of the question, and of its answer. */
  readonly bytes: number;
  /** How long an answer is waited for. */
  readonly waitUs: number;
}

export const probeRequestSchema: z.ZodType<ProbeRequest> = z.object({
  id: z.int().min(1),
  to: z.array(z.int().min(0)),
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
  readonly answeredUs: number | null;
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
    const question = questionSchema.safeParse(value);
    if (!question.success || question.data.run !== this.run) return false;
    const { from, probe: id, pad } = question.data;
    const atUs = this.trueUs();
    this.arrivals.push({ from, id, atUs });
    if (this.arrivals.length > arrivalsMax) this.arrivals.shift();
    const answer = encodeFrame({ arrivedUs: atUs, pad });
    // Who asked ends the connection: what goes through a proxy may not be there yet.
    if (answer !== null) socket.write(answer);
    return true;
  }
}

export interface Asking {
  readonly run: string;
  readonly from: NodeId;
  readonly addressOf: (to: NodeId) => Address | undefined;
  readonly trueUs: () => number;
}

/** Asks all at once. Never throws: what went wrong is what became of a question. */
export function askProbes(who: Asking, request: ProbeRequest): Promise<readonly Probed[]> {
  return Promise.all(request.to.map((to) => askOne(who, to, request)));
}

function askOne(
  { run, from, addressOf, trueUs }: Asking,
  to: NodeId,
  { id, bytes, waitUs }: ProbeRequest,
): Promise<Probed> {
  const address = addressOf(to);
  const question = encodeFrame({ run, probe: id, from, pad: 'x'.repeat(bytes) });
  const nothing = { to, sentUs: null, arrivedUs: null, answeredUs: null };
  if (address === undefined || question === null) {
    return Promise.resolve({ ...nothing, outcome: 'refused' });
  }
  return new Promise((resolve) => {
    let sentUs: number | null = null;
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
      readFrames(socket, reader, chunk, (v) =>
        done('answered', (v as { readonly arrivedUs: number }).arrivedUs),
      ),
    );
    // Every error is followed by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => done(sentUs === null ? 'refused' : 'ended'));
  });
}
