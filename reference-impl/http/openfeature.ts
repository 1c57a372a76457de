/**
 * A provider of flags for OpenFeature's SDK for servers in Node, unmodified: `antlion/openfeature`.
 *
 * It keeps the rules of all flags of a cluster: a watch brings changes at once, and a linearizable list every few
 * seconds says that they still hold. Evaluation is local. Rules that nobody confirmed for too long are
 * used no more: every flag is then what it is when it is off, with the reason `STALE`.
 *
 * ```js
 * import { OpenFeature } from '@openfeature/server-sdk';
 * import { antlionProvider } from 'antlion/openfeature';
 *
 * await OpenFeature.setProviderAndWait(antlionProvider({ urls: ['http://127.0.0.1:8500'] }));
 * const isNew = await OpenFeature.getClient().getBooleanValue('new-checkout', false, { targetingKey: 'ana' });
 * ```
 */
import type { Json } from '../../harness/core/host.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import { withSignal } from '../../harness/host/signals.ts';
import { flagPrefix } from '../flags/config.ts';
import { evaluate, readFlag } from '../flags/flag.ts';
import type { Flag } from '../flags/definition.ts';
import type { Attributes, Reason } from '../flags/flag.ts';
import { flagRules } from '../flags/rules.ts';
import { Listeners } from './openfeature-events.ts';
import { dataOf, type ServerSentEvent } from './server-sent-events.ts';

export interface ProviderOptions {
  /** Of nodes of the cluster; one that does not answer is followed by the next. */
  readonly urls: readonly string[];
  /** Rules that were not confirmed for so long are not used, ms; 60,000 by default. */
  readonly staleMsMax?: number;
  /** They are confirmed this often, ms; 3,000 by default. */
  readonly refreshMs?: number;
  /** By which nodes are asked, for who goes through a proxy; Node's own by default. */
  readonly fetch?: typeof fetch;
}

/** What the SDK is told of one evaluation. */
export interface Resolution<T> {
  readonly value: T;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: never;
  readonly errorMessage?: string;
  readonly flagMetadata?: Readonly<Record<string, string | number>>;
}

/** As the SDK hands it on; it holds dates and nested values as well. */
type Context = Readonly<Record<string, unknown>> & { readonly targetingKey?: string };

interface Listed {
  readonly entries: readonly {
    readonly key: string;
    readonly value: Json;
    readonly version: number;
  }[];
  readonly revision: number;
}

interface Changed {
  readonly revision: number;
  readonly changes: readonly { readonly key: string; readonly value?: Json }[];
}

const reasons: Readonly<Record<Reason, string>> = {
  off: 'DISABLED',
  stale: 'STALE',
  floor: 'DISABLED',
  segment: 'TARGETING_MATCH',
  split: 'SPLIT',
};

/** Throws E_CONFIG when no URL is given. */
export function antlionProvider(options: ProviderOptions): AntlionProvider {
  if (options.urls.length > 0) return new AntlionProvider(options);
  throw new HarnessError(
    'E_CONFIG',
    'urls is empty, wanted those of one node or more. Pass { urls: ["http://127.0.0.1:8500"] }.',
  );
}

export class AntlionProvider {
  readonly metadata = { name: 'antlion' } as const;
  readonly runsOn = 'server' as const;
  readonly events = new Listeners();
  private readonly o: Required<ProviderOptions>;
  private readonly ending = new AbortController();
  private readonly flags = new Map<string, Flag>();
  private turn = 0;
  private revision = -1;
  /** By this process's clock, when the list was asked for that last confirmed the rules. */
  private confirmedMs = -Infinity;
  private isToldStale = false;

  constructor(options: ProviderOptions) {
    this.o = { staleMsMax: 60_000, refreshMs: 3_000, fetch, ...options };
  }

  /** Resolves when the rules are there; rejects when no node answered. Goes on in the background. */
  async initialize(): Promise<void> {
    let failed: unknown;
    for (let i = 0; i < this.o.urls.length && this.revision < 0; i++) {
      await this.load().catch((e: unknown) => (failed = e));
    }
    // Rules may come later: until then every evaluation gets its default.
    void this.refreshing();
    void this.following();
    if (this.revision < 0) throw new Error('no node of the cluster answered', { cause: failed });
  }

  onClose(): Promise<void> {
    this.ending.abort();
    return Promise.resolve();
  }

  resolveBooleanEvaluation(
    flag: string,
    usual: boolean,
    context: Context,
  ): Promise<Resolution<boolean>> {
    return this.resolve(flag, usual, context);
  }

  resolveStringEvaluation(
    flag: string,
    usual: string,
    context: Context,
  ): Promise<Resolution<string>> {
    return this.resolve(flag, usual, context);
  }

  resolveNumberEvaluation(
    flag: string,
    usual: number,
    context: Context,
  ): Promise<Resolution<number>> {
    return this.resolve(flag, usual, context);
  }

  resolveObjectEvaluation<T>(flag: string, usual: T, context: Context): Promise<Resolution<T>> {
    return this.resolve(flag, usual, context);
  }

