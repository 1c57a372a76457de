/**
 * A session with one member at a time: the client's own, until it looks as if that one were gone; then
 * the next. So a client that is cut off goes on elsewhere, as real ones do.
 */
import type { Operation } from '../core/program.ts';
import type { Outcome, Session } from '../core/system.ts';

/** How one request ended; with a `node`, where another was asked than the session's. */
export type Asked = Outcome & {
  /** The next operation asks another member. */
  readonly isLost?: boolean;
};

export interface StickySessionOptions {
  readonly members: number;
  readonly client: number;
  /** Asks member `node`; gives up when `signal` comes. Never rejects. */
  readonly ask: (op: Operation, node: number, signal: AbortSignal) => Promise<Asked>;
  readonly onClose?: () => void;
}

export class StickySession implements Session {
  private readonly o: StickySessionOptions;
  private at: number;
  private readonly open = new Set<AbortController>();
  private isClosed = false;

  constructor(options: StickySessionOptions) {
    this.o = options;
    this.at = options.client % options.members;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    const node = this.at;
    const abort = new AbortController();
    this.open.add(abort);
    void this.o.ask(op, node, abort.signal).then(({ isLost, ...outcome }) => {
      this.open.delete(abort);
      if (isLost === true && node === this.at) this.moveOn();
      // Where nobody answered, no node did.
      if (!this.isClosed) done(isLost === true ? outcome : { node, ...outcome });
    });
  }

  /** No answer before its deadline: this member may be cut off. */
  abandon(): void {
    this.moveOn();
  }

  close(): void {
    this.isClosed = true;
    for (const abort of this.open) abort.abort();
    this.o.onClose?.();
  }

  private moveOn(): void {
    for (const abort of this.open) abort.abort();
    this.open.clear();
    this.at = (this.at + 1) % this.o.members;
  }
}
