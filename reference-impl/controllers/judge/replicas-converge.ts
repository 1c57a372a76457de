/** CONSISTENCY: actual becomes desired, and callers know it (D4). */
import { monitored, nameNode } from '../../../harness/spec.ts';
import type { Invariant, NodeId, Program } from '../../../harness/spec.ts';
import type { Cluster } from './cluster.ts';
import { QuietLooks } from './quiet.ts';

export function replicasConverge(): Invariant {
  return monitored(
    {
      id: 'replicas-converge',
      area: 'CONSISTENCY',
      claim:
        'Once nothing has been changed, broken or healed for the bound, as many pods of each deployment run as are wanted, none twice, and every node sends calls to exactly these.',
      faultModel: 'any crashes, partitions and losses, of nodes and of a minority of servers',
    },
    (program) =>
      new QuietLooks(
        program,
        (b) => b.convergedUs,
        (c, n) => wrong(c, program, n),
      ),
  );
}

function wrong(cluster: Cluster, program: Program, count: () => void): readonly string[] | null {
  const { workers, desired, routes } = cluster;
  if (workers.length === 0) return null;
  for (const [deployment, replicas] of desired) {
    if (replicas === null) continue;
    count();
    const pods = runningOf(cluster, deployment);
    const text = pods.map(([pod, node]) => `${pod} on ${nameNode(program, node)}`).join(', ');
    const wanted = `${replicas} pods of ${deployment} are wanted.`;
    const isOnce = new Set(pods.map(([pod]) => pod)).size === pods.length;
    if (pods.length !== replicas || !isOnce) {
      return [wanted, `On nodes that are in touch there run: ${text || 'none'}.`];
    }
    for (const viewer of workers) {
      const told = [...(routes.get(viewer)?.get(deployment) ?? [])].sort(byPod);
      if (JSON.stringify(told) === JSON.stringify(pods)) continue;
      const to = told.map(([pod, node]) => `${pod} on ${nameNode(program, node)}`).join(', ');
      return [
        `${wanted} There run: ${text || 'none'}.`,
        `${nameNode(program, viewer)} sends calls to ${to || 'none'}.`,
      ];
    }
  }
  return null;
}

function runningOf({ workers, running }: Cluster, deployment: string): [string, NodeId][] {
  return workers
    .flatMap((node) =>
      [...(running.get(node)?.keys() ?? [])]
        .filter((pod) => pod.startsWith(`${deployment}/`))
        .map((pod): [string, NodeId] => [pod, node]),
    )
    .sort(byPod);
}

function byPod([a, x]: readonly [string, NodeId], [b, y]: readonly [string, NodeId]): number {
  if (a !== b) return a < b ? -1 : 1;
  return x - y;
}
