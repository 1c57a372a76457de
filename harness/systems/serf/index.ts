/** Serf, 0.8.2 and later: five agents that tell by gossip who is alive. */
import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { defineSystem } from '../define-system.ts';
import { SerfConnection } from './connection.ts';
import { launchSerf } from './launch.ts';
import { SerfSession } from './session.ts';

const gossipDocument = 'https://www.serf.io/docs/internals/gossip.html';
const probeMs = 2_000;

export const serf = defineSystem({
  name: 'serf',
  flags: z.object({
    profile: z
      .enum(['lan', 'local', 'wan'])
      .default('lan')
      .describe('of members of our own, and what is expected of them: how patient they are'),
  }),
  operations: ['members'],
  // The patient take longer to tell the dead, and who was given up, than the bounds of these promises.
  promises: ({ profile }) =>
    profile === 'wan' ? ['heard-told'] : ['live-told', 'dead-told', 'heard-told'],
  documents: [
    {
      promises: ['live-told', 'dead-told'],
      says: 'A member that answers neither a probe nor others that probe it is suspected, and declared failed when it does not contradict in time; members learn of it by gossip.',
      source: gossipDocument,
    },
    {
      promises: ['heard-told'],
      says: 'Nothing: a member that hears nobody cannot contradict, and is declared failed though everybody hears it.',
      source: gossipDocument,
      weakenedBy: '--profile local and lan, which wait for seconds; wan waits for half a minute',
    },
  ],
  anomalies: [
    {
      what: 'A member that hears nobody is declared failed within seconds, while it runs and all others hear it.',
      flags: {},
      safe: { profile: 'wan' },
      scenario: 'deaf-member',
      breaks: 'heard-told',
      source: gossipDocument,
    },
  ],
  launch: ({ profile }) => launchSerf(profile),
  adapter: () => ({
    connect: (endpoints) => new SerfSession(endpoints),
    ready: requireMembers,
  }),
  settings: (flags) => flags,
  requires: [
    {
      program: 'serf',
      args: ['version'],
      otherwise: 'antlion verify serf starts its own with it: apt-get install serf',
    },
  ],
});

/** Throws E_ENDPOINT unless every agent tells all of them alive. */
async function requireMembers(endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        const said = await askOnce(endpoint);
        const missing = endpoints.find(({ name }) => said.get(name) !== 'alive');
        if (missing === undefined) return;
        const status = said.get(missing.name) ?? 'not there';
        throw new Error(`it says that ${missing.name} is ${status}`);
      } catch (cause) {
        throw new HarnessError(
          'E_ENDPOINT',
          `no Serf that knows all members answers at ${endpoint.url} (${(cause as Error).message}), wanted an agent for each, by the name of its endpoint. Check --endpoint NAME=serf://host:7373, without rpc_auth.`,
          { cause },
        );
      }
    }),
  );
}

async function askOnce(endpoint: Endpoint): Promise<ReadonlyMap<string, string>> {
  const connection = await SerfConnection.open(endpoint, AbortSignal.timeout(probeMs));
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    return await connection.members();
  } finally {
    clearTimeout(late);
    connection.close();
  }
}
