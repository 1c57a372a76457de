/** `faults.md`: every kind of fault, as its manifest says. */
import type { z } from 'zod';
import { environmentsOf } from '../../../harness/cli/lists/list-faults.ts';
import { allKinds, faultKinds, rareKinds } from '../../../harness/faults/kinds.ts';
import type { FaultDefinition } from '../../../harness/faults/kind.ts';
import { code, codes, fieldOf, note, type Page, table } from './markdown.ts';

export const faultsPage: Page = {
  file: 'faults.md',
  text() {
    const builtIn: readonly string[] = [...faultKinds, ...rareKinds];
    const kinds = allKinds().filter((d) => builtIn.includes(d.kind));
    return [
      '# Kinds of fault',
      note,
      `A fault of a plan is an object: its \`kind\`, when it begins and ends (\`atUs\`, \`untilUs\`, µs after the cluster was ready), whom it hits (\`links\` or \`nodes\`), and the fields of its kind. A kind of your own: [Write a kind of fault](../guides/fault.md).`,
      table(
        ['kind', 'what it does', 'hits', 'harms'],
        kinds.map((d) => [code(d.kind), d.line, d.on, codes(d.harms)]),
      ),
      `${codes(rareKinds)} are done where a plan names them. \`drawPlan\` is given the others by \`faultKinds\`: any system is expected to live with them.`,
      '## Where each can be done',
      '`attached` are members that antlion did not write: products, and systems of yours. `started` are such members that antlion starts itself. Disks in user space need Linux, root and FUSE ([Disks](../guides/disks.md)); clocks of started members libfaketime ([Clocks](../guides/clocks.md)).',
      table(
        ['kind', 'simulation', 'processes', 'containers', 'attached', 'started', 'shown by'],
        kinds.map((d) => {
          const where = environmentsOf(d);
          const own = (['simulation', 'processes', 'containers', 'attached'] as const).map((e) => {
            if (!where.includes(e)) return '–';
            return e === 'processes' && d.by === 'our-disk' ? 'on disks in user space' : 'yes';
          });
          return [code(d.kind), ...own, startedOf(d), shownBy(d)];
        }),
      ),
      'Where faults are real, one has taken effect once it is shown so: what it met is counted, and somebody else than who does it looks. A link is probed from end to end, on the way that its messages take; of a process the machine tells what became of it; clocks are read beside the true time, and a foreign member is asked for its time, and syncs are timed. The end of a fault is looked for in the same way, and what is still seen after it makes the run unknown. A fault without effect is told with its likely reason: idle, bypassed, gone before its end. Tests do every kind in every environment that claims it, beside faults that only claim to be done.',
      'Where it is real, `half-open` is imitated: our proxy loses what comes on connections that are older than the fault, and keeps both ends open. The machines at both ends acknowledge what is sent all the same, so that no program is told by its keepalive or by what is sent again, as it would be where a router forgot the connection.',
      '## Fields',
      'Times are whole µs; permille is parts per thousand.',
      ...kinds.map((d) => `### ${d.kind}\n\n${fields(d)}`),
      '## Targets',
      '`nodes` is one of these; `links` is `{ from, to, bothWays }`, each end one of these.',
      table(
        ['target', 'whom it means, when the fault begins'],
        [
          ['`{ of: "node", node: 2 }`', 'one node, by number'],
          ['`{ of: "nodes", nodes: [0, 2] }`', 'several'],
          ['`{ of: "leader" }`', 'the leader; skipped with a remark when nobody was seen to lead'],
          ['`{ of: "follower" }` `{ of: "followers" }`', 'one server that does not lead, or all'],
          ['`{ of: "minority" }`', 'the largest minority of the servers, with the leader in it'],
          ['`{ of: "majority" }`', 'the other servers'],
          [
            '`{ of: "role", role }` `{ of: "service", service }` `{ of: "zone", zone }`',
            'nodes of the shape with that property',
          ],
          ['`{ of: "servers" }` `{ of: "clients" }` `{ of: "everyone" }`', 'all of them'],
        ],
      ),
    ].join('\n\n');
  },
};

/** Among members that antlion starts. */
function startedOf({ kind, scope, inject, by, version, asksSystem }: FaultDefinition): string {
  if (version !== undefined) return 'where the system has versions';
  if (kind === 'clock') return 'the wall clock, where programs heed libfaketime';
  if (asksSystem === true) return 'where the system changes members';
  if (inject === undefined || scope === 'inside') return '–';
  if (scope === 'message') return by === 'our-packets' ? 'in namespaces, of UDP' : 'in namespaces';
  return scope === 'disk' ? 'on disks in user space' : 'yes';
}

function shownBy({ scope, kind, inject, harms, by }: FaultDefinition): string {
  if (inject === undefined) return 'the simulated disk';
  if (kind === 'upgrade') return 'the version that a node tells, before, meanwhile and after';
  if (by === 'our-process') return 'the end of the node, and its limits, as the machine tells them';
  if (by === 'our-disk') return 'counts of the disk, or the end of the node';
  switch (scope) {
    case 'link':
      return 'a probe along each link, asked for at both ends';
    case 'process':
      return 'the state of the process, as the machine tells it';
    case 'message':
      return 'counts where messages leave';
    case 'inside':
      if (kind === 'reconfigure') return 'whom other nodes say that the members are';
      return kind === 'clock' ? 'its clocks, read' : 'probes of connections that are to be made';
    case 'disk':
      if (kind === 'disk') return 'a sync, timed';
      return harms.includes('ends-nodes') ? 'the end of the node' : 'counts of syncs and writes';
  }
}

function fields({ fields: own }: FaultDefinition): string {
  const rows = Object.entries(own as Readonly<Record<string, z.ZodType>>).map(
    ([name, schema]) => `- ${code(fieldOf(name, schema))}`,
  );
  return rows.length === 0 ? 'None of its own.' : rows.join('\n');
}
