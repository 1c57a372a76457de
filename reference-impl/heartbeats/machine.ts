/**
 * Heartbeats to a few neighbours, and two detectors that listen to the same ones: a fixed time-out, and phi accrual
 * (Hayashibara, Défago, Yared, Katayama 2004), which waits for as long as the link has taught it to.
 */
import type { Call, Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { HeartbeatsConfig } from './config.ts';
import { LastIntervals } from './intervals.ts';
import type { HeartbeatObservation } from './observations.ts';
import type { HeartbeatRules } from './rules.ts';

export interface HeartbeatOptions {
  readonly self: NodeId;
  /** Nodes 0 … size-1 watch one another. */
  readonly size: number;
  readonly config: HeartbeatsConfig;
  readonly rules: HeartbeatRules;
}

export function createHeartbeats(options: HeartbeatOptions): Component {
  return new Heartbeats(options);
}

interface Beat extends Msg {
  readonly kind: 'beat';
  /** Drawn at each start, so that a restart is no interval. */
  readonly boot: number;
  readonly number: number;
}

interface Peer {
  readonly boot: number;
  number: number;
  lastUs: number;
  readonly intervals: LastIntervals;
  readonly suspected: Record<HeartbeatObservation['detector'], boolean>;
}

const timers = { beat: 1, check: 2 } as const;
const detectors = ['fixed', 'accrual'] as const;

class Heartbeats implements Component {
  private readonly o: HeartbeatOptions;
  private readonly watchers: readonly NodeId[];
  private readonly peers = new Map<NodeId, Peer>();
  private boot = 0;
  private number = 0;
  private checkedUs = 0;

  constructor(options: HeartbeatOptions) {
    this.o = options;
    const { self, size, config } = options;
    const count = Math.min(config.watchers, size - 1);
    this.watchers = Array.from({ length: count }, (_, i) => (self + i + 1) % size);
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.boot = w.random(2 ** 31);
    this.checkedUs = w.nowUs;
    fx.setTimer(timers.beat, w.random(this.o.config.everyUs));
    fx.setTimer(timers.check, this.o.config.checkUs);
  }

  durable(): void {}

  call(c: Call, _w: World, fx: Effects): void {
    const suspected = [...this.peers].flatMap(([id, p]) => (p.suspected.accrual ? [id] : []));
    fx.reply(c.id, { type: 'ok', value: { suspected } });
  }

  timer(kind: number, _arg: number, w: World, fx: Effects): void {
    if (kind === timers.check) return this.check(w.nowUs, fx);
    fx.setTimer(timers.beat, this.o.config.everyUs);
    this.number += 1;
    const m: Beat = { kind: 'beat', boot: this.boot, number: this.number };
    for (const to of this.watchers) fx.send(to, m);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const { boot, number } = m as Beat;
    const { nowUs } = w;
    const known = this.peers.get(from);
    if (known?.boot === boot) {
      // One that was overtaken, or repeated.
      if (number <= known.number) return;
      this.alive(from, known, nowUs, fx);
      known.intervals.add(nowUs - known.lastUs);
      known.lastUs = nowUs;
      known.number = number;
      return;
    }
    if (known !== undefined) this.alive(from, known, nowUs, fx);
    this.peers.set(from, {
      boot,
      number,
      lastUs: nowUs,
      intervals: known?.intervals ?? new LastIntervals(this.o.rules.counted(this.o.config.window)),
      suspected: { fixed: false, accrual: false },
    });
  }

  private check(nowUs: number, fx: Effects): void {
    const { config, rules } = this.o;
    fx.setTimer(timers.check, config.checkUs);
    const heldUpUs = rules.heldUpUs(nowUs - this.checkedUs, config.checkUs);
    this.checkedUs = nowUs;
    if (heldUpUs > 0) {
      // What came meanwhile waits behind this look: the next one judges.
      for (const p of this.peers.values()) p.lastUs += heldUpUs;
      return;
    }
    for (const [peer, p] of this.peers) {
      for (const detector of detectors) {
        const limitUs = this.limitUs(detector, p);
        const silentUs = nowUs - p.lastUs;
        if (p.suspected[detector] || silentUs <= limitUs) continue;
        p.suspected[detector] = true;
        fx.observe({ kind: 'heartbeat', detector, peer, isSuspected: true, silentUs, limitUs });
      }
    }
  }

  private alive(peer: NodeId, p: Peer, nowUs: number, fx: Effects): void {
    for (const detector of detectors) {
      if (!p.suspected[detector]) continue;
      p.suspected[detector] = false;
      const [silentUs, limitUs] = [nowUs - p.lastUs, this.limitUs(detector, p)];
      fx.observe({ kind: 'heartbeat', detector, peer, isSuspected: false, silentUs, limitUs });
    }
  }

  private limitUs(detector: HeartbeatObservation['detector'], { intervals }: Peer): number {
    const { config, rules } = this.o;
    return detector === 'fixed' ? config.fixedUs : rules.limitUs(intervals.seen, config);
  }
}