  private resolve<T>(name: string, usual: T, context: Context): Promise<Resolution<T>> {
    const error = (errorCode: string, errorMessage: string): Promise<Resolution<T>> => {
      // The SDK has an enumeration of its own for these texts.
      const code = errorCode as unknown as never;
      return Promise.resolve({ value: usual, reason: 'ERROR', errorCode: code, errorMessage });
    };
    if (this.revision < 0) return error('PROVIDER_NOT_READY', 'no rules were loaded yet');
    const flag = this.flags.get(name);
    if (flag === undefined) return error('FLAG_NOT_FOUND', `no flag ${name}`);
    const { targetingKey, ...attributes } = context;
    const age = performance.now() - this.confirmedMs;
    const isStale = flagRules.isStale(age, this.o.staleMsMax);
    const found = evaluate(flag, targetingKey ?? '', attributes as Attributes, isStale, flagRules);
    if (found.reason === 'split' && targetingKey === undefined) {
      return error('TARGETING_KEY_MISSING', `${name} is split by users: pass a targetingKey`);
    }
    const { variant, version, segment } = found;
    const value = found.value as T;
    if (typeof value !== typeof usual) {
      return error('TYPE_MISMATCH', `${name} is ${JSON.stringify(value)}`);
    }
    const flagMetadata = { version, ...(segment !== undefined && { segment }) };
    return Promise.resolve({ value, variant, reason: reasons[found.reason], flagMetadata });
  }

  /** All rules as they are now. */
  private async load(): Promise<void> {
    const askedMs = performance.now();
    const url = `${this.url}/kv?prefix=${encodeURIComponent(flagPrefix)}&limit=10000`;
    try {
      const { entries, revision } = await withSignal(
        [this.ending.signal],
        this.o.refreshMs,
        (signal) => this.listed(url, signal),
      );
      // A node that is behind another cannot undo what is known.
      if (revision < this.revision) return;
      const keys = new Set(entries.map((e) => e.key));
      const gone = [...this.flags.keys()].filter((name) => !keys.has(flagPrefix + name));
      const news = entries.filter((e) => this.set(e.key, e.value, e.version));
      for (const name of gone) this.flags.delete(name);
      this.took(revision, [...news.map((e) => e.key.slice(flagPrefix.length)), ...gone]);
      this.confirmedMs = askedMs;
    } catch (e) {
      this.turn += 1;
      throw e;
    }
  }

  private async refreshing(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await pause(this.o.refreshMs, signal);
      if (!signal.aborted) await this.load().catch(() => null);
      this.tellStale();
    }
  }

  /** Changes as they come, from one node as long as it lasts. */
  private async following(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      const url = `${this.url}/watch/kv?prefix=${encodeURIComponent(flagPrefix)}&after=${Math.max(0, this.revision)}`;
      try {
        const answer = await this.o.fetch(url, { signal });
        if (answer.ok && answer.body !== null) {
          for await (const event of dataOf(answer.body)) this.told(event);
        }
      } catch {
        // Lost, or nobody there: the list brings what was missed.
      }
      this.turn += 1;
      await pause(this.o.refreshMs / 10, signal);
    }
  }

  private told({ event, data }: ServerSentEvent): void {
    if (event !== 'change') return;
    const { revision, changes } = JSON.parse(data) as Changed;
    if (revision <= this.revision) return;
    const news = changes.filter(({ key, value }) => this.set(key, value ?? null, revision));
    this.took(
      revision,
      news.map(({ key }) => key.slice(flagPrefix.length)),
    );
  }

  /** Is that news? A flag whose rules make no sense is none. */
  private set(key: string, value: Json, version: number): boolean {
    const name = key.slice(flagPrefix.length);
    const known = this.flags.get(name);
    if (known?.version === version) return false;
    const flag = value === null ? null : readFlag(name, value, version);
    if (flag === null) return this.flags.delete(name);
    this.flags.set(name, flag);
    return true;
  }

  private took(revision: number, flagsChanged: string[]): void {
    const isFirst = this.revision < 0;
    this.revision = revision;
    if (!isFirst && flagsChanged.length > 0) {
      this.events.emit('PROVIDER_CONFIGURATION_CHANGED', { flagsChanged });
    }
  }

  private tellStale(): void {
    const isStale = performance.now() - this.confirmedMs >= this.o.staleMsMax;
    if (isStale === this.isToldStale) return;
    this.isToldStale = isStale;
    this.events.emit(isStale ? 'PROVIDER_STALE' : 'PROVIDER_READY', {
      message: isStale ? 'rules are too old: every flag is off' : 'rules are confirmed again',
    });
  }

  private async listed(url: string, signal: AbortSignal): Promise<Listed> {
    const answer = await this.o.fetch(url, { signal });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return (await answer.json()) as Listed;
  }

  private get url(): string {
    return this.o.urls[this.turn % this.o.urls.length]?.replace(/\/$/, '') ?? '';
  }
}

/** Nobody's process stays up for this. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    signal.addEventListener('abort', end);
  });
}
