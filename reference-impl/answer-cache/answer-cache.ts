/**
 * Answers of dependencies, kept by their key (R6): served while they are fresh, and in the place of a call that failed,
 * with their age. However many want the same at once, one call goes out for all of them: who has lost its cache would
 * otherwise send its dependency everything that the cache kept away, and get nothing back in time to fill it again.
 *
 * Sits between whoever calls and the retries. Where a story asks for no cache, or a call has no key, it is not there.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout, CallResult } from '../agent/wire.ts';
import type { Retries } from '../retries/retries.ts';
import type { AnswerCacheConfig } from './config.ts';
import type { KeptObservation } from './observations.ts';
import type { AnswerCacheRules } from './rules.ts';

interface Kept {
  readonly instance: NodeId | null;
  readonly fallbacks: number;
  readonly sinceUs: number;
  readonly cutUs: number;
}

type Done = (r: CallResult) => void;

export class AnswerCache implements Part {
  private readonly io: HandlerContext;
  private readonly retries: Retries;
  private readonly config: AnswerCacheConfig | null;
  private readonly rules: AnswerCacheRules;
  private readonly kept = new Map<string, Kept>();
  /** Who waits for the answer to one call. */
  private readonly waiting = new Map<string, Done[]>();

  constructor(
    io: HandlerContext,
    retries: Retries,
    config: AnswerCacheConfig | null,
    rules: AnswerCacheRules,
  ) {
    this.io = io;
    this.retries = retries;
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  /** As `Retries.call`; `done` is called once. */
  call(service: string, deadlineUs: number, done: Done, about: CallAbout): void {
    const { config, rules } = this;
    const key = about.affinity;
    if (config === null || key === undefined) {
      return this.retries.call(service, deadlineUs, done, about);
    }
    const id = rules.idOf(service, key);
    const known = this.kept.get(id);
    if (known !== undefined) {
      const ageUs = this.io.nowUs - known.sinceUs;
      if (rules.isFresh(ageUs, known.cutUs, config)) {
        return this.serve(known, { service, key, why: 'fresh', ageUs }, done);
      }
    }
    const others = this.waiting.get(id);
    // Whoever has less time than the call gives up with it: all of them are as patient as each other.
    if (others !== undefined && rules.joins(config)) return void others.push(done);
    const waiting = [done];
    if (others === undefined) this.waiting.set(id, waiting);
    const askedUs = this.io.nowUs;
    this.retries.call(
      service,
      deadlineUs,
      (r) => {
        if (this.waiting.get(id) === waiting) this.waiting.delete(id);
        if (r.outcome === 'ok') this.keep(id, r, askedUs, config);
        for (const d of waiting) this.answered(r, service, key, d, config);
      },
      about,
    );
  }

  private answered(
    r: CallResult,
    service: string,
    key: string,
    done: Done,
    config: AnswerCacheConfig,
  ): void {
    const known = this.kept.get(this.rules.idOf(service, key));
    if (r.outcome === 'ok' || known === undefined) return done(r);
    const ageUs = this.io.nowUs - known.sinceUs;
    if (!this.rules.mayStandIn(ageUs, config)) return done(r);
    this.serve(known, { service, key, why: 'stands-in', ageUs }, done);
  }

  private serve(
    { instance, fallbacks }: Kept,
    said: Pick<KeptObservation, 'service' | 'key' | 'why' | 'ageUs'>,
    done: Done,
  ): void {
    this.io.observe({ kind: 'kept', ...said, atUs: this.io.nowUs });
    done({ outcome: 'ok', instance, fallbacks, error: '', retryAfterUs: 0 });
  }

  private keep(
    id: string,
    { instance, fallbacks }: CallResult,
    askedUs: number,
    { freshUs, jitterPermille, keptMax }: AnswerCacheConfig,
  ): void {
    const cutUs = this.io.random(Math.floor((freshUs * jitterPermille) / 1_000) + 1);
    this.kept.delete(id);
    this.kept.set(id, {
      instance,
      fallbacks,
      sinceUs: this.rules.since(askedUs, this.io.nowUs),
      cutUs,
    });
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptMax && oldest !== undefined) this.kept.delete(oldest);
  }
}
