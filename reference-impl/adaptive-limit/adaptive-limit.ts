/**
 * A limit on the calls of one service that finds itself (R4): as many as the service works on, and no queue.
 *
 * It is the size of a bulkhead's pool, measured instead of set. By Little's law as many calls are at work as
 * rate × time; time is what a call takes when nobody waits, which the first calls show, and from time to
 * time some windows with half of the limit.
 */
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { AdaptiveConfig } from './config.ts';
import type { AdaptiveRules, Window } from './rules.ts';

/** The rate is that of so many windows: a single one of 100 calls is 3 % off. */
const windowsKept = 5;
/** Calls that show what one takes when nobody waits: as their times vary by some 30 %, 1.7 % off. */
const quietCalls = 300;
/** The same when it is measured anew: 3 % off, of which a quarter counts. More: half of the limit for longer. */
const probeCalls = 100;
/** Windows of a probe; the first empties the queue. */
const probeWindows = 2;

/** How a call went. */
export interface Ended {
  readonly sentUs: number;
  readonly tookUs: number;
  readonly isAnswered: boolean;
  /** Calls out when it was sent, it among them. */
  readonly out: number;
}

interface Pool {
  limit: number;
  quietUs: number;
  beganUs: number;
  calls: number;
  sumUs: number;
  hasLost: boolean;
  isUsed: boolean;
  last: { readonly calls: number; readonly sumUs: number; readonly lengthUs: number }[];
  /** The limit fell: what ends in this window was sent before, and must not let it fall twice (as TCP, once a round trip). */
  isSettling: boolean;
  probeAtUs: number;
  /** Windows that are left of the probe; 0: none is on. */
  probing: number;
}

export class AdaptiveLimit implements Part {
  private readonly io: HandlerContext;
  private readonly config: AdaptiveConfig | null;
  private readonly rules: AdaptiveRules;
  private readonly pools = new Map<string, Pool>();

  constructor(io: HandlerContext, config: AdaptiveConfig | null, rules: AdaptiveRules) {
    this.io = io;
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  /** Calls of this pool that may be out; null: nobody asked for limits. */
  of(pool: string): number | null {
    const { config } = this;
    if (config === null) return null;
    const p = this.pool(pool, config);
    return Math.max(1, Math.floor(p.probing > 0 ? p.limit / 2 : p.limit));
  }

  /** A call of this pool ended. */
  ended(pool: string, call: Ended): void {
    const { config } = this;
    if (config === null) return;
    const p = this.pool(pool, config);
    // Who waited so long on this side that its caller gives up says nothing of the service.
    if (!call.isAnswered && call.tookUs < 2 * p.quietUs) return;
    p.calls += 1;
    p.sumUs += call.tookUs;
    if (!call.isAnswered) p.hasLost = true;
    if (call.out >= Math.floor(p.limit)) p.isUsed = true;
    const { nowUs } = this.io;
    if (nowUs - p.beganUs < config.windowUs || p.calls < callsWanted(p, config)) return;
    this.window(p, config);
  }

  private window(p: Pool, config: AdaptiveConfig): void {
    const { nowUs } = this.io;
    const tookUs = p.sumUs / p.calls;
    if (p.quietUs === 0) p.quietUs = this.rules.quietUs(0, tookUs);
    else if (p.probing > 0) this.probed(p, tookUs);
    else if (p.isSettling) p.isSettling = false;
    else {
      p.last.push({ calls: p.calls, sumUs: p.sumUs, lengthUs: nowUs - p.beganUs });
      if (p.last.length > windowsKept) p.last.shift();
      const next = this.rules.next(windowOf(p, tookUs), config);
      p.isSettling = next < p.limit * 0.75;
      p.limit = Math.min(config.most, Math.max(1, next));
      if (nowUs >= p.probeAtUs) {
        p.probing = probeWindows;
        p.probeAtUs = nowUs + config.probeUs;
      }
    }
    Object.assign(p, { beganUs: nowUs, calls: 0, sumUs: 0, hasLost: false, isUsed: false });
  }

  private probed(p: Pool, tookUs: number): void {
    p.probing -= 1;
    // What was sent before is still in the first windows.
    if (p.probing === 0) p.quietUs = this.rules.quietUs(p.quietUs, tookUs);
  }

  private pool(name: string, config: AdaptiveConfig): Pool {
    let p = this.pools.get(name);
    if (p === undefined) {
      const { nowUs } = this.io;
      p = {
        limit: config.initial,
        quietUs: 0,
        beganUs: nowUs,
        calls: 0,
        sumUs: 0,
        hasLost: false,
        isUsed: false,
        last: [],
        isSettling: false,
        probeAtUs: nowUs + config.probeUs,
        probing: 0,
      };
      this.pools.set(name, p);
    }
    return p;
  }
}

/** Calls that this window wants before it says anything. */
function callsWanted({ quietUs, probing }: Pool, { callsMin }: AdaptiveConfig): number {
  if (quietUs === 0) return quietCalls;
  return probing === 1 ? probeCalls : callsMin;
}

/** What this window and the last ones have shown. */
function windowOf({ last, limit, quietUs, hasLost, isUsed }: Pool, tookUs: number): Window {
  const calls = last.reduce((sum, w) => sum + w.calls, 0);
  const lengthUs = last.reduce((sum, w) => sum + w.lengthUs, 0);
  const recentUs = last.reduce((sum, w) => sum + w.sumUs, 0) / calls;
  return { limit, quietUs, tookUs, perSecond: (calls * 1e6) / lengthUs, recentUs, hasLost, isUsed };
}
