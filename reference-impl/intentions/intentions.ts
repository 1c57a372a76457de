/**
 * Who may call whom (D10), checked by who is called, when it is called. Nothing is allowed that no intention
 * allows; and since a permission that was taken back may not be heard of, none counts for longer after it was
 * confirmed than a time that everybody knows.
 *
 * Who calls is known by where the call comes from, as a certificate would say it.
 */
import type { Description, Json, NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { ConfigCopy } from '../config-copy/config-copy.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import { intentionPrefix } from './config.ts';
import type { IntentionsConfig } from './config.ts';
import type { IntentionObservation } from './observations.ts';
import type { Intention, IntentionRules } from './rules.ts';

/** A denial is told again after this. */
const tellUs = 1_000_000;

type Decision = Pick<IntentionObservation, 'isAllowed' | 'because' | 'revision'>;

export interface IntentionsOptions {
  /** Null: off, and everybody is let in. */
  readonly config: IntentionsConfig | null;
  readonly rules: IntentionRules;
  /** The service of this node; null: it is no instance. */
  readonly service: string | null;
  /** The service of a caller; null: it is no instance of any. */
  readonly serviceOf: (caller: NodeId) => string | null;
}

export class Intentions implements Part {
  private readonly io: HandlerContext;
  private readonly copy: ConfigCopy;
  private readonly book: EvidenceBook;
  private readonly o: IntentionsOptions;
  /** By `SOURCE/DESTINATION`. */
  private held: ReadonlyMap<string, Intention> = new Map();
  private readonly told = new Map<string, { readonly text: string; readonly atUs: number }>();

  constructor(io: HandlerContext, copy: ConfigCopy, book: EvidenceBook, o: IntentionsOptions) {
    this.io = io;
    this.copy = copy;
    this.book = book;
    this.o = o;
    if (o.config !== null) copy.listen(() => this.read());
  }

  /** May `caller` call this instance now? */
  admits(caller: NodeId): boolean {
    const { config, service, serviceOf } = this.o;
    if (config === null || service === null) return true;
    const source = serviceOf(caller) ?? 'outside';
    const decision = this.decide(source, service, config);
    this.tell(source, service, decision, config);
    return decision.isAllowed;
  }

  /** For people: what is in force here, how old that is, and what callers were told last. */
  inForce(): Json {
    if (this.o.config === null) return null;
    return {
      intentions: Object.fromEntries([...this.held].map(([pair, i]) => [pair, { ...i }])),
      ageMs: Math.floor((this.io.nowUs - this.copy.confirmedUs) / 1_000),
      told: Object.fromEntries([...this.told].map(([source, { text }]) => [source, text])),
    };
  }

  describe(): Description {
    return Object.fromEntries([...this.told].map(([source, { text }]) => [`${source} is`, text]));
  }

  private decide(source: string, destination: string, { ttlUs }: IntentionsConfig): Decision {
    const { rules } = this.o;
    const ageUs = this.io.nowUs - this.copy.confirmedUs;
    if (!rules.isUsable(ageUs, ttlUs)) return { isAllowed: false, because: 'old', revision: 0 };
    // Whoever is named outweighs anybody, the one that is called first (Consul's precedence).
    const pairs = [`${source}/${destination}`, `*/${destination}`, `${source}/*`, '*/*'];
    const found = pairs.find((pair) => this.held.has(pair));
    const intention = found === undefined ? null : (this.held.get(found) ?? null);
    const because = intention === null ? 'default' : 'rule';
    return { isAllowed: rules.allows(intention), because, revision: intention?.revision ?? 0 };
  }

  private read(): void {
    const { rules } = this.o;
    const next = new Map<string, Intention>();
    for (const { key, value, version } of this.copy.under(intentionPrefix)) {
      next.set(key.slice(intentionPrefix.length), { action: value, revision: version });
    }
    for (const [pair, held] of this.held) {
      if (!rules.replaces(held, next.get(pair) ?? null)) next.set(pair, held);
    }
    this.held = next;
  }

  private tell(source: string, service: string, d: Decision, { ttlUs }: IntentionsConfig): void {
    const text = `${d.isAllowed ? 'allowed' : 'denied'} by ${d.because} ${d.revision}`;
    const last = this.told.get(source);
    const { nowUs } = this.io;
    const isSame = last?.text === text;
    if (isSame && (d.isAllowed || nowUs - last.atUs < tellUs)) return;
    this.told.set(source, { text, atUs: nowUs });
    this.io.observe({ kind: 'intention', source, ...d });
    if (isSame) return;
    const { isAllowed, revision, because } = d;
    this.book.issue(
      {
        kind: 'authorization',
        subject: `${source} → ${service}`,
        scope: 'client-service',
        binding: `${because}, revision ${revision}`,
        value: { isAllowed, revision },
        lifetimeUs: ttlUs,
        freshness: 'bounded-stale',
        staleUsMax: Math.max(0, nowUs - this.copy.confirmedUs),
      },
      true,
    );
  }
}
