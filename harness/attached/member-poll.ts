/** What members say of themselves, asked again and again: who leads, from which roles are resolved, and the rest. */
import type { AdapterForm, Endpoint, Leader, MemberObservation } from '../core/system.ts';

/** How often the members are asked, and how long a first answer is waited for. */
const everyMs = 250;
const firstMs = 2_000;

export interface MemberPollOptions {
  readonly adapter: AdapterForm;
  readonly endpoints: readonly Endpoint[];
  /** `term` grows with every change where the system numbers its leaders, and otherwise, too. */
  readonly onLeader: (leader: Required<Leader>) => void;
  /** Something that this member did not say last. */
  readonly onObservation: (said: MemberObservation) => void;
}

export class MemberPoll implements Disposable {
  private readonly o: MemberPollOptions;
  private last: Required<Leader> | null = null;
  /** By member and kind, as JSON. */
  private readonly said = new Map<string, string>();
  private alarm: NodeJS.Timeout | null = null;
  private isAsking = false;
  private isOver = false;

  constructor(options: MemberPollOptions) {
    this.o = options;
  }

  /** Resolves after the first answer, or when none has come within two seconds. */
  async begin(): Promise<void> {
    const { leader, observe } = this.o.adapter;
    if (leader === undefined && observe === undefined) return;
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
    const { adapter, endpoints } = this.o;
    // Where nobody can tell, roles stay with whom they were last seen, and nothing new was observed.
    const [leader, observed] = await Promise.all([
      unless(async () => adapter.leader?.(endpoints)),
      unless(async () => adapter.observe?.(endpoints)),
    ]);
    this.isAsking = false;
    if (leader) this.told(leader);
    for (const said of observed ?? []) this.observed(said);
  }

  private observed(said: MemberObservation): void {
    if (this.isOver || this.o.endpoints[said.node] === undefined) return;
    const of = `${said.node} ${said.value.kind}`;
    const text = JSON.stringify(said.value);
    if (this.said.get(of) === text) return;
    this.said.set(of, text);
    this.o.onObservation(said);
  }

  private told({ node, term }: Leader): void {
    if (this.isOver || this.o.endpoints[node] === undefined) return;
    if (this.last?.node === node && (term ?? this.last.term) === this.last.term) return;
    this.last = { node, term: term ?? (this.last?.term ?? 0) + 1 };
    this.o.onLeader(this.last);
  }
}

/** Null when it throws or rejects: it costs what was asked for. */
async function unless<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch {
    return null;
  }
}
