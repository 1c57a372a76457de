/**
 * Wall clocks of members that load libfaketime: each looks into a file of its own, at every reading, for how far its
 * clock is to be ahead. Monotonic clocks and the times of files stay as they are.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeId } from '../core/host.ts';
import type { Skew } from '../host/clock.ts';
import type { NodeCounters, WallAhead } from '../host/control-protocol.ts';

interface State {
  readonly path: string;
  skew: Skew;
  /** When it was set, and what drifts had made of it before, µs. */
  sinceUs: number;
  driftedUs: number;
  /** Answers of this boot while it was to be wrong. */
  skewedReads: number;
  /** What the last answer showed since it was set. */
  last: WallAhead | null;
}

/**
 * A drift is steps of so long. The library has rates of its own, counted from when a process began: processes of one
 * member would be at odds.
 */
const stepMs = 20;
const answerMs = 2_000;
const whyRight =
  'its program does not heed libfaketime: linked statically, started without its environment, or asking the kernel itself';

export class MemberClocks implements Disposable {
  private readonly library: string;
  private readonly states: readonly State[];
  private steps: NodeJS.Timeout | null = null;

  /** Files of `folder` by the members' names. */
  constructor(library: string, folder: string, names: readonly string[]) {
    this.library = library;
    this.states = names.map((name) => ({
      path: join(folder, `${name}.clock`),
      skew: { jumpUs: 0, driftPpm: 0 },
      sinceUs: 0,
      driftedUs: 0,
      skewedReads: 0,
      last: null,
    }));
    for (const s of this.states) write(s, 0);
  }

  /** The environment of a member, beside its own. */
  env(at: NodeId, own: Readonly<Record<string, string | undefined>>): typeof own {
    return {
      // Of antlion itself: they would go before the file.
      FAKETIME: undefined,
      FAKETIME_SHARED: undefined,
      LD_PRELOAD: [this.library, own['LD_PRELOAD'] ?? ''].filter((t) => t !== '').join(':'),
      FAKETIME_TIMESTAMP_FILE: this.states[at]?.path ?? '',
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  /** All that is wrong with it from now on. It is right again once nothing is. */
  set(at: NodeId, skew: Skew): void {
    const s = this.states[at];
    if (s === undefined) return;
    // Told again after a restart: what has drifted stays.
    if (s.skew.jumpUs === skew.jumpUs && s.skew.driftPpm === skew.driftPpm) return;
    const nowUs = monotonicUs();
    s.driftedUs = skew.driftPpm === 0 ? 0 : driftedUs(s, nowUs);
    s.skew = skew;
    s.sinceUs = nowUs;
    s.last = null;
    write(s, aheadUs(s, nowUs));
    this.stepWhereNeeded();
  }

  /** Its process is new. */
  newBoot(at: NodeId): void {
    const s = this.states[at];
    if (s === undefined) return;
    s.skewedReads = 0;
    s.last = null;
  }

  /** What `ask`, its wall clock in µs, shows; where no answer comes in time, what the last one showed. */
  async told(
    at: NodeId,
    ask: () => Promise<number>,
  ): Promise<Pick<NodeCounters, 'wallAhead' | 'skewedReads'>> {
    const s = this.states[at];
    if (s === undefined) return { wallAhead: null, skewedReads: 0 };
    const { skew } = s;
    const sentMs = Date.now();
    const fromUs = aheadUs(s, monotonicUs());
    const wallUs = await inTime(ask);
    const untilUs = aheadUs(s, monotonicUs());
    // Set anew meanwhile: nobody can tell which of the two it was.
    if (wallUs !== null && s.skew === skew) {
      if (skew.jumpUs !== 0 || skew.driftPpm !== 0) s.skewedReads += 1;
      s.last = {
        readUs: [wallUs - (Date.now() + 1) * 1_000, wallUs + 1_000 - sentMs * 1_000],
        wantedUs: [Math.min(fromUs, untilUs), Math.max(fromUs, untilUs)],
        whyRight,
      };
    }
    return { wallAhead: s.last, skewedReads: s.skewedReads };
  }

  [Symbol.dispose](): void {
    if (this.steps !== null) clearInterval(this.steps);
    this.steps = null;
  }

  private stepWhereNeeded(): void {
    const drifting = this.states.filter((s) => s.skew.driftPpm !== 0);
    this[Symbol.dispose]();
    if (drifting.length === 0) return;
    this.steps = setInterval(() => {
      for (const s of drifting) tryToWrite(s, aheadUs(s, monotonicUs()));
    }, stepMs);
  }
}

function aheadUs(s: State, nowUs: number): number {
  return s.skew.jumpUs + driftedUs(s, nowUs);
}

function driftedUs({ skew, sinceUs, driftedUs: before }: State, nowUs: number): number {
  return before + Math.round(((nowUs - sinceUs) * skew.driftPpm) / 1_000_000);
}

function monotonicUs(): number {
  return performance.now() * 1_000;
}

/** Whole, or not at all: it may be read at any moment. */
function write({ path }: State, aheadByUs: number): void {
  const whole = `${path}.next`;
  writeFileSync(
    whole,
    `${aheadByUs < 0 ? '-' : '+'}${(Math.abs(aheadByUs) / 1_000_000).toFixed(6)}\n`,
  );
  renameSync(whole, path);
}

/** A step that cannot be written shows: the clock is not where it should be. */
function tryToWrite(s: State, aheadByUs: number): void {
  try {
    write(s, aheadByUs);
  } catch {
    // The disk is full, or its folder gone.
  }
}

async function inTime(ask: () => Promise<number>): Promise<number | null> {
  let alarm: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    alarm = setTimeout(() => resolve(null), answerMs);
  });
  try {
    return await Promise.race([ask().catch(() => null), late]);
  } finally {
    clearTimeout(alarm);
  }
}
