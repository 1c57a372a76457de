/**
 * Lists to which values were appended more than once: which append made each list that was read. Where writers
 * of one key exclude each other (from parallel snapshot isolation on) a list is the same one whoever read it, so
 * that one choice a list is enough; below that two may have read lists that look the same.
 */
import { implies, type Level } from '../levels.ts';
import { IntList } from '../table/int-list.ts';
import { ending, type TxnTable } from '../table/table.ts';
import type { Choice, Choices } from './choices.ts';
import { guessAppends } from './list-guess.ts';
import { Writers } from './writers.ts';

/** Of more appends than these the nearest in time to the likeliest are looked at. */
const writersMax = 8;

/** A list whose last element several appended, and who of them it may have been: the likeliest first. */
interface Made {
  readonly list: number;
  readonly writers: readonly number[];
}

export class ListChoices implements Choices {
  readonly all: readonly Made[];
  readonly isWhole: boolean;
  private readonly table: TxnTable;
  private readonly written: Writers;
  /** By append: its lists among `all` as the likeliest choice has it. */
  private readonly byWriter = new Map<number, number[]>();
  /** By list: 1 if who made it, or one before it, is chosen. */
  private readonly isChosen: Uint8Array;

  constructor(table: TxnTable, level: Level) {
    this.table = table;
    this.written = new Writers(table);
    const { lists } = table;
    const likeliest = guessAppends(table);
    const used = new Set(likeliest);
    this.isChosen = new Uint8Array(lists.count);
    const all: Made[] = [];
    let isWhole = implies(level, 'parallel-snapshot-isolation');
    // Each comes after the one that it continues.
    for (let list = 0; list < lists.count; list++) {
      if (lists.size.at(list) === 0) continue;
      this.isChosen[list] = this.isChosen[lists.parent.at(list)] as number;
      const candidates = this.candidates(list);
      if (candidates.length === 0) continue;
      const guess = likeliest[list] as number;
      const first = guess === -1 ? (candidates.find((w) => !used.has(w)) ?? candidates[0]) : guess;
      used.add(first as number);
      const writers = nearestTo(candidates.indexOf(first as number), candidates);
      if (candidates.length > 1) this.isChosen[list] = 1;
      if (writers.length < candidates.length) isWhole = false;
      for (const w of writers) this.byWriter.set(w, [...(this.byWriter.get(w) ?? []), all.length]);
      all.push({ list, writers });
    }
    this.all = all;
    this.isWhole = isWhole;
  }

  concerns(row: number): boolean {
    const { table } = this;
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const value = table.value.at(m);
      if (table.isWrite.at(m) === 1) {
        if (this.written.of(table.key.at(m), value).length > 1) return true;
      } else if (table.ending.at(row) === ending.committed && this.isChosen[value] === 1)
        return true;
    }
    return false;
  }

  /** One of what the rows appended made another list, and whoever was said to have made that made its own. */
  *near(choice: Choice, rows: readonly number[]): Iterable<number[]> {
    const { table } = this;
    const writerOf = (i: number): number => this.all[i]?.writers[choice[i] as number] ?? -1;
    for (const row of rows) {
      for (let append = table.from.at(row); append < table.to.at(row); append++) {
        const places = this.byWriter.get(append) ?? [];
        const own = places.filter((i) => writerOf(i) === append);
        for (const other of places) {
          if (own.includes(other)) continue;
          const rival = writerOf(other);
          const next = [...choice];
          next[other] = this.all[other]?.writers.indexOf(append) ?? 0;
          const back = own.map((i) => [i, this.all[i]?.writers.indexOf(rival) ?? -1] as const);
          if (back.some(([, k]) => k === -1)) continue;
          for (const [i, k] of back) next[i] = k;
          yield next;
        }
      }
    }
  }

  chosen(choice: Choice): TxnTable {
    const { table, written } = this;
    const value = written.codes();
    for (let m = 0; m < value.length; m++) {
      if (table.isWrite.at(m) === 0) value.set(m, table.value.at(m));
    }
    const element = new IntList(table.lists.count);
    for (let list = 0; list < table.lists.count; list++) {
      element.push(table.lists.element.at(list));
    }
    this.all.forEach(({ list, writers }, i) =>
      element.set(list, written.codeOf(writers[choice[i] as number] as number)),
    );
    return table.withValues(value, table.lists.withElements(element));
  }

  /** Who may have appended the last element of a list, in order of time: of several none that aborted. */
  private candidates(list: number): readonly number[] {
    const { lists } = this.table;
    const every = this.written.of(lists.key.at(list), lists.element.at(list));
    const good = every.filter(
      (m) => this.table.ending.at(this.written.rowOf[m] as number) !== ending.aborted,
    );
    return good.length === 0 ? every : good;
  }
}

/** The one at `place` and those around it, the nearest first. */
function nearestTo(place: number, all: readonly number[]): number[] {
  const order = all.map((_, i) => i).sort((a, b) => Math.abs(a - place) - Math.abs(b - place));
  return order.slice(0, writersMax).map((i) => all[i] as number);
}
