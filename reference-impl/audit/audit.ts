/**
 * Audited settings (C3): each change of a key and its entry in the chain are one transaction, on condition that
 * neither key, role nor the end of the chain has changed since they were read. Overrides end by
 * themselves: every server counts from when it saw one, and the first whose time is up removes it.
 */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { ConfigCopy } from '../config-copy/config-copy.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { Mode, RecoveryStep } from '../mode/matrix.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { KeyValue, StoreAnswer } from '../store/answered.ts';
import type { TxnOp } from '../store/asked.ts';
import { entryKey, entryPrefix, headKey, overridePrefix, rolePrefix } from './config.ts';
import type { AuditConfig } from './config.ts';
import { hashedEntry } from './entry.ts';
import type { Entry } from './entry.ts';
import type { Act, AuditRules } from './rules.ts';

export interface AuditOptions {
  /** Null: off. */
  readonly config: AuditConfig | null;
  readonly rules: AuditRules;
  /** Does this agent end overrides? */
  readonly endsOverrides: boolean;
}

interface Change {
  readonly act: Act;
  readonly key: string;
  /** Null: removed. Of a roll-back it is what the key was after entry `to`. */
  readonly value: Json;
  readonly to: number | null;
  readonly who: string;
  readonly why: string;
  /** What else is changed with it, and must be so. */
  readonly also: readonly TxnOp[];
  /** Done only while the key has this version. */
  readonly version: number | null;
  readonly endsUs: number;
  readonly done: (o: Outcome) => void;
  tries: number;
}

interface Override {
  readonly key: string;
  readonly version: number;
  readonly seenUs: number;
  isEnding: boolean;
}

export class Audit implements Part {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly copy: ConfigCopy;
  private readonly book: EvidenceBook;
  private readonly o: AuditOptions;
  /** By their key in the store. */
  private readonly overrides = new Map<string, Override>();
  /** In Recovery, before any load comes back. */
  private isReconciling = false;

  constructor(
    io: HandlerContext,
    store: StoreClient,
    from: { readonly copy: ConfigCopy; readonly book: EvidenceBook },
    options: AuditOptions,
  ) {
    this.io = io;
    this.store = store;
    this.copy = from.copy;
    this.book = from.book;
    this.o = options;
    if (options.config !== null && options.endsOverrides) from.copy.listen(() => this.look());
  }

  /** Operations `set-setting`, `override` and `roll-back`: `{ value, who, why, to }`. */
  asked(act: Act, { key, value }: Call, done: (o: Outcome) => void): void {
    if (this.o.config === null) return done({ type: 'fail', error: 'nothing is audited here' });
    const fields = (value ?? {}) as Readonly<Record<string, Json | undefined>>;
    const { who, why, to = null } = fields;
    const isWhole = typeof who === 'string' && typeof why === 'string' && key.startsWith('config/');
    if (!isWhole || (act === 'roll-back' && typeof to !== 'number')) {
      return done({ type: 'fail', error: 'bad-request: wanted { value, who, why }' });
    }
    this.read({
      act,
      key,
      value: fields['value'] ?? null,
      to: typeof to === 'number' ? to : null,
      who,
      why,
      also: [],
      version: null,
      endsUs: this.store.operationEndsUs,
      done,
      tries: 0,
    });
  }

  /** An operation: the whole chain. */
  log(_: Call, done: (o: Outcome) => void): void {
    if (!this.store.hasRoomForCalls) return done({ type: 'fail', error: 'busy' });
    const op = { f: 'list', prefix: entryPrefix, consistency: 'consistent' } as const;
    this.store.request(op, this.store.operationEndsUs, (answer, node) => {
      if (answer?.type !== 'entries') return done({ type: 'info', error: 'no answer in time' });
      done({ type: 'ok', value: answer.entries.map((e) => e.value), node });
    });
  }

  setMode(mode: Mode): void {
    this.isReconciling = mode === 'recovery';
    if (this.isReconciling && this.overrides.size > 0) this.io.wakeBy(this.io.nowUs);
  }

  setStep({ proof }: RecoveryStep): void {
    if (proof === 'lasted' || proof === 'stable') this.isReconciling = false;
  }

  tick(): number {
    const { config, rules } = this.o;
    if (config === null) return never;
    let nextUs = never;
    for (const [marker, o] of this.overrides) {
      if (o.isEnding) continue;
      const ageUs = this.io.nowUs - o.seenUs;
      const isCleaned = this.isReconciling && rules.endsInRecovery();
      if (isCleaned || rules.hasExpired(ageUs, config.overrideUs)) this.end(marker, o);
      else if (ageUs < config.overrideUs) nextUs = Math.min(nextUs, o.seenUs + config.overrideUs);
    }
    return nextUs;
  }

  private look(): void {
    const there = new Set<string>();
    for (const { key, value, version } of this.copy.under(overridePrefix)) {
      there.add(key);
      if (this.overrides.has(key)) continue;
      const of = String(value);
      this.overrides.set(key, { key: of, version, seenUs: this.io.nowUs, isEnding: false });
      const inUs = this.isReconciling ? 0 : (this.o.config as AuditConfig).overrideUs;
      this.io.wakeBy(this.io.nowUs + inUs);
    }
    for (const key of this.overrides.keys()) if (!there.has(key)) this.overrides.delete(key);
  }

