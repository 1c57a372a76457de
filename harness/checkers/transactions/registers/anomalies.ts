/** What is wrong with registers without any cycle. */
import type { Findings } from '../findings.ts';
import type { RegisterVersions } from './versions.ts';
import { nothing } from '../table/values.ts';
import type { Words } from '../words.ts';

export function registerAnomalies(
  versions: RegisterVersions,
  words: Words,
  findings: Findings,
): void {
  const { table } = versions.txns;
  for (const row of versions.txns.byEnd) {
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0) judgeRead(versions, row, m, words, findings);
      else judgeUpdate(versions, row, m, words, findings);
    }
  }
}

/** A transaction agrees with itself, and reads what somebody wrote, finally, and did not undo. */
function judgeRead(
  v: RegisterVersions,
  row: number,
  read: number,
  words: Words,
  findings: Findings,
): void {
  const { txns } = v;
  const { table, writes } = txns;
  const at = table.end.at(row);
  const before = writes.previous[read] as number;
  const isInternal = before !== -1 && table.value.at(before) !== table.value.at(read);
  if (isInternal) {
    findings.add('internal', at, () => [
      [row],
      `${words.name(row)} ${words.contradiction(read, [before])}.`,
    ]);
  }
  if (table.value.at(read) === nothing) return;
  const write = v.write[v.of(read)] as number;
  const writer = txns.writerRow(write);
  const what = (): string =>
    `${words.name(row)} read ${words.value(read)} from ${words.key(table.key.at(read))}`;
  if (writer === -1) {
    if (isInternal) return;
    findings.add('unrecorded-write', at, () => [[row], `${what()}, whose write is not recorded.`]);
  } else if (txns.isAborted(writer)) {
    findings.add('G1a', Math.max(at, table.end.at(writer)), () => [
      [writer, row],
      `${what()}, which ${words.name(writer)} wrote and then aborted.`,
    ]);
  } else if (writer === row) {
    if (write < read) return;
    findings.add('future-read', at, () => [[row], `${what()} before it wrote that itself.`]);
  } else if (writes.isFinal[write] === 0) {
    findings.add('G1b', at, () => [
      [writer, row],
      `${what()}, which ${words.name(writer)} overwrote itself.`,
    ]);
  }
}

/** Of two transactions that read the same version and overwrote it, one did not see the other. */
function judgeUpdate(
  v: RegisterVersions,
  row: number,
  write: number,
  words: Words,
  findings: Findings,
): void {
  const { table } = v.txns;
  const base = v.baseOf(write);
  if (base === -1) return;
  const [first] = v.updaters[v.of(base)] ?? [];
  if (first === undefined || first === row) return;
  findings.add('lost-update', table.end.at(row), () => [
    [first, row],
    `${words.name(first)} and ${words.name(row)} both read ${words.value(base)} from ${words.key(table.key.at(base))} and both overwrote it.`,
  ]);
}
