/** What a check of an adapter works with: members, sessions with them, and operations one at a time. */
import type { Json } from '../../../harness/core/host.ts';
import type { Settings } from '../../../harness/core/program.ts';
import type { AdapterForm, Endpoint, Outcome, Session } from '../../../harness/core/system.ts';

export interface Subject {
  readonly adapter: AdapterForm;
  readonly operations: ReadonlySet<string>;
  readonly endpoints: readonly Endpoint[];
  /** What the system's flags say. */
  readonly extra?: Settings['extra'];
  /** How long after its end a lease may last, ms. */
  readonly expiryMs?: number;
}

/** What an operation came to; null: nothing in time, and it was abandoned. */
export type Came = Outcome | null;

export interface Client {
  ask(f: string, key: string, value?: Json, withinMs?: number): Promise<Came>;
}

const usualMs = 10_000;
let runs = 0;

export class Bench implements Disposable {
  readonly subject: Subject;
  private readonly settings: Settings;
  private readonly sessions: Session[] = [];
  private lastOp = 0;

  /** Keys of its own: checks do not see each other. */
  constructor(subject: Subject) {
    this.subject = subject;
    runs += 1;
    const prefix = `conformance-${process.pid}-${runs}/`;
    const extra = { ...subject.extra, prefix };
    this.settings = { policyDivisor: 1, deadlineUs: 5_000_000, mutant: null, extra };
  }

  /** A client that reaches the members at these endpoints, the first of which it asks first. */
  async open(endpoints = this.subject.endpoints): Promise<Client> {
    const session = await this.subject.adapter.connect(endpoints, 0, this.settings);
    this.sessions.push(session);
    return {
      ask: (f, key, value = null, withinMs = usualMs) =>
        new Promise((resolve) => {
          this.lastOp += 1;
          const op = { id: this.lastOp, afterUs: 0, f, key, value };
          const late = setTimeout(() => {
            session.abandon?.(op);
            resolve(null);
          }, withinMs);
          session.start(op, (outcome) => {
            clearTimeout(late);
            resolve(outcome);
          });
        }),
    };
  }

  [Symbol.dispose](): void {
    for (const session of this.sessions) session.close();
  }
}

export function told(came: Came): string {
  return came === null ? 'nothing in time' : JSON.stringify(came);
}

export function isOk(came: Came): came is Outcome & { readonly type: 'ok' } {
  return came?.type === 'ok';
}

export const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
