/** CONSISTENCY: a ConfigMap that changes under a pod reaches it (C1). */
import { monitored, nameNode } from '../../../harness/spec.ts';
import type { Invariant, Program } from '../../../harness/spec.ts';
import type { Cluster } from './cluster.ts';
import { QuietLooks } from './quiet.ts';

export function configReachesPods(): Invariant {
  return monitored(
    {
      id: 'config-reaches-pods',
      area: 'CONSISTENCY',
      claim:
        'Once nothing has been changed, broken or healed for the bound, every pod that runs on a node in touch goes by the newest ConfigMap of its deployment.',
      faultModel: 'any crashes, partitions and losses, of nodes and of a minority of servers',
    },
    (program) =>
      new QuietLooks(
        program,
        (b) => b.configUs,
        (c, n) => wrong(c, program, n),
      ),
  );
}

function wrong(cluster: Cluster, program: Program, count: () => void): readonly string[] | null {
  const { workers, configs, running } = cluster;
  for (const node of workers) {
    for (const [pod, config] of running.get(node) ?? []) {
      const newest = configs.get(pod.slice(0, pod.lastIndexOf('/'))) ?? null;
      if (newest === null) continue;
      count();
      if (config >= newest) continue;
      return [
        `Version ${newest} of the ConfigMap of ${pod} was acknowledged.`,
        `The pod goes by version ${config} on ${nameNode(program, node)}, which is up and in touch.`,
      ];
    }
  }
  return null;
}
