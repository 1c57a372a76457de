/** Components that do one thing each. */
import type { Component, Effects, World as Instant, Msg, Rec } from '../../harness/core/host.ts';

/** A timer every 100 µs. */
export class Ticker implements Component {
  start(_records: Iterable<Rec>, _w: Instant, fx: Effects): void {
    fx.setTimer(0, 100);
  }
  message(): void {}
  call(): void {}
  durable(): void {}
  timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    fx.setTimer(0, 100);
  }
}

/** Sends `m` to `to` at its first timer. */
export class Once extends Ticker {
  private readonly to: number;
  private m: Msg | null;

  constructor(to: number, m: Msg) {
    super();
    this.to = to;
    this.m = m;
  }

  override timer(_kind: number, _arg: number, _w: Instant, fx: Effects): void {
    if (this.m !== null) fx.send(this.to, this.m);
    this.m = null;
  }
}

export class Receiver extends Ticker {
  private readonly received: () => void;

  constructor(received: () => void) {
    super();
    this.received = received;
  }

  override message(): void {
    this.received();
  }
}

/** Sends once, and does something a little later. */
export class Sender extends Ticker {
  private readonly m: Msg;
  private readonly after: () => void;

  constructor(m: Msg, after: () => void) {
    super();
    this.m = m;
    this.after = after;
  }

  override start(_records: Iterable<Rec>, _w: Instant, fx: Effects): void {
    fx.send(1, this.m);
    fx.setTimer(0, 100);
  }

  override timer(): void {
    this.after();
  }
}

/** Writes its last word, and sends it when it is told to stop. */
export class Leaver extends Ticker {
  found = 0;
  isSilent = false;

  constructor(made: Leaver[]) {
    super();
    made.push(this);
  }

  override start(records: Iterable<Rec>): void {
    this.found = [...records].length;
  }

  stop(_w: Instant, fx: Effects): void {
    fx.persist({ kind: 'last' });
    fx.send(1, { kind: 'bye' });
  }

  hasStopped(): boolean {
    return !this.isSilent;
  }
}
