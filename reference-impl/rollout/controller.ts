/**
 * The controllers of rollouts: one on each server, none of them elected. Each decides by what it was told, and
 * writes on condition that the rollout is still the one that it decided about: one of them succeeds.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import { rolloutPrefix } from './config.ts';
import type { RolloutConfig } from './config.ts';
import type { Rollout } from './definition.ts';
import type { RolloutReport } from './messages.ts';
import { steps } from './rules.ts';
import type { RolloutRules, Tally } from './rules.ts';

interface Followed {
  readonly rollout: Rollout;
  readonly revision: number;
  readonly seenUs: number;
  /** The latest of each instance. */
  readonly reports: Map<NodeId, RolloutReport>;
  isWriting: boolean;
}

export class Controller {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly book: EvidenceBook;
  private readonly config: RolloutConfig;
  private readonly rules: RolloutRules;
  private readonly followed = new Map<string, Followed>();

  constructor(
    io: HandlerContext,
    store: StoreClient,
    book: EvidenceBook,
    o: { readonly config: RolloutConfig; readonly rules: RolloutRules },
  ) {
    this.io = io;
    this.store = store;
    this.book = book;
    this.config = o.config;
    this.rules = o.rules;
  }

  changed(service: string, rollout: Rollout, revision: number): void {
    if (this.followed.get(service)?.revision === revision) return;
    const seenUs = this.io.nowUs;
    this.followed.set(service, { rollout, revision, seenUs, reports: new Map(), isWriting: false });
    this.io.wakeBy(seenUs + this.config.reportUs);
  }

  reported(from: NodeId, m: RolloutReport): void {
    const f = this.followed.get(m.service);
    if (f === undefined || f.revision !== m.revision) return;
    if ((f.reports.get(from)?.calls ?? -1) <= m.calls) f.reports.set(from, m);
  }

  tick(): number {
    let nextUs = never;
    for (const [service, f] of this.followed) {
      if (f.rollout.state === 'done' || f.rollout.step === 0) continue;
      if (!f.isWriting) this.decide(service, f);
      nextUs = Math.min(nextUs, this.io.nowUs + this.config.reportUs);
    }
    return nextUs;
  }

  private decide(service: string, f: Followed): void {
    const reports = [...f.reports.values()];
    const [now, control] = [true, false].map((isNew) =>
      sum(reports.filter((r) => r.isNew === isNew)),
    ) as [Tally, Tally];
    const { callsMin, stepUs } = this.config;
    if (now.calls < callsMin || control.calls < callsMin) return;
    const { rollout } = f;
    const isWorse = this.rules.hasMoreErrors(now, control) || this.rules.isSlower(now, control);
    if (isWorse && this.rules.mayReturn(rollout.state)) {
      return this.write(service, f, { ...rollout, step: rollout.step - 1, state: 'returning' });
    }
    const isTime = this.rules.isTime(this.io.nowUs - f.seenUs, stepUs);
    if (rollout.state !== 'rolling' || !isTime) return;
    const step = rollout.step + 1;
    this.write(service, f, { ...rollout, step, state: step === steps ? 'done' : 'rolling' });
  }

  private write(service: string, f: Followed, next: Rollout): void {
    if (!this.store.hasRoom) return;
    f.isWriting = true;
    const key = rolloutPrefix + service;
    const compare = [{ key, version: f.revision }];
    const then = [{ op: 'put', key, value: { ...next } }] as const;
    this.store.request(
      { f: 'txn', compare, then, else: [] },
      this.store.operationEndsUs,
      (answer) => {
        if (this.rules.isOver(answer !== null)) f.isWriting = false;
        if (answer?.type !== 'txn' || !answer.succeeded) return;
        const { step, state } = next;
        this.book.issue(
          {
            kind: 'rollout',
            subject: service,
            scope: 'cluster',
            binding: `revision ${answer.revision}`,
            value: { step, state },
            lifetimeUs: this.config.stepUs,
            freshness: 'fresh',
            staleUsMax: 0,
          },
          true,
        );
      },
    );
  }
}

function sum(of: readonly Tally[]): Tally {
  return {
    calls: of.reduce((n, t) => n + t.calls, 0),
    errors: of.reduce((n, t) => n + t.errors, 0),
    tookUs: of.flatMap((t) => t.tookUs),
  };
}
