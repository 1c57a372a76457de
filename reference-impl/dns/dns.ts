/**
 * DNS (D5): servers answer for the catalog, from their copies of it; every other node is a cache in front of them;
 * clients keep answers as well, and pick a target by priority and weight.
 *
 * An answer is good for its TTL, counted from the moment the question was sent, and a cache tells on only what is
 * left of it: however many caches there are, nobody uses an answer for longer than its TTL after it was given.
 */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { Timing } from '../config.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { lanes } from '../lanes.ts';
import type { Mode } from '../mode/matrix.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { DnsConfig } from './config.ts';
import type { Answer, DnsQuery, DnsReply } from './messages.ts';
import type { InstanceId } from '../store/asked.ts';
import { pickTarget } from './rules.ts';
import type { DnsRules } from './rules.ts';
import { targetOf } from './targets.ts';

export interface DnsOptions {
  /** Null: nobody asked for DNS. */
  readonly config: DnsConfig | null;
  readonly rules: DnsRules;
  readonly timing: Timing;
  readonly self: NodeId;
  /** Does this node answer for the catalog? */
  readonly isServer: boolean;
  /** Who is asked otherwise. */
  readonly upstream: readonly NodeId[];
}

interface Kept {
  readonly answer: Answer;
  readonly untilUs: number;
}

/** A question that is out. */
interface Question {
  readonly service: string;
  readonly waiting: ((answer: Answer | null) => void)[];
  /** Who was asked last, and how many were. */
  to: number;
  tries: number;
  sentUs: number;
  askAgainUs: number;
}

/** Past it whoever asks is refused. */
const questionsMax = 256;

