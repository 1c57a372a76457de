/** Ejects instances whose calls fail in a row, one caller for itself, never more than a share of them (D8). */
import type { Description, NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallResult } from '../agent/wire.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { OutlierConfig } from './config.ts';
import type { OutlierRules } from './rules.ts';

interface Known {
  failures: number;
  /** Ejections of late; a call that goes well after one takes it back. */
  times: number;
  outUntilUs: number;
}

export class Outliers implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly config: OutlierConfig | null;
  private readonly rules: OutlierRules;
  private readonly services = new Map<string, Map<NodeId, Known>>();
  /** Of each service, who could be called last time. */
  private readonly listed = new Map<string, readonly NodeId[]>();

  constructor(io: HandlerContext, config: OutlierConfig | null, rules: OutlierRules) {
    this.io = io;
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  choose(service: string, instances: readonly NodeId[]): readonly NodeId[] {
    this.listed.set(service, instances);
    const known = this.services.get(service);
    if (known === undefined) return instances;
    const { nowUs } = this.io;
    return instances.filter((i) => {
      const isOut = nowUs < (known.get(i)?.outUntilUs ?? 0);
      return !this.rules.isSpared(isOut);
    });
  }

  ended(service: string, instance: NodeId, outcome: CallResult['outcome']): void {
    const { config } = this;
    if (config === null) return;
    const k = this.of(service, instance);
    k.failures = this.rules.inARow(k.failures, outcome === 'ok');
    if (outcome === 'ok') {
      if (this.io.nowUs >= k.outUntilUs) k.times = Math.max(0, k.times - 1);
      return;
    }
    if (k.failures >= config.failures) this.eject(service, instance, k, config);
  }

  describe(): Description {
    const { nowUs } = this.io;
    const out = [...this.services].flatMap(([service, known]) => {
      const ids = [...known].flatMap(([i, k]) => (nowUs < k.outUntilUs ? [i] : []));
      return ids.length === 0 ? [] : [[`${service} ejected`, ids] as const];
    });
    return Object.fromEntries(out);
  }

  private eject(service: string, instance: NodeId, k: Known, config: OutlierConfig): void {
    const { nowUs } = this.io;
    if (nowUs < k.outUntilUs) return;
    const listed = this.listed.get(service) ?? [];
    // Those that something else has taken off the list meanwhile count as well: they may be back before.
    const known = [...(this.services.get(service)?.values() ?? [])];
    const out = known.filter((other) => nowUs < other.outUntilUs).length;
    if (!this.rules.mayEject(out, listed.length, config.maxPermille)) return;
    k.times += 1;
    k.outUntilUs = nowUs + this.rules.outForUs(k.times, config.baseUs, config.timesMax);
    const { failures } = k;
    k.failures = 0;
    this.io.observe({
      kind: 'ejected',
      service,
      instance,
      sinceUs: nowUs,
      untilUs: k.outUntilUs,
      failures,
      size: listed.length,
      out: out + 1,
    });
  }

  private of(service: string, instance: NodeId): Known {
    let known = this.services.get(service);
    if (known === undefined) this.services.set(service, (known = new Map<NodeId, Known>()));
    let k = known.get(instance);
    if (k === undefined) known.set(instance, (k = { failures: 0, times: 0, outUntilUs: 0 }));
    return k;
  }
}
