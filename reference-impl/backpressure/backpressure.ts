/**
 * The caller's half of backpressure (R5): whoever was refused stays away for as long as it was asked to, and
 * calls go past instances that said SLOW_DOWN while others have room.
 *
 * What cannot be sent to anybody is refused at the caller, at once: a refusal that costs the overloaded
 * instance nothing.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { Signal } from '../agent/wire.ts';
import type { PressureConfig } from './config.ts';
import type { PressureRules } from './rules.ts';

export class Backpressure implements Part {
  private readonly config: PressureConfig | null;
  private readonly rules: PressureRules;
  private readonly heldOffUs = new Map<NodeId, number>();
  private readonly slowUs = new Map<NodeId, number>();

  constructor(config: PressureConfig | null, rules: PressureRules) {
    this.config = config;
    this.rules = rules;
  }

  /** What an instance said with an answer. */
  heard(instance: NodeId, signal: Signal | undefined, retryAfterUs: number, nowUs: number): void {
    if (this.config === null || signal === undefined || signal === 'ok') return;
    if (signal === 'slow-down') this.slowUs.set(instance, nowUs + this.config.slowForUs);
    else {
      // Of several refusals the one that asks for most.
      const untilUs = this.rules.heldOffUntilUs(nowUs, retryAfterUs);
      this.heldOffUs.set(instance, Math.max(untilUs, this.heldOffUs.get(instance) ?? 0));
    }
  }

  /** Those of `instances` that may be asked now; none: all want to be left alone. */
  usable(instances: readonly NodeId[], nowUs: number): readonly NodeId[] {
    if (this.config === null || this.heldOffUs.size + this.slowUs.size === 0) return instances;
    const free = instances.filter((i) => this.rules.maySend(nowUs, this.heldOffUs.get(i) ?? 0));
    const quick = free.filter((i) => nowUs >= (this.slowUs.get(i) ?? 0));
    return quick.length > 0 ? quick : free;
  }
}
