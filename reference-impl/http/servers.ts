/** Who the servers are and which of them leads, by the names of the cluster's nodes. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { NodeId } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';
import { lanes } from '../lanes.ts';
import { answer } from './answers.ts';
import type { Ask, Body } from './answers.ts';
import { badRequest, bodyOf } from './input.ts';

const change = z.strictObject({
  add: z.array(z.string()).default([]),
  remove: z.array(z.string()).default([]),
});
const successor = z.strictObject({ to: z.string() });

/** Servers that are added may have to be sent all that there is before they take part. */
const catchUpUsMax = 15_000_000;

/** What a server's own call tells. */
interface Told {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  readonly leader: NodeId | null;
  readonly term: number;
}

export function serverRoutes(app: Hono, shape: Shape, ask: Ask): void {
  const nameOf = (id: NodeId): string => shape.nodes[id]?.name ?? `${id}`;
  const idOf = (name: string): NodeId => {
    const id = shape.nodes.findIndex((n) => n.name === name && n.role === 'server');
    if (id >= 0) return id;
    const known = shape.nodes.flatMap((n) => (n.role === 'server' ? [n.name] : []));
    throw badRequest(`no server ${name}, only ${known.join(', ')}`);
  };
  const told = async (c: Context, body: (t: Told) => Body): Promise<Response> =>
    answer(c, await ask(lanes.store, 'servers'), (o) => body(o.value as unknown as Told));

  app.get('/servers', (c) =>
    told(c, ({ voters, learners, leader, term }) => ({
      voters: voters.map(nameOf),
      learners: learners.map(nameOf),
      leader: leader === null ? null : nameOf(leader),
      term,
    })),
  );
  app.put('/servers', async (c) => {
    const { add, remove } = await bodyOf(c, change);
    if (add.length + remove.length === 0) throw badRequest('add and remove are both empty');
    const value = { add: add.map(idOf), remove: remove.map(idOf) };
    const done = await ask(lanes.agent, 'change-servers', 'servers', value, catchUpUsMax);
    return answer(c, done, () => ({ added: add, removed: remove }));
  });
  app.put('/leader', async (c) => {
    const { to } = await bodyOf(c, successor);
    const done = await ask(lanes.agent, 'hand-over', 'leader', idOf(to));
    return answer(c, done, () => ({ leader: to }));
  });
}