  private end(marker: string, o: Override): void {
    o.isEnding = true;
    const again = (): void => {
      // Asked again at the next beat of the agent, if it is still there.
      o.isEnding = false;
      this.io.wakeBy(this.io.nowUs + retryUs);
    };
    this.read({
      act: 'expire',
      key: o.key,
      value: null,
      to: null,
      who: 'expiry',
      why: marker,
      also: [{ op: 'delete', key: marker }],
      // Whoever changed the key since has ended the override: then the mark alone is removed.
      version: o.version,
      endsUs: this.store.operationEndsUs,
      done: ({ type }) => {
        if (type === 'fail') this.unmark(marker, again);
        else if (type === 'info') again();
      },
      tries: 0,
    });
  }

  private unmark(marker: string, failed: () => void): void {
    if (!this.store.hasRoom) return failed();
    const op = { f: 'delete', key: marker } as const;
    this.store.request(op, this.store.operationEndsUs, (answer) => {
      if (answer?.type !== 'done') failed();
    });
  }

  private read(c: Change): void {
    if (!this.store.hasRoom) return c.done({ type: 'fail', error: 'busy' });
    const keys = [headKey, c.key, rolePrefix + c.who, entryKey(c.to ?? 0)];
    const then = keys.map((key): TxnOp => ({ op: 'get', key }));
    this.store.request({ f: 'txn', compare: [], then, else: [] }, c.endsUs, (answer) => {
      if (answer?.type !== 'txn') return c.done(ended(answer));
      this.write(c, answer.results);
    });
  }

  private write(c: Change, [head, now, role, then]: readonly KeyValue[]): void {
    const { rules, config } = this.o;
    const inRole = typeof role?.value === 'string' ? role.value : null;
    if (!rules.mayDo(c.act, inRole)) return c.done({ type: 'fail', error: 'not-authorised' });
    if (c.version !== null && c.version !== now?.version) {
      return c.done({ type: 'fail', error: 'others have changed it since' });
    }
    const back = then?.value as Entry | null | undefined;
    if (c.act === 'roll-back' && back?.key !== c.key) {
      return c.done({ type: 'fail', error: `bad-request: entry ${c.to} is not of ${c.key}` });
    }
    const last = (head?.value ?? { n: 0, hash: '' }) as {
      readonly n: number;
      readonly hash: string;
    };
    const entry = hashedEntry({
      n: last.n + 1,
      act: c.act,
      who: c.who,
      why: c.why,
      key: c.key,
      before: now?.value ?? null,
      after: c.act === 'roll-back' ? (back?.after ?? null) : c.value,
      atUs: this.io.nowUs,
      previous: last.hash,
    });
    const compare = rules.guards([
      { key: headKey, version: head?.version ?? 0 },
      { key: c.key, version: now?.version ?? 0 },
      ...(c.act === 'expire' ? [] : [{ key: rolePrefix + c.who, value: inRole }]),
    ]);
    const ops = [...changesOf(entry, c), ...(rules.isAudited(c.act) ? written(entry) : [])];
    if (!this.store.hasRoom) return c.done({ type: 'fail', error: 'busy' });
    this.store.request({ f: 'txn', compare, then: ops, else: [] }, c.endsUs, (answer) => {
      if (answer?.type !== 'txn') return c.done(ended(answer));
      if (!answer.succeeded) return this.again(c, config as AuditConfig);
      this.tell(entry, answer.revision);
      c.done({ type: 'ok', value: entry.n, version: answer.revision });
    });
  }

  private again(c: Change, { triesMax }: AuditConfig): void {
    c.tries += 1;
    const isLate = c.tries >= triesMax || this.io.nowUs >= c.endsUs;
    // Of an override that is to end it must not be said that it needs no more.
    const type = c.act === 'expire' ? 'info' : 'fail';
    if (isLate) c.done({ type, error: 'others came before' });
    else this.read(c);
  }

  private tell({ act, key, who, n }: Entry, revision: number): void {
    if (act !== 'override') return;
    this.book.issue(
      {
        kind: 'override',
        subject: key,
        scope: 'global',
        binding: `entry ${n}, revision ${revision}`,
        value: { who, entry: n },
        lifetimeUs: (this.o.config as AuditConfig).overrideUs,
        freshness: 'fresh',
        staleUsMax: 0,
      },
      true,
    );
  }
}

const retryUs = 1_000_000;

function changesOf({ key, after, act, n }: Entry, { also }: Change): TxnOp[] {
  const change: TxnOp = after === null ? { op: 'delete', key } : { op: 'put', key, value: after };
  const marker = `${overridePrefix}${String(n).padStart(8, '0')}`;
  const mark: TxnOp[] = act === 'override' ? [{ op: 'put', key: marker, value: key }] : [];
  return [change, ...mark, ...also];
}

function written(entry: Entry): TxnOp[] {
  const { n, hash } = entry;
  return [
    { op: 'put', key: entryKey(n), value: { ...entry } },
    { op: 'put', key: headKey, value: { n, hash } },
  ];
}

function ended(answer: StoreAnswer | null): Outcome {
  if (answer?.type === 'error') return { type: 'fail', error: answer.error.code };
  return { type: 'info', error: 'no answer in time' };
}