export class Dns implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly discovery: Discovery;
  private readonly o: DnsOptions;
  private readonly kept = new Map<string, Kept>();
  /** By the id of the try that is out; ids of one process only grow. */
  private readonly open = new Map<number, Question>();
  private lastId = 0;
  private lastSerial = 0;
  private mode: Mode = 'target';

  constructor(io: HandlerContext, discovery: Discovery, options: DnsOptions) {
    this.io = io;
    this.discovery = discovery;
    this.o = options;
  }

  start(): void {
    // What is off draws nothing: runs without it stay the same.
    if (this.o.config !== null) this.lastId = this.io.random(2 ** 31);
  }

  /** Does this node go by DNS when its own lists are old? */
  get isOn(): boolean {
    return this.o.config?.isFallback === true && !this.o.isServer;
  }

  setMode(mode: Mode): void {
    this.mode = mode;
  }

  /** Whom DNS names in place of an old list; whoever finds no answer kept asks, and goes by the list meanwhile. */
  choose(service: string, instances: readonly NodeId[]): readonly NodeId[] {
    const { rules } = this.o;
    if (!rules.fallsBack(this.mode, this.discovery.source)) return instances;
    const kept = this.kept.get(service);
    if (kept === undefined || !rules.mayUse(this.io.nowUs, kept.untilUs)) {
      this.look(service, () => {});
      return instances;
    }
    const picked = this.picked(service, kept.answer);
    return typeof picked === 'number' ? [picked] : instances;
  }

  /** Where one call of the service `c.key` would go now. */
  resolve(c: Call, done: (o: Outcome) => void): void {
    this.look(c.key, (answer) => {
      if (answer === null) return done({ type: 'fail', error: 'no answer' });
      done({ type: 'ok', value: this.picked(c.key, answer) });
    });
  }

  private picked(service: string, { server, serial, targets }: Answer): InstanceId | null {
    const picked = pickTarget(targets, this.o.rules, (n) => this.io.random(n))?.instance ?? null;
    this.io.observe({ kind: 'dns-use', service, server, serial, picked });
    return picked;
  }

  /** The catalog for whoever speaks DNS on the wire; null: this copy is too old to answer for it. */
  catalog(): Json {
    const { config } = this.o;
    if (config === null || !this.mayAnswer(config)) return null;
    const { ttlUs, negativeTtlUs } = config;
    return { entries: this.discovery.entries() as unknown as Json, ttlUs, negativeTtlUs };
  }

  asked(from: NodeId, { id, service }: DnsQuery): void {
    this.look(service, (answer) => {
      const m: DnsReply = { kind: 'dns-reply', id, answer };
      this.io.send(from, m, lanes.agent);
    });
  }

  answered({ id, answer }: DnsReply): void {
    const q = this.open.get(id);
    if (q === undefined) return;
    this.open.delete(id);
    if (answer === null) return this.next(q);
    // From the moment of the question: on its way an answer only gets older.
    const untilUs = q.sentUs + answer.ttlUs;
    // So late that it is over already: somebody else may be quicker.
    if (!this.o.rules.mayUse(this.io.nowUs, untilUs)) return this.next(q);
    this.kept.set(q.service, { answer, untilUs });
    for (const end of q.waiting) end(this.told({ answer, untilUs }));
  }

  tick(): number {
    const { nowUs } = this.io;
    let nextUs = never;
    for (const [id, q] of this.open) {
      if (nowUs >= q.askAgainUs) {
        this.open.delete(id);
        this.next(q);
      } else nextUs = Math.min(nextUs, q.askAgainUs);
    }
    return nextUs;
  }

  /** By what is kept as long as that is good, else by asking. */
  private look(service: string, end: (answer: Answer | null) => void): void {
    const { config, isServer, rules, upstream } = this.o;
    if (config === null) return end(null);
    if (isServer) return end(this.give(service, config));
    const kept = this.kept.get(service);
    if (kept !== undefined && rules.mayUse(this.io.nowUs, kept.untilUs))
      return end(this.told(kept));
    this.kept.delete(service);
    const asked = [...this.open.values()].find((q) => q.service === service);
    if (asked !== undefined) return void asked.waiting.push(end);
    if (this.open.size >= questionsMax || upstream.length === 0) return end(null);
    const to = this.io.random(upstream.length);
    this.send({ service, waiting: [end], to, tries: 0, sentUs: 0, askAgainUs: 0 });
  }

  private told({ answer, untilUs }: Kept): Answer {
    const ttlUs = this.o.rules.left(this.io.nowUs, untilUs, answer.ttlUs);
    return { ...answer, ttlUs };
  }

  /** For the catalog. */
  private give(service: string, config: DnsConfig): Answer | null {
    if (!this.mayAnswer(config)) return null;
    const entries = this.discovery.entriesOf(service);
    const targets = entries.flatMap((e) => targetOf(e) ?? []);
    const ttlUs = this.o.rules.ttlUs(targets, config);
    // Numbers of one server only grow, over all its boots.
    this.lastSerial = Math.max(this.lastSerial + 1, this.io.nowUs);
    const serial = this.lastSerial;
    this.io.observe({ kind: 'dns-answer', service, serial, ttlUs, targets });
    return { server: this.o.self, serial, targets, ttlUs };
  }

  private mayAnswer(config: DnsConfig): boolean {
    const { subscription } = this.discovery;
    const { rules } = this.o;
    const ageUs = this.io.nowUs - rules.sinceUs(subscription);
    return subscription.isLoaded && rules.mayAnswer(ageUs, config);
  }

  private next(q: Question): void {
    if (q.tries < this.o.upstream.length) {
      q.to = (q.to + 1) % this.o.upstream.length;
      return this.send(q);
    }
    for (const end of q.waiting) end(null);
  }

  private send(q: Question): void {
    this.lastId += 1;
    q.tries += 1;
    q.sentUs = this.io.nowUs;
    q.askAgainUs = this.io.nowUs + this.o.timing.tryUs;
    this.open.set(this.lastId, q);
    this.io.wakeBy(q.askAgainUs);
    const m: DnsQuery = { kind: 'dns-query', id: this.lastId, service: q.service };
    this.io.send(this.o.upstream[q.to] as NodeId, m, lanes.agent);
  }
}
