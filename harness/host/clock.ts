/**
 * The clocks of a real node: true time of the run, and what the node believes.
 *
 * All processes of one machine, containers included, share the kernel's monotonic clock, so that
 * stamps of different processes compare. A fault skews only what the node reads, never the stamps.
 */

/** Which error the node's clocks have. */
export interface Skew {
  /** Added to the wall clock, µs. */
  readonly jumpUs: number;
  /** Rate error of the monotonic clock, parts per million. */
  readonly driftPpm: number;
}

const noSkew: Skew = { jumpUs: 0, driftPpm: 0 };

export class NodeClock {
  private readonly readTrueUs: () => number;
  private readonly readWallUs: () => number;
  private skewNow: Skew = noSkew;
  /** Where the present rate began, on both clocks. */
  private sinceTrueUs = 0;
  private sinceNodeUs = 0;
  /** Readings taken while the clock was wrong: tells whether a clock fault took effect. */
  skewedReads = 0;

  constructor(readTrueUs: () => number, readWallUs: () => number = wallUs) {
    this.readTrueUs = readTrueUs;
    this.readWallUs = readWallUs;
  }

  /** True time since the start of the run, µs. */
  trueUs(): number {
    return this.readTrueUs();
  }

  /** The node's monotonic clock, µs. Never goes back, not even when a drift ends. */
  nowUs(): number {
    const { driftPpm, jumpUs } = this.skewNow;
    if (driftPpm !== 0 || jumpUs !== 0) this.skewedReads += 1;
    return this.nodeUs(this.readTrueUs());
  }

  /** The node's wall clock, µs since 1970. */
  wallUs(): number {
    return this.readWallUs() + this.skewNow.jumpUs;
  }

  /** True time that passes until the node's clock reads `nodeUs`, µs, at least 0. */
  trueUntilUs(nodeUs: number): number {
    const rest = nodeUs - this.nodeUs(this.readTrueUs());
    return Math.max(0, Math.ceil((rest * 1_000_000) / (1_000_000 + this.skewNow.driftPpm)));
  }

  /** Both clocks as the node reads them, with the true time, at one instant; no reading of the node's. */
  reading(): { readonly trueUs: number; readonly nowUs: number; readonly wallUs: number } {
    const trueUs = this.readTrueUs();
    return { trueUs, nowUs: this.nodeUs(trueUs), wallUs: this.wallUs() };
  }

  skew(skew: Skew): void {
    const t = this.readTrueUs();
    this.sinceNodeUs = this.nodeUs(t);
    this.sinceTrueUs = t;
    this.skewNow = skew;
  }

  private nodeUs(trueUs: number): number {
    const elapsed = trueUs - this.sinceTrueUs;
    const drifted = Math.trunc((elapsed * this.skewNow.driftPpm) / 1_000_000);
    return this.sinceNodeUs + elapsed + drifted;
  }
}

/** Reads true time of the run that began at `originNs` of the kernel's monotonic clock. */
export function runClock(originNs: bigint): () => number {
  return () => Number((process.hrtime.bigint() - originNs) / 1_000n);
}

function wallUs(): number {
  return Date.now() * 1_000;
}
