/** A session of somebody else's code: whatever it throws, the run goes on or ends in good order. */
import { HarnessError } from '../core/errors.ts';
import type { Operation } from '../core/program.ts';
import type { Outcome, Session } from '../core/system.ts';
import type { RealtimeClient } from '../realtime/deployment.ts';

export interface AttachedClientOptions {
  readonly connect: () => Session | Promise<Session>;
  /** It is refused for good: nothing will come of this run. */
  readonly onRefused: (error: HarnessError) => void;
}

export class AttachedClient implements RealtimeClient {
  private readonly o: AttachedClientOptions;
  /** Null: the last attempt failed. */
  private connecting: Promise<Session> | null = null;
  private session: Session | null = null;
  private isClosed = false;

  constructor(options: AttachedClientOptions) {
    this.o = options;
    this.connect().catch(() => undefined);
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    if (this.session !== null) return this.ask(this.session, op, done);
    this.connect().then(
      (session) => this.ask(session, op, done),
      // Nothing was sent: it did not happen and never will.
      (e: unknown) => done({ type: 'fail', error: `not connected: ${messageOf(e)}` }),
    );
  }

  abandon(op: Operation): void {
    try {
      this.session?.abandon?.(op);
    } catch {
      // The operation is unknown in any case.
    }
  }

  close(): void {
    this.isClosed = true;
    if (this.session !== null) this.session.close();
    else this.connecting?.then((late) => late.close()).catch(() => undefined);
  }

  private ask(session: Session, op: Operation, done: (outcome: Outcome) => void): void {
    if (this.isClosed) return;
    try {
      session.start(op, done);
    } catch (e) {
      this.refused(e);
      done({ type: 'info', error: messageOf(e) });
    }
  }

  private connect(): Promise<Session> {
    this.connecting ??= this.open();
    return this.connecting;
  }

  private async open(): Promise<Session> {
    try {
      const session = await this.o.connect();
      this.session = session;
      return session;
    } catch (e) {
      this.connecting = null;
      this.refused(e);
      throw e;
    }
  }

  private refused(e: unknown): void {
    if (e instanceof HarnessError && !this.isClosed) this.o.onRefused(e);
  }
}

export function messageOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
