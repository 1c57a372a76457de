/** What is wrong with lists without any cycle. */
import type { Findings } from '../findings.ts';
import type { ListVersions } from './versions.ts';
import { noList } from '../table/lists.ts';
import type { Words } from '../words.ts';

export function listAnomalies(versions: ListVersions, words: Words, findings: Findings): void {
  const { lists, txns } = versions;
  for (let list = 0; list < lists.count; list++) {
    if (versions.isSeen(list) && lists.size.at(list) > 0)
      judgeList(versions, list, words, findings);
  }
  for (const row of txns.byEnd) judgeReads(versions, row, words, findings);
  dirtyUpdates(versions, words, findings);
  lostUpdates(versions, words, findings);
}

/** Its last element was appended, once, by a transaction that did not abort, where all others have it. */
function judgeList(v: ListVersions, list: number, words: Words, findings: Findings): void {
  const { lists, txns } = v;
  const reader = v.seenBy[list] as number;
  const readAt = txns.table.end.at(reader);
  const append = v.append[list] as number;
  const writer = txns.writerRow(append);
  const saw = (): string => `${words.name(reader)} read ${words.element(list)}`;
  if (writer === -1) {
    findings.add('unwritten-read', readAt, () => [[reader], `${saw()}, which nobody appended.`]);
  } else {
    if (txns.isAborted(writer)) {
      const knownAt = Math.max(readAt, txns.table.end.at(writer));
      findings.add('G1a', knownAt, () => [
        [writer, reader],
        `${saw()}, which ${words.name(writer)} appended and then aborted.`,
      ]);
    }
    const other = v.listOf[append] as number;
    if (other !== list && lists.isPrefix(other, list)) {
      findings.add('duplicate-elements', readAt, () => [[reader], words.repetition(reader, list)]);
    }
  }
  const earlier = append === -1 ? -1 : earlierAppend(v, append);
  if (earlier !== -1 && !isIn(v, earlier, list)) {
    findings.add('incompatible-order', readAt, () => [
      [reader, writer],
      `${words.name(reader)} saw ${words.list(list)} in ${words.keyOf(list)}, without ${words.value(earlier)}, which ${words.name(writer)} had appended before.`,
    ]);
  }
  const parent = lists.parent.at(list);
  if (v.isMain(list) || !v.isMain(parent)) return;
  const rival = v.next[parent] as number;
  const witness = v.seenBy[rival] as number;
  findings.add('incompatible-order', Math.max(readAt, txns.table.end.at(witness)), () => [
    [reader, witness],
    `${words.name(reader)} saw ${words.list(list)} in ${words.keyOf(list)}.`,
    `${words.name(witness)} saw ${words.list(rival)}: neither continues the other.`,
  ]);
}

/** The append of the same transaction to the same key before this one; -1: none. */
function earlierAppend(v: ListVersions, append: number): number {
  const { table, writes } = v.txns;
  let m = writes.previous[append] as number;
  while (m !== -1 && table.isWrite.at(m) === 0) m = writes.previous[m] as number;
  return m;
}

function isIn(v: ListVersions, append: number, list: number): boolean {
  const made = v.listOf[append] as number;
  return made !== -1 && v.lists.isPrefix(made, list);
}

/** A transaction agrees with itself, and does not see what others were only halfway to. */
function judgeReads(v: ListVersions, row: number, words: Words, findings: Findings): void {
  const { txns } = v;
  const { table, writes } = txns;
  const at = table.end.at(row);
  for (let m = table.from.at(row); m < table.to.at(row); m++) {
    if (table.isWrite.at(m) === 1) {
      judgeAppend(v, row, m, words, findings);
      continue;
    }
    const list = table.value.at(m);
    if (!agreesWithItself(v, m)) {
      findings.add('internal', at, () => [
        [row],
        `${words.name(row)} ${words.contradiction(m, didBefore(v, m))}.`,
      ]);
    }
    const others = v.othersOf(row, list);
    if (isRepeated(v, list, others)) {
      findings.add('duplicate-elements', at, () => [[row], words.repetition(row, list)]);
    }
    const append = v.append[others] as number;
    const writer = txns.writerRow(append);
    if (writer === -1 || writes.isFinal[append] === 1) continue;
    findings.add('G1b', at, () => [
      [writer, row],
      `${words.name(row)} read ${words.element(others)} as the last element, but ${words.name(writer)} appended more after it.`,
    ]);
  }
}

