/** What is wrong with one simulated disk beside its speed, and what its node makes of that. */
import type { Rec } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import type { DiskCare } from '../core/disk-care.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import { damaged } from './damage.ts';

/** The last record that became durable, and the one of its lane in whose place it lies. */
interface Misplaced {
  readonly lane: number;
  readonly written: Rec;
  readonly over: Rec;
}

interface Active {
  readonly what: DiskTrouble;
  readonly onEffect: () => void;
  /** Of one that misdirects. */
  misplaced: Misplaced | null;
  /** Of a rotten disk: which record of which lane. */
  readonly at: { readonly lane: number; readonly index: number } | null;
}

export class DiskTroubles {
  /** For what a trouble does now. */
  private readonly draw: () => Prng;
  private readonly care: DiskCare;
  private active: readonly Active[] = [];

  constructor(draw: () => Prng, care: DiskCare) {
    this.draw = draw;
    this.care = care;
  }

  /** `durable`: how many records of each lane are. */
  begin(what: DiskTrouble, onEffect: () => void, durable: () => readonly number[]): () => void {
    const at = what === 'rotten' ? this.pickOf(durable()) : null;
    const mine: Active = { what, onEffect, at, misplaced: null };
    this.active = [...this.active, mine];
    return () => {
      this.active = this.active.filter((a) => a !== mine);
    };
  }

  /** What becomes of a sync that ends now. Throws where the node stops of it. */
  fateOfSync(): 'holds' | 'fails' | 'lies' {
    if (this.meets('fails')) {
      if (this.care.afterFailedSync === 'stop') throw new Error('EIO: i/o error, fsync');
      return 'fails';
    }
    return this.meets('lies') ? 'lies' : 'holds';
  }

  /** A sync ended by which `records` became durable up to `end`: the last of them, perhaps, in a wrong place. */
  wrote(lane: number, records: readonly Rec[], end: number): void {
    for (const a of this.active) {
      const written = records[end - 1];
      if (a.what !== 'misdirected' || written === undefined || end < 2) continue;
      const over = records[this.draw().below(end - 1)] as Rec;
      a.misplaced = { lane, written, over };
      a.onEffect();
    }
  }

  /** What a crash leaves of a lane's records to a node that takes one of another place for the torn end of its log. */
  cutOff(lane: number, records: Rec[]): void {
    if (this.care.checksPlaces) return;
    const [first] = this.misplacedIn(lane, records);
    if (first !== undefined) records.length = first;
  }

  /** Where records of a lane lie that belong elsewhere. */
  private misplacedIn(lane: number, records: readonly Rec[]): readonly number[] {
    return this.active.flatMap(({ misplaced }) => {
      if (misplaced?.lane !== lane || !records.includes(misplaced.written)) return [];
      const over = records.indexOf(misplaced.over);
      return over < 0 ? [] : [over];
    });
  }

  /** What a crash leaves of the first record that it takes; null: nothing that anybody believes. */
  torn(record: Rec | undefined): Rec | null {
    if (record === undefined || !this.meets('torn')) return null;
    return this.care.checksSums ? null : damaged(record, this.draw());
  }

  /** What a node that starts reads. Throws where it must not go on. */
  read(logs: readonly Rec[][]): readonly (readonly Rec[])[] {
    if (this.meets('unreadable')) throw new Error('EIO: i/o error, read');
    logs.forEach((records, lane) => {
      const [first] = this.misplacedIn(lane, records);
      if (first === undefined) return;
      throw new Error(`record ${first} of lane ${lane} belongs in another place`);
    });
    for (const { what, at, onEffect } of this.active) {
      const record = at === null ? undefined : logs[at.lane]?.[at.index];
      if (what !== 'rotten' || at === null || record === undefined) continue;
      onEffect();
      if (this.care.checksSums) {
        throw new Error(`record ${at.index} of lane ${at.lane} is damaged, and not the last`);
      }
      (logs[at.lane] as Rec[])[at.index] = damaged(record, this.draw());
    }
    return logs;
  }

  private meets(what: DiskTrouble): boolean {
    const met = this.active.filter((a) => a.what === what);
    for (const a of met) a.onEffect();
    return met.length > 0;
  }

  /** Any durable record but a lane's last, whose damage would pass for a torn tail. */
  private pickOf(durable: readonly number[]): Active['at'] {
    const choices = durable.flatMap((n, lane) => (n > 1 ? [{ lane, records: n - 1 }] : []));
    if (choices.length === 0) return null;
    const draw = this.draw();
    const { lane, records } = draw.pick(choices);
    return { lane, index: draw.below(records) };
  }
}
