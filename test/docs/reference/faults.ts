/** `faults.md`: every kind of fault, as its manifest says. */
import type { z } from 'zod';
import { environmentsOf } from '../../../harness/cli/list-faults.ts';
import { allKinds, faultKinds } from '../../../harness/faults/kinds.ts';
import type { FaultDefinition } from '../../../harness/faults/kind.ts';
import { code, codes, fieldOf, note, type Page, table } from './markdown.ts';

export const faultsPage: Page = {
  file: 'faults.md',
  text() {
    const builtIn: readonly string[] = faultKinds;
    const kinds = allKinds().filter((d) => builtIn.includes(d.kind));
    return [
      '# Kinds of fault',
      note,
      `A fault of a plan is an object: its \`kind\`, when it begins and ends (\`atUs\`, \`untilUs\`, µs after the cluster was ready), whom it hits (\`links\` or \`nodes\`), and the fields of its kind. A kind of your own: [Write a kind of fault](../guides/fault.md).`,
      table(
        ['kind', 'what it does', 'hits', 'harms', 'can be done in'],
        kinds.map((d) => [
          code(d.kind),
          d.line,
          d.on,
          codes(d.harms),
          environmentsOf(d).join(', '),
        ]),
      ),
      '`attached` are members that antlion did not write: products, and systems of yours.',
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

function fields({ fields: own }: FaultDefinition): string {
  const rows = Object.entries(own as Readonly<Record<string, z.ZodType>>).map(
    ([name, schema]) => `- ${code(fieldOf(name, schema))}`,
  );
  return rows.length === 0 ? 'None of its own.' : rows.join('\n');
}
