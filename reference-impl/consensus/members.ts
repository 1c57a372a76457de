/** The configuration that a server goes by: the last in its log, committed or not (§6). */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import { membersOf } from './configuration.ts';
import type { Configuration, PlacedConfiguration } from './configuration.ts';
import type { Command, ConfigurationCommand, Entry } from './messages.ts';
import type { ConfigurationObservation } from './observations.ts';
import type { RaftState } from './state.ts';
import { giveUp } from './transfer.ts';

/** Into the log, in place of everything after `after`; what configurations are among them is in force. */
export function appendToLog(
  s: RaftState,
  after: number,
  entries: readonly Entry[],
  w: World,
  fx: Effects,
): void {
  if (after < s.log.lastIndex && s.rules.endsWithItsEntry()) undoConfigurations(s, after, w, fx);
  s.log.append(after, entries);
  for (let i = 0; i < entries.length; i++) {
    const configuration = configurationIn((entries[i] as Entry).command);
    if (configuration !== null) {
      take(s, { index: after + 1 + i, configuration }, w, fx);
    }
  }
}

/** The configuration that this command is, or null. */
export function configurationIn(command: Command): Configuration | null {
  return command.f === 'configuration' ? (command as ConfigurationCommand).configuration : null;
}

function take(s: RaftState, placed: PlacedConfiguration, w: World, fx: Effects): void {
  s.configurations.push(placed);
  goBy(s, placed, 'taken', w, fx);
}

/** Entries after `after` are gone from the log, and with them the configurations among them. */
function undoConfigurations(s: RaftState, after: number, w: World, fx: Effects): void {
  const kept = s.configurations.findLastIndex((c) => c.index <= after);
  if (kept === s.configurations.length - 1) return;
  // One is always there: the oldest is committed, or that of the beginning.
  s.configurations.length = Math.max(1, kept + 1);
  goBy(s, s.configurations.at(-1) as PlacedConfiguration, 'undone', w, fx);
}

/** A snapshot is in place of the log: it says who takes part. */
export function restConfiguration(
  s: RaftState,
  placed: PlacedConfiguration,
  w: World,
  fx: Effects,
): void {
  if (!s.rules.isTakenFromSnapshot(s.members.index)) return;
  const isSame = placed.index === s.members.index;
  s.configurations = [placed];
  if (!isSame) goBy(s, placed, 'taken', w, fx);
  if (placed.index > 0) tell(s, placed, 'committed', fx);
}

/** The configuration as of entry `index`. */
export function configurationAt(s: RaftState, index: number): PlacedConfiguration {
  const found = s.configurations.findLast((c) => c.index <= index);
  return found ?? (s.configurations[0] as PlacedConfiguration);
}

/** The configuration of entry `index` is committed: what was before it is not needed any more. */
export function configurationCommitted(
  s: RaftState,
  placed: PlacedConfiguration,
  fx: Effects,
): void {
  const before = s.configurations.findIndex((c) => c.index === placed.index);
  if (before > 0) s.configurations.splice(0, before);
  tell(s, placed, 'committed', fx);
}

/** From now on. */
function goBy(
  s: RaftState,
  placed: PlacedConfiguration,
  change: 'taken' | 'undone',
  w: World,
  fx: Effects,
): void {
  const before = s.members.others;
  s.members = membersOf(s.servers, s.self, placed, s.rules.quorums(placed.configuration));
  if (s.role === 'leader') {
    for (const slot of s.members.others) if (!before.includes(slot)) meet(s, slot, w);
  }
  const t = s.transfer;
  if (t?.kind === 'sending' && !s.members.others.includes(t.slot)) giveUp(s);
  tell(s, placed, change, fx);
}

/** Leader: nothing is known of the log of who is new. */
function meet(s: RaftState, slot: number, w: World): void {
  s.match[slot] = 0;
  s.next[slot] = s.log.lastIndex + 1;
  s.isProbing[slot] = 1;
  s.heardUs[slot] = w.nowUs;
  s.ackedRound[slot] = 0;
}

function tell(
  s: RaftState,
  { index, configuration }: PlacedConfiguration,
  change: ConfigurationObservation['change'],
  fx: Effects,
): void {
  // One of before may be committed along with it: it was decided by others, then.
  const isLeaders = change === 'committed' && s.role === 'leader' && index === s.members.index;
  const holds = (_: NodeId, slot: number): boolean => (s.match[slot] as number) >= index;
  const seen: ConfigurationObservation = {
    kind: 'configuration',
    change,
    index,
    term: s.term,
    ...configuration,
    ...(isLeaders && { holders: s.servers.filter(holds) }),
  };
  fx.observe(seen);
}
