/**
 * Runs that left something on an engine and that no journal tells of: the journal was lost, or is
 * another user's.
 */
import { standingOf } from '../cleanup/process-id.ts';
import type { Engine } from './engine.ts';
import { ownerOf, runLabel } from './labels.ts';
import { listResources, type Resource } from './resources.ts';

export interface LostRun {
  readonly run: string;
  /** `3 containers, 4 networks`. */
  readonly what: string;
  /** `dead`: the process that made it is gone, and it may be removed. */
  readonly owner: 'dead' | 'unknown';
  /** For people: why nobody here knows whether its owner lives. */
  readonly why: string;
}

/**
 * What is on the engine of runs that are not in `known`. A run is over when the process that its
 * labels name (number, start, machine) is gone from this machine; one of a living process is left out.
 */
export async function findLostRuns(
  engine: Engine,
  known: ReadonlySet<string>,
): Promise<readonly LostRun[]> {
  const byRun = new Map<string, Resource[]>();
  for (const resource of await listResources(engine, runLabel)) {
    const run = resource.labels[runLabel] ?? '';
    if (!known.has(run)) byRun.set(run, [...(byRun.get(run) ?? []), resource]);
  }
  return [...byRun].flatMap(([run, resources]) => {
    const found = { run, what: countsOf(resources) };
    const owner = resources.map((r) => ownerOf(r.labels)).find((o) => o !== null) ?? null;
    if (owner === null) return { ...found, owner: 'unknown' as const, why: 'no label says whose' };
    switch (standingOf(owner)) {
      case 'alive':
        return [];
      case 'dead':
        return { ...found, owner: 'dead' as const, why: `process ${owner.pid} is gone` };
      case 'elsewhere': {
        const why = `made by process ${owner.pid} of user ${owner.user} on ${owner.place}`;
        return { ...found, owner: 'unknown' as const, why };
      }
    }
  });
}

function countsOf(resources: readonly Resource[]): string {
  return (['service', 'container', 'network', 'volume'] as const)
    .map((kind) => [resources.filter((r) => r.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}${count === 1 ? '' : 's'}`)
    .join(', ');
}
