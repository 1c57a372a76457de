/** What of a process is on an engine, by the labels of its things. */
import type { Engine } from '../../harness/containers/engine.ts';
import { ownerOf, runLabel } from '../../harness/containers/labels.ts';
import { listResources } from '../../harness/containers/resources.ts';

export async function madeBy(engine: Engine, pid: number): Promise<readonly string[]> {
  const resources = await listResources(engine, runLabel);
  return resources.filter((r) => ownerOf(r.labels)?.pid === pid).map((r) => `${r.kind} ${r.name}`);
}
