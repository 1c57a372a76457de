/** Whether the history shows what a fault waits for to end. */
import type { Sighting } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';

/** Counts what happens from a moment on. */
export class Lookout {
  private readonly wanted: Sighting;
  private readonly sinceUs: number;
  private seen = 0;

  constructor(wanted: Sighting, sinceUs: number) {
    this.wanted = wanted;
    this.sinceUs = sinceUs;
  }

  /** To be called with every event, in order: is it the one? True once. */
  event(e: HistoryEvent): boolean {
    // What real nodes say comes late.
    if (e.timeUs < this.sinceUs || !isOne(this.wanted, e)) return false;
    this.seen += 1;
    return this.seen === (this.wanted.nth ?? 1);
  }

  /** What is waited for was not seen so far, in words; null: it was. */
  get whatIsMissing(): string | null {
    const { nth = 1 } = this.wanted;
    if (this.seen >= nth) return null;
    const count = this.seen === 0 ? '' : ` (${this.seen} of ${nth})`;
    return `${sightingName(this.wanted)} was not observed${count}`;
  }
}

/** `role (role leader)`, `3rd ok (f write)`. */
export function sightingName({ observed, like = {}, by, nth = 1 }: Sighting): string {
  const values = Object.entries(like).map(([name, value]) => `${name} ${value}`);
  const all = [...values, ...(by === undefined ? [] : [`node ${by}`])];
  const which = nth === 1 ? '' : `no. ${nth} of `;
  return `${which}${observed}${all.length === 0 ? '' : ` (${all.join(', ')})`}`;
}

function isOne({ observed, like = {}, by }: Sighting, e: HistoryEvent): boolean {
  const found = whatOf(e);
  if (found === null || found.what !== observed) return false;
  if (by !== undefined && by !== found.node) return false;
  return Object.entries(like).every(([name, value]) => found.values[name] === value);
}

interface Found {
  readonly what: string;
  readonly node: number | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

function whatOf(e: HistoryEvent): Found | null {
  switch (e.type) {
    case 'observe':
      return { what: e.value.kind, node: e.node, values: { ...e.value } };
    case 'node':
      return { what: e.change, node: e.node, values: {} };
    case 'fault':
    case 'load':
    case 'stall':
      return null;
    case 'invoke':
    case 'ok':
    case 'fail':
    case 'info':
      return { what: e.type, node: e.node, values: { ...e } };
  }
}
