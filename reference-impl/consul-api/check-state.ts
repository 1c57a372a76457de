/**
 * Health checks of who registers from outside (D2), as a pure state: what it is told, and what that makes of it.
 *
 * Three failures in a row make it critical, two successes in a row take that back; who reports himself (TTL) is
 * believed at once, and critical when he has not for that long. Who stays critical for long enough is taken out.
 */
export type Status = 'passing' | 'warning' | 'critical';

export interface CheckConfig {
  /** Successes in a row that end `critical`, failures in a row that begin it. Source: 2 and 3 (D2). */
  readonly successesToPassing: number;
  readonly failuresToCritical: number;
  /** Critical for so long, µs: taken out; 0: never. Source: 30 s (D2). */
  readonly deregisterUs: number;
  /** Of a check that reports itself, µs; 0: others find out. */
  readonly ttlUs: number;
}

export class CheckState {
  private readonly c: CheckConfig;
  private current: Status;
  /** Since when it is `current`, and when it last heard anything. */
  private sinceUs: number;
  private heardUs: number;
  /** Results in a row that contradict `current`. */
  private contradictions = 0;

  constructor(config: CheckConfig, first: Status, nowUs: number) {
    this.c = config;
    this.current = first;
    this.sinceUs = nowUs;
    this.heardUs = nowUs;
  }

  /** What a probe found, or what it said of itself. */
  told(result: Status, nowUs: number): void {
    this.heardUs = nowUs;
    const isBad = result === 'critical';
    const wasBad = this.current === 'critical';
    if (this.c.ttlUs > 0 || isBad === wasBad) {
      this.contradictions = 0;
      return this.become(result, nowUs);
    }
    this.contradictions += 1;
    const enough = isBad ? this.c.failuresToCritical : this.c.successesToPassing;
    if (this.contradictions < enough) return;
    this.contradictions = 0;
    this.become(result, nowUs);
  }

  status(nowUs: number): Status {
    const { ttlUs } = this.c;
    if (ttlUs > 0 && nowUs - this.heardUs > ttlUs) this.become('critical', this.heardUs + ttlUs);
    return this.current;
  }

  /** Has it been critical for so long that it is to be taken out? */
  isOver(nowUs: number): boolean {
    const { deregisterUs } = this.c;
    if (deregisterUs === 0 || this.status(nowUs) !== 'critical') return false;
    return nowUs - this.sinceUs >= deregisterUs;
  }

  private become(status: Status, atUs: number): void {
    if (status === this.current) return;
    this.current = status;
    this.sinceUs = atUs;
  }
}

/** The worst of several; passing when there is none. */
export function worst(all: readonly Status[]): Status {
  return all.includes('critical') ? 'critical' : all.includes('warning') ? 'warning' : 'passing';
}
