/**
 * One end of a simulated TCP connection: what is written comes out at the other end whole, in order and
 * once, or the connection fails. It is resent until it is acknowledged, later and later, as Linux does;
 * there is no window, so a sender is never held back.
 */
import type { Segment } from './segment.ts';

export interface Wire {
  send(segment: Segment): void;
  /** Calls `f` once, `ms` later; gives what cancels it. */
  setTimer(f: () => void, ms: number): () => void;
  nowMs(): number;
}

/** What this end tells whoever uses it. */
export interface Told {
  opened(): void;
  data(bytes: Buffer): void;
  ended(): void;
  failed(code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT'): void;
}

export interface ConnectionName {
  readonly connection: number;
  readonly isOpener: boolean;
  readonly port: number;
}

type Body = Pick<Segment, 'what' | 'data'>;

/** Linux: the first repeat of an opening after 1 s, of anything else after 200 ms at least. */
const firstOpenMs = 1_000;
const resendMsMin = 200;
const resendMsMax = 120_000;
/** Linux gives up an opening after 127 s, anything else after some 15 minutes. */
const openMsMax = 127_000;
const resentMsMax = 924_600;
const dataBytesMax = 65_536;

export class Connection {
  private readonly name: ConnectionName;
  private readonly wire: Wire;
  private readonly told: Told;
  /** Written since the last flush. */
  private written: Buffer[] = [];
  private isEnding = false;
  private readonly unacked: { readonly seq: number; readonly body: Body }[] = [];
  private nextSeq = 0;
  private expected = 0;
  private readonly early = new Map<number, Body>();
  private owesAck = false;
  private cancelResend: (() => void) | null = null;
  private resendMs: number;
  private stuckSinceMs = 0;
  private isOpen: boolean;
  private hasEnded = false;
  isOver = false;

  constructor(name: ConnectionName, wire: Wire, told: Told) {
    this.name = name;
    this.wire = wire;
    this.told = told;
    this.isOpen = !name.isOpener;
    this.resendMs = name.isOpener ? firstOpenMs : resendMsMin;
    if (name.isOpener) this.queue({ what: 'open', data: '' });
  }

  write(bytes: Buffer): void {
    if (!this.isEnding) this.written.push(bytes);
  }

  end(): void {
    this.isEnding = true;
  }

  /** Ends at once, and the other end is told when it next says something, or now. */
  reset(): void {
    if (this.isOver) return;
    this.over();
    this.wire.send(this.segment(this.nextSeq, { what: 'reset', data: '' }));
  }

  /** Sends what was written since the last time; an acknowledgement goes along, or alone. */
  flush(): void {
    if (this.isOver) return;
    const bytes = Buffer.concat(this.written);
    this.written = [];
    for (let i = 0; i < bytes.length; i += dataBytesMax) {
      const data = bytes.subarray(i, i + dataBytesMax).toString('base64');
      this.queue({ what: 'data', data });
    }
    if (this.isEnding && !this.hasEnded) {
      this.hasEnded = true;
      this.queue({ what: 'end', data: '' });
    }
    if (this.owesAck) this.wire.send(this.segment(this.nextSeq, { what: 'ack', data: '' }));
    this.owesAck = false;
  }

  received(s: Segment): void {
    if (this.isOver) return;
    if (s.what === 'reset') {
      this.fail(this.isOpen ? 'ECONNRESET' : 'ECONNREFUSED');
      return;
    }
    this.acknowledged(s.ack);
    if (s.what === 'ack') return;
    this.owesAck = true;
    if (s.seq >= this.expected) this.early.set(s.seq, s);
    this.deliver();
  }

  private deliver(): void {
    for (;;) {
      const next = this.early.get(this.expected);
      if (next === undefined) return;
      this.early.delete(this.expected);
      this.expected += 1;
      if (next.what === 'data') this.told.data(Buffer.from(next.data, 'base64'));
      else if (next.what === 'end') this.told.ended();
    }
  }

  private acknowledged(ack: number): void {
    const before = this.unacked.length;
    while ((this.unacked[0]?.seq ?? ack) < ack) this.unacked.shift();
    if (!this.isOpen && ack > 0) {
      this.isOpen = true;
      this.told.opened();
    }
    if (this.unacked.length === before) return;
    this.cancelResend?.();
    this.cancelResend = null;
    this.resendMs = resendMsMin;
    if (this.unacked.length > 0) this.arm();
  }

  private queue(body: Body): void {
    const seq = this.nextSeq;
    this.nextSeq += 1;
    this.unacked.push({ seq, body });
    this.wire.send(this.segment(seq, body));
    this.owesAck = false;
    if (this.cancelResend === null) this.arm();
  }

  private segment(seq: number, body: Body): Segment {
    const { connection, isOpener: fromOpener, port } = this.name;
    return { kind: 'segment', connection, fromOpener, port, seq, ack: this.expected, ...body };
  }

  /** A round of repeats begins: what has been waited for so far counts as no time. */
  private arm(): void {
    this.stuckSinceMs = this.wire.nowMs();
    this.later();
  }

  private later(): void {
    this.cancelResend = this.wire.setTimer(() => this.resend(), this.resendMs);
  }

  private resend(): void {
    if (this.isOver) return;
    const stuckMs = this.wire.nowMs() - this.stuckSinceMs;
    if (stuckMs >= (this.isOpen ? resentMsMax : openMsMax)) {
      this.fail('ETIMEDOUT');
      return;
    }
    for (const { seq, body } of this.unacked) this.wire.send(this.segment(seq, body));
    this.resendMs = Math.min(resendMsMax, this.resendMs * 2);
    this.later();
  }

  private fail(code: Parameters<Told['failed']>[0]): void {
    this.over();
    this.told.failed(code);
  }

  private over(): void {
    this.isOver = true;
    this.cancelResend?.();
    this.cancelResend = null;
  }
}
