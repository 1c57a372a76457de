/**
 * Bulkheads (R3): a pool of calls for each dependency, so that a slow one takes no more of its caller than its
 * own pool, and the others are called as if it were not there.
 *
 * Between whoever calls and `ServiceClient`. Who finds the pool empty waits, in order, until its own deadline;
 * who finds too many waiting is refused at once.
 */
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';
import type { AdaptiveLimit } from '../adaptive-limit/adaptive-limit.ts';
import type { ServiceClient } from '../service-client/service-client.ts';
import type { BulkheadConfig } from './config.ts';
import type { BulkheadRules } from './rules.ts';

interface Waiting {
  readonly service: string;
  readonly deadlineUs: number;
  readonly done: (r: CallResult) => void;
  readonly about: CallAbout;
}

interface Pool {
  out: number;
  waiting: Waiting[];
}

export class Bulkhead implements Part {
  private readonly io: HandlerContext;
  private readonly client: ServiceClient;
  /** Where it is on, it says how many calls a pool has. */
  private readonly limits: AdaptiveLimit;
  private readonly config: BulkheadConfig | null;
  private readonly rules: BulkheadRules;
  private readonly pools = new Map<string, Pool>();

  constructor(
    io: HandlerContext,
    client: ServiceClient,
    limits: AdaptiveLimit,
    config: BulkheadConfig | null,
    rules: BulkheadRules,
  ) {
    this.io = io;
    this.client = client;
    this.limits = limits;
    this.config = config;
    this.rules = rules;
  }

  /** As `ServiceClient.call`: one attempt, `done` is called once. */
  call(service: string, deadlineUs: number, done: (r: CallResult) => void, about: CallAbout): void {
    const { config, rules } = this;
    const wanted: Waiting = { service, deadlineUs, done, about };
    if (config === null) return this.client.call(service, deadlineUs, done, about);
    const pool = this.pool(service);
    if (this.mayCall(pool, service, config)) return this.send(pool, wanted);
    if (!rules.mayWait(pool.waiting.length, config)) {
      return this.client.reject(service, 'refused', 'too many calls are out', done);
    }
    pool.waiting.push(wanted);
    this.io.wakeBy(deadlineUs);
  }

  tick(): number {
    let nextUs = never;
    for (const pool of this.pools.values()) {
      const over = pool.waiting.filter((w) => w.deadlineUs <= this.io.nowUs);
      if (over.length > 0) {
        pool.waiting = pool.waiting.filter((w) => w.deadlineUs > this.io.nowUs);
        for (const w of over) this.client.reject(w.service, 'refused', 'waited too long', w.done);
      }
      for (const w of pool.waiting) nextUs = Math.min(nextUs, w.deadlineUs);
    }
    return nextUs;
  }

  private send(pool: Pool, { service, deadlineUs, done, about }: Waiting): void {
    pool.out += 1;
    const { out } = pool;
    const sentUs = this.io.nowUs;
    this.client.call(
      service,
      deadlineUs,
      (r) => {
        pool.out = this.rules.left(pool.out, r.outcome !== 'timeout');
        const tookUs = this.io.nowUs - sentUs;
        const isAnswered = r.outcome === 'ok';
        // What was refused on this side took no time, and says nothing.
        if (r.instance !== null) {
          this.limits.ended(this.rules.pool(service), { sentUs, tookUs, isAnswered, out });
        }
        this.next(pool);
        done(r);
      },
      about,
    );
  }

  private next(pool: Pool): void {
    const { config } = this;
    for (;;) {
      const [first] = pool.waiting;
      if (config === null || first === undefined) return;
      if (!this.mayCall(pool, first.service, config)) return;
      pool.waiting.shift();
      this.send(pool, first);
    }
  }

  private mayCall({ out }: Pool, service: string, config: BulkheadConfig): boolean {
    const { rules } = this;
    const callsMax = this.limits.of(rules.pool(service)) ?? config.callsMax;
    return rules.mayCall(out, { ...config, callsMax });
  }

  private pool(service: string): Pool {
    const name = this.rules.pool(service);
    let pool = this.pools.get(name);
    if (pool === undefined) this.pools.set(name, (pool = { out: 0, waiting: [] }));
    return pool;
  }
}
