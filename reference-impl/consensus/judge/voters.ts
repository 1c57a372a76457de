/** Who decides, as far as servers said so. */
import { nodesWithRole } from '../../../harness/spec.ts';
import type { History, NodeId, Program } from '../../../harness/spec.ts';
import type { ConfigurationObservation } from '../observations.ts';

/** The voters with which the cluster begins: all servers, or as many of the first as the story says. */
export function firstVoters(program: Program): readonly NodeId[] {
  const servers = nodesWithRole(program.shape, 'server');
  const { voters } = program.settings.extra;
  return typeof voters === 'number' ? servers.slice(0, voters) : servers;
}

/** A configuration that was committed, at its first news. */
export interface Committed {
  readonly timeUs: number;
  readonly node: NodeId;
  readonly value: ConfigurationObservation;
}

/** By index, each once. */
export function committedConfigurations(history: History): Committed[] {
  const found = new Map<number, Committed>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'configuration') continue;
    const { value, timeUs, node } = e;
    if (value.change !== 'committed' || found.has(value.index)) continue;
    found.set(value.index, { timeUs, node, value });
  }
  return [...found.values()].sort((a, b) => a.value.index - b.value.index);
}