/** Is one of what a transaction appended itself twice at the end of `list`, which continues `others`? */
function isRepeated(v: ListVersions, list: number, others: number): boolean {
  const { size, parent, element } = v.lists;
  const own = size.at(list) - size.at(others);
  if (own < 2) return false;
  const elements = new Set<number>();
  for (let at = list; at !== others; at = parent.at(at)) elements.add(element.at(at));
  return elements.size < own;
}

/** What a transaction appends it cannot have read before. */
function judgeAppend(
  v: ListVersions,
  row: number,
  append: number,
  words: Words,
  findings: Findings,
): void {
  const { lists, txns } = v;
  const { table, writes } = txns;
  const made = v.listOf[append] as number;
  for (let m = writes.previous[append] as number; m !== -1; m = writes.previous[m] as number) {
    if (table.isWrite.at(m) === 1) continue;
    const list = table.value.at(m);
    const isSeen = made !== -1 && lists.isPrefix(made, list);
    if (!isSeen && !isOwnEnd(v, row, list, append)) continue;
    findings.add('future-read', table.end.at(row), () => [
      [row],
      `${words.name(row)} read ${words.value(append)} in ${words.keyOf(list)} before it appended that itself.`,
    ]);
  }
}

/** Does `list` end with own appends of the row, among them this one? */
function isOwnEnd(v: ListVersions, row: number, list: number, append: number): boolean {
  const others = v.othersOf(row, list);
  for (let at = list; at !== others; at = v.lists.parent.at(at)) {
    if (v.append[at] === append) return true;
  }
  return false;
}

/** Does a read show what its transaction read and appended before? */
function agreesWithItself(v: ListVersions, read: number): boolean {
  const { table, writes } = v.txns;
  let list = table.value.at(read);
  for (let m = writes.previous[read] as number; m !== -1; m = writes.previous[m] as number) {
    if (table.isWrite.at(m) === 0) return table.value.at(m) === list;
    if (v.lists.size.at(list) === 0 || v.lists.element.at(list) !== table.value.at(m)) return false;
    list = v.lists.parent.at(list);
  }
  return true;
}

/** What a read of the same transaction must agree with: the read before it and the appends since. */
function didBefore(v: ListVersions, read: number): number[] {
  const { table, writes } = v.txns;
  const did: number[] = [];
  for (let m = writes.previous[read] as number; m !== -1; m = writes.previous[m] as number) {
    did.push(m);
    if (table.isWrite.at(m) === 0) break;
  }
  return did.reverse();
}

/** A committed append on top of an aborted one: what was undone is not undone. */
function dirtyUpdates(v: ListVersions, words: Words, findings: Findings): void {
  const { lists, txns } = v;
  const { table } = txns;
  for (const longest of v.longest) {
    let above = -1;
    for (
      let list = longest;
      list !== noList && lists.size.at(list) > 0;
      list = lists.parent.at(list)
    ) {
      const row = txns.writerRow(v.append[list] as number);
      if (row === -1) continue;
      if (txns.isCommitted(row)) above = list;
      else if (txns.isAborted(row) && above !== -1) {
        const top = above;
        const writer = txns.writerRow(v.append[top] as number);
        const reader = v.seenBy[top] as number;
        const ends = [row, writer, reader].map((r) => table.end.at(r));
        findings.add('dirty-update', Math.max(...ends), () => [
          [row, writer],
          `${words.name(writer)} appended ${words.element(top)} on top of ${words.element(list)}, which ${words.name(row)} had appended and then aborted.`,
        ]);
      }
    }
  }
}

/** Of two transactions that read the same list and appended to it, one did not see the other. */
function lostUpdates(v: ListVersions, words: Words, findings: Findings): void {
  const { table, writes } = v.txns;
  const updater = new Int32Array(v.lists.count).fill(-1);
  for (const row of v.txns.byEnd) {
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0) continue;
      const base = baseOf(writes.previous[m] as number, v);
      if (base === noList) continue;
      const first = updater[base] as number;
      if (first === -1) updater[base] = row;
      else {
        findings.add('lost-update', table.end.at(row), () => [
          [first, row],
          `${words.name(first)} and ${words.name(row)} both read ${words.list(base)} from ${words.keyOf(base)} and both appended to it.`,
        ]);
      }
    }
  }
}

/** What the transaction read first, if `before` has no append yet. */
function baseOf(before: number, v: ListVersions): number {
  const { table, writes } = v.txns;
  let base = noList;
  for (let m = before; m !== -1; m = writes.previous[m] as number) {
    if (table.isWrite.at(m) === 1) return noList;
    base = table.value.at(m);
  }
  return base;
}
