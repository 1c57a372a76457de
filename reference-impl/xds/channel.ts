/**
 * What gRPC gives a stream, over datagrams that are lost, repeated and reordered: in order, each once.
 * All that was not confirmed is sent again.
 */
import type { XdsConfig } from './config.ts';
import type { XdsFrame } from './messages.ts';

type Body = NonNullable<XdsFrame['body']>;

export class Channel {
  readonly stream: number;
  private readonly sendFrame: (f: XdsFrame) => void;
  private readonly open: { readonly seq: number; readonly body: Body }[] = [];
  private sent = 0;
  private taken = 0;
  private resendAtUs = 0;
  private saidUs = 0;
  /** When the other end was last heard. */
  heardUs: number;

  constructor(stream: number, nowUs: number, sendFrame: (f: XdsFrame) => void) {
    this.stream = stream;
    this.heardUs = nowUs;
    this.sendFrame = sendFrame;
  }

  send(bodies: readonly Body[], nowUs: number, resendUs: number): void {
    for (const body of bodies) {
      this.sent += 1;
      if (this.open.length === 0) this.resendAtUs = nowUs + resendUs;
      this.open.push({ seq: this.sent, body });
      this.frame(this.sent, body);
    }
  }

  /** What it carries, if it is the next one. */
  take(f: XdsFrame, nowUs: number): Body | null {
    this.heardUs = nowUs;
    while (this.open[0] !== undefined && this.open[0].seq <= f.ack) this.open.shift();
    if (f.body === null) return null;
    const isNext = f.seq === this.taken + 1;
    if (isNext) this.taken = f.seq;
    this.frame(0, null);
    return isNext ? f.body : null;
  }

  /** Sends again what is not confirmed; now and then a word that one is there. */
  beat(nowUs: number, { resendUs, deadUs }: Pick<XdsConfig, 'resendUs' | 'deadUs'>): void {
    if (nowUs < this.resendAtUs) return;
    this.resendAtUs = nowUs + resendUs;
    for (const { seq, body } of this.open) this.frame(seq, body);
    if (this.open.length > 0 || nowUs - this.saidUs < deadUs / 4) return;
    this.saidUs = nowUs;
    this.frame(0, null);
  }

  private frame(seq: number, body: Body | null): void {
    this.sendFrame({ kind: 'xds', stream: this.stream, seq, ack: this.taken, body });
  }
}
