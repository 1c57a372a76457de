/**
 * The client `consul` for Node, as it is installed, on the reference cluster behind Consul's interface: what does a program
 * that watches keys see when the leader is killed, or its own server is out of reach?
 */
import Consul from 'consul';
import { cluster, defineScenario, libraryUnderTest } from '../../../harness/index.ts';
import type { LibraryDefinition, Operation, Prng, Scenario } from '../../../harness/index.ts';
import { consulApi } from '../../../reference-impl/consul-api/api.ts';
import { listsCatchUp } from './list-told.ts';
import { programCutOff } from './cut-off.ts';
import { referenceNodes } from './reference-node.ts';

const secondUs = 1_000_000;
const prefix = 'jobs/';
/** It waits 33 s for an answer to a question of 30 s, and a little before it asks again. */
const caughtUpUs = 45 * secondUs;

const catchesUp = listsCatchUp('watch-catches-up', caughtUpUs);

export const definition: LibraryDefinition = {
  name: 'consul',
  operations: ['add-name', 'follow-list'],
  promises: [catchesUp],
  ...referenceNodes(consulApi),
  client(host, { extra }) {
    const at = (server: number): Consul =>
      new Consul({ host: `server-${server}`, port: 8500, defaults: { consistent: true } });
    return {
      async perform({ f, key }) {
        if (f === 'add-name') return (await at(0).kv.set(prefix + key, key)) as unknown as boolean;
        const consul = at(host.client);
        const wait = typeof extra['wait'] === 'string' ? { wait: extra['wait'] } : {};
        const watch = consul.watch({
          method: consul.kv.keys.bind(consul.kv),
          options: { key: prefix, ...wait },
        });
        // What it cannot ask now it asks again later.
        watch.on('error', () => host.observe({ kind: 'list-told', names: null }));
        watch.on('change', (data) => {
          const names = data as readonly string[];
          host.observe({ kind: 'list-told', names: names.map((n) => n.slice(prefix.length)) });
        });
        return null;
      },
    };
  },
};

const { system } = libraryUnderTest(definition, { workFactor: 20 });

/** `wait` is how long one question waits for news; absent: as the client has it, 30 s. */
export function consulStory(name: string, wait?: string): Scenario {
  return defineScenario({
    name,
    claim: catchesUp.claim,
    promises: [catchesUp],
    system,
    environments: ['simulation'],
    successesMin: 5,
    story(draw) {
      const killedUs = draw.between(8, 12) * secondUs;
      const cutUs = draw.between(20, 25) * secondUs;
      return {
        shape: cluster({ servers: 3, clients: 3 }),
        faults: [
          {
            kind: 'crash',
            atUs: killedUs,
            untilUs: killedUs + draw.between(2, 5) * secondUs,
            nodes: { of: 'leader' },
          },
          // Longer than one question waits: some question meets it.
          programCutOff(4, cutUs, draw.between(36, 45) * secondUs),
        ],
        clients: [additions(draw), [watches(1)], [watches(2)]],
        durationUs: 125 * secondUs,
        deadlineUs: 5 * secondUs,
        extra: { modes: false, ...(wait !== undefined && { wait }) },
      };
    },
  });
}

/** The last comes when all is well again. */
function additions(draw: Prng): Operation[] {
  const atUs = Array.from({ length: 15 }, () => draw.between(3_000, 60_000) * 1_000);
  const sorted = [...atUs.sort((a, b) => a - b), 72 * secondUs];
  return sorted.map((us, i) => {
    const afterUs = us - (sorted[i - 1] ?? 0);
    return { id: i + 10, afterUs, f: 'add-name', key: `job-${i}`, value: null };
  });
}

function watches(id: number): Operation {
  return { id, afterUs: 2 * secondUs, f: 'follow-list', key: 'jobs', value: null };
}
