/** What an instance counts of its calls, told every 100 ms while there is something to tell. */
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { ByMode } from './by-mode.ts';

/** Counts are told no more often, µs. */
const toldUs = 100_000;

const none = { arrived: 0, served: 0, late: 0, refused: 0, expired: 0 };

export class QueueCounts {
  private readonly io: HandlerContext;
  private readonly service: string;
  private readonly byMode: ByMode | null;
  private counts = none;
  /** When the first of them was made, and when they are to be told. */
  private sinceUs = 0;
  atUs = never;

  constructor(io: HandlerContext, service: string, byMode: ByMode | null) {
    this.io = io;
    this.service = service;
    this.byMode = byMode;
  }

  count(what: keyof typeof none, calls: number): void {
    this.counts = { ...this.counts, [what]: this.counts[what] + calls };
    if (this.atUs !== never) return;
    this.sinceUs = this.io.nowUs;
    this.atUs = this.io.nowUs + toldUs;
    this.io.wakeBy(this.atUs);
  }

  tell(depth: number): void {
    const { service, counts, byMode, sinceUs } = this;
    this.atUs = never;
    this.counts = none;
    const more = byMode === null ? {} : { byMode: byMode.counts(this.io.nowUs - sinceUs) };
    this.io.observe({ kind: 'queue', service, ...counts, depth, ...more });
  }
}
