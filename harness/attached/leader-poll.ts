/** The members' own word on who leads becomes the observation that roles are resolved from. */
import type { AdapterForm, Endpoint, Leader } from '../core/system.ts';

/** How often the members are asked, and how long a first answer is waited for. */
const everyMs = 250;
const firstMs = 2_000;

export interface LeaderPollOptions {
  readonly adapter: AdapterForm;
  readonly endpoints: readonly Endpoint[];
  /** `term` grows with every change where the system numbers its leaders, and otherwise, too. */
  readonly onLeader: (leader: Required<Leader>) => void;
}

export class LeaderPoll implements Disposable {
  private readonly o: LeaderPollOptions;
  private last: Required<Leader> | null = null;
  private alarm: NodeJS.Timeout | null = null;
  private isAsking = false;
  private isOver = false;

  constructor(options: LeaderPollOptions) {
    this.o = options;
  }

  /** Resolves after the first answer, or when none has come within two seconds. */
  async begin(): Promise<void> {
    if (this.o.adapter.leader === undefined) return;
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      late = setTimeout(resolve, firstMs);
    });
    await Promise.race([this.ask(), patience]);
    clearTimeout(late);
    if (!this.isOver) this.alarm = setInterval(() => void this.ask(), everyMs);
  }

  [Symbol.dispose](): void {
    this.isOver = true;
    if (this.alarm !== null) clearInterval(this.alarm);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const leader = await this.o.adapter.leader?.(this.o.endpoints);
      if (leader !== undefined && leader !== null) this.told(leader);
    } catch {
      // Nobody can tell now: roles stay with whom they were last seen.
    } finally {
      this.isAsking = false;
    }
  }

  private told({ node, term }: Leader): void {
    if (this.isOver || this.o.endpoints[node] === undefined) return;
    if (this.last?.node === node && (term ?? this.last.term) === this.last.term) return;
    this.last = { node, term: term ?? (this.last?.term ?? 0) + 1 };
    this.o.onLeader(this.last);
  }
}
