/**
 * This node's copy of the configuration (requirement C1): every key that begins with `config/`.
 *
 * A server's store states the same from its applied log; there the copy is silent, so that one node
 * does not speak with two voices.
 */
import type { Call, Description, Json } from '../../harness/core/host.ts';
import { secondsUs } from '../../harness/core/duration.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Policy } from '../config.ts';
import { Digest, hashOfKey } from '../store/digest.ts';
import { configPrefix } from '../store/protocol.ts';
import type { KeyValue, StoreAnswer, WatchEvent } from '../store/answered.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

/** What a copy decides; a mutant overrides it. */
export interface ConfigRules {
  /** Is `value` taken where `held` is what the copy has (null: nothing)? */
  mayReplace(held: Json, value: Json): boolean;
  /** Is whoever goes by the copy told that a key is now `value`, `sinceUs` after it was last told of one? */
  isTold(value: Json, sinceUs: number): boolean;
  /** Of which revision is what is served said to be? `version` is its own, `copy` that of all, `last` what was said before. */
  revisionTold(f: {
    readonly version: number;
    readonly copy: number;
    readonly last: number;
  }): number;
}

export const configRules: ConfigRules = {
  mayReplace: () => true,
  isTold: () => true,
  revisionTold: ({ version }) => version,
};

export interface ConfigCopyOptions {
  readonly rules: ConfigRules;
  readonly policy: Policy;
  /** A workload client has no configuration, unless a part of it keeps one. */
  readonly isKept: boolean;
  readonly isSilent: boolean;
}

/** The first load is given so long; the next refresh tries again. */
const loadUs = secondsUs(1);

export class ConfigCopy implements Part {
  private readonly io: HandlerContext;
  private readonly book: EvidenceBook;
  private readonly o: ConfigCopyOptions;
  readonly subscription: Subscription;
  private readonly values = new Map<string, { readonly value: Json; readonly version: number }>();
  private readonly digest = new Digest();
  private readonly listeners: (() => void)[] = [];
  private isKept: boolean;
  private observedUs = -1;
  private toldUs = -Infinity;
  /** By key: the revision that was served last. */
  private readonly served = new Map<string, number>();

  constructor(
    io: HandlerContext,
    subscriptions: Subscriptions,
    book: EvidenceBook,
    options: ConfigCopyOptions,
  ) {
    this.io = io;
    this.book = book;
    this.o = options;
    this.isKept = options.isKept;
    this.subscription = subscriptions.open({
      scope: 'kv',
      prefix: configPrefix,
      load: { f: 'list', prefix: configPrefix, consistency: 'default' },
      loaded: (answer) => this.loaded(answer),
      confirmed: () => this.confirmed(),
      changed: (events) => this.took(events),
      digest: () => this.digest.value,
    });
  }

  start(): void {
    this.subscription.start();
  }

  refresh(deadlineUs: number): void {
    if (this.isKept) this.subscription.refresh(deadlineUs);
  }

  /** There is a use for a copy here. To be called before the start. */
  keep(): void {
    this.isKept = true;
  }

  /** A client that is asked keeps a copy from then on, and serves what it has. */
  serve({ key }: Call, done: (o: Outcome) => void): void {
    this.keep();
    if (!this.subscription.isLoaded) {
      this.subscription.refresh(this.io.nowUs + loadUs);
      return done({ type: 'fail', error: 'nothing is loaded yet' });
    }
    const { value = null, version = 0 } = this.values.get(`${configPrefix}${key}`) ?? {};
    const last = this.served.get(key) ?? version;
    const copy = this.subscription.revision;
    const revision = this.o.rules.revisionTold({ version, copy, last });
    this.served.set(key, revision);
    done({ type: 'ok', value: { revision, value } });
  }

  /** `changed` is called when the copy is complete up to another revision, with all of it in place. */
  listen(changed: () => void): void {
    this.listeners.push(changed);
  }

  get revision(): number {
    return this.subscription.revision;
  }

  /** When the leader last confirmed it. */
  get confirmedUs(): number {
    return this.subscription.confirmedUs;
  }

  /** Those that begin so, in no order. */
  *under(prefix: string): Generator<KeyValue> {
    for (const [key, held] of this.values) if (key.startsWith(prefix)) yield { key, ...held };
  }

  /** For people. */
  entries(): Record<string, Json> {
    return Object.fromEntries([...this.values].map(([key, { value }]) => [key, value]));
  }

  describe(): Description {
    if (!this.isKept || this.o.isSilent) return {};
    const newest = [...this.values.values()].reduce((n, { version }) => Math.max(n, version), 0);
    return newest === 0 ? {} : { configuration: `${this.values.size} keys, newest ${newest}` };
  }

  private loaded(answer: StoreAnswer): void {
    if (answer.type !== 'entries') return;
    const gone = new Set(this.values.keys());
    for (const e of answer.entries) {
      gone.delete(e.key);
      this.set(e.key, e.value, e.version);
    }
    for (const key of gone) this.set(key, null, answer.revision);
    this.tell();
  }

  private took(events: readonly WatchEvent[]): void {
    for (const e of events) if (e.scope === 'kv') this.set(e.key, e.value, e.revision);
    this.tell();
  }

  private tell(): void {
    for (const changed of this.listeners) changed();
  }

  private set(key: string, value: Json, revision: number): void {
    const held = this.values.get(key) ?? { value: null, version: 0 };
    if (!this.o.rules.mayReplace(held.value, value)) return;
    if (held.version !== 0) this.digest.remove(hashOfKey(key, held.value, held.version));
    if (value === null) this.values.delete(key);
    else {
      this.values.set(key, { value, version: revision });
      this.digest.add(hashOfKey(key, value, revision));
    }
    const isSame = JSON.stringify(held.value) === JSON.stringify(value);
    if (isSame || this.o.isSilent) return;
    if (!this.o.rules.isTold(value, this.io.nowUs - this.toldUs)) return;
    this.toldUs = this.io.nowUs;
    const text = value === null || typeof value === 'string' ? value : JSON.stringify(value);
    this.io.observe({ kind: 'config', key, value: text, revision });
  }

  /** Evidence that the copy is current, observed three times in the life of one. */
  private confirmed(): void {
    const lifetimeUs = this.o.policy.mode.propagationUs;
    const isDue = this.observedUs < 0 || this.io.nowUs - this.observedUs >= lifetimeUs / 3;
    if (isDue) this.observedUs = this.io.nowUs;
    const revision = this.subscription.revision;
    this.book.issue(
      {
        kind: 'config',
        subject: configPrefix,
        scope: 'instance',
        binding: `revision ${revision}`,
        value: { revision, keys: this.values.size },
        lifetimeUs,
        freshness: 'bounded-stale',
        staleUsMax: this.io.nowUs - this.subscription.confirmedUs,
      },
      isDue,
      this.subscription.confirmedUs,
    );
  }
}
