import assert from 'node:assert/strict';
import { containers } from '../../harness/containers/environment.ts';
import { planLinks } from '../../harness/containers/link-plan.ts';

import { cluster } from '../../harness/workload/cluster.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';

describe('a containers run of more than 25 nodes', () => {
  it('is refused before any engine is asked', async () => {
    const idle = timetable({ name: 'x', durationMs: 0, deadlineMs: 1, lines: [], faults: [] });
    const program = { ...idle, shape: cluster({ servers: 26, clients: 0 }) };
    await assert.rejects(containers().run(echoSystem, program), {
      code: 'E_CONFIG',
      message: /26 nodes, wanted at most 25 in containers/,
    });
  });
});

describe('the links of a containers run', () => {
  const node = (name: string) => ({ name, role: 'server', zone: 'z' });
  const links = planLinks({ nodes: [node('a'), node('b'), node('c')], clients: 2 });

  it('are one a directed pair, one a client and node, one to control each node', () => {
    assert.deepEqual(
      links.map((l) => `${l.name} ${l.upstream} ${l.isPublished ? 'published' : 'inside'}`),
      [
        'a->b b:7000 inside',
        'a->c c:7000 inside',
        'b->a a:7000 inside',
        'b->c c:7000 inside',
        'c->a a:7000 inside',
        'c->b b:7000 inside',
        'client-0->a a:7000 published',
        'client-0->b b:7000 published',
        'client-0->c c:7000 published',
        'client-1->a a:7000 published',
        'client-1->b b:7000 published',
        'client-1->c c:7000 published',
        'control->a a:7080 published',
        'control->b b:7080 published',
        'control->c c:7080 published',
      ],
    );
  });

  it('have a port each', () => {
    assert.equal(new Set(links.map((l) => l.port)).size, links.length);
  });
});
