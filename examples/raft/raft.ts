/** The cluster as a system under test: which components a node and a client consist of. */
import { fileURLToPath } from 'node:url';
import type { MachineForm, System } from 'antlion';
import { Client } from './client.ts';
import { Server } from './server.ts';

export const machine: MachineForm = {
  node: ({ id, shape }) => [{ name: 'raft', component: new Server(id, shape.nodes.length) }],
  client: ({ shape }) => [{ name: 'client', component: new Client(shape.nodes.length) }],
  callLane: 0,
  entry: fileURLToPath(new URL('node.ts', import.meta.url)),
};

export const raft: System = {
  name: 'raft',
  operations: new Set(['read', 'write']),
  promises: ['linearizable'],
  mutants: {},
  machine,
  readiness: () => ({
    event: (e) => e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader',
  }),
};
