/**
 * The client `eureka-js-client`, as it is installed, on the reference cluster behind Eureka's interface: whom can a program
 * call while its peers are out of reach, and crash?
 */
import { Eureka } from 'eureka-js-client';
import {
  cluster,
  defineScenario,
  formatDuration,
  libraryUnderTest,
} from '../../../harness/index.ts';
import type {
  Explanation,
  History,
  Invariant,
  LibraryDefinition,
  Operation,
  Prng,
  Scenario,
  Verdict,
} from '../../../harness/index.ts';
import { eurekaRoutes } from '../../../reference-impl/eureka-api/api.ts';
import { programCutOff, serverDown } from './cut-off.ts';
import { referenceNodes } from './reference-node.ts';

const secondUs = 1_000_000;
const servers = 3;
const app = 'orders';
/** Clients that are instances of it; the last one looks for them. */
const instances = 2;

/** All instances are up from the first full list on, so each that is not in a later one could have been called. */
const goesOn: Invariant = {
  id: 'goes-on-with-its-list',
  area: 'DISCOVERY',
  claim:
    'A program that knows all instances of a service, all of which stay up, knows them at every later look.',
  faultModel: 'peers that crash, one at a time, and programs that are cut off from all of them',
  judge(history): Verdict {
    const { id: invariant, claim } = goesOn;
    const { explanation, looks } = looked(history);
    if (explanation !== null) return { kind: 'violated', invariant, claim, explanation };
    if (looks === 0) return { kind: 'unknown', invariant, reason: 'nobody ever saw all instances' };
    return { kind: 'holds', invariant, basis: `${looks} looks, each of which saw all instances` };
  },
};

function looked({ events }: History): { explanation: Explanation | null; looks: number } {
  const asked = new Set<number>();
  let looks = 0;
  for (const e of events) {
    if (e.type === 'invoke' && e.f === 'look') asked.add(e.op);
    if (!('op' in e) || e.type === 'invoke' || !asked.has(e.op)) continue;
    const seen = e.type === 'ok' ? (e.value as readonly string[]) : [];
    if (seen.length === instances) looks += 1;
    else if (looks > 0) {
      const what = e.type === 'ok' ? `saw ${seen.join(' and ') || 'nobody'}` : 'had no answer';
      const sentences = [
        `The look that ended at ${formatDuration(e.timeUs)} ${what}.`,
        `All ${instances} instances were up, and had been seen before.`,
      ];
      return { explanation: { atUs: e.timeUs, sentences, ops: [e.op] }, looks };
    }
  }
  return { explanation: null, looks };
}

function client(id: string, isCalled: boolean): Eureka {
  const silent = (): void => undefined;
  return new Eureka({
    logger: { debug: silent, info: silent, warn: silent, error: silent, level: silent },
    instance: {
      app: isCalled ? app : 'looking',
      instanceId: id,
      hostName: id,
      ipAddr: '10.3.0.1',
      port: { $: 8_080, '@enabled': true },
      vipAddress: isCalled ? app : 'looking',
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
        name: 'MyOwn',
      },
    },
    eureka: {
      registerWithEureka: isCalled,
      serviceUrls: {
        default: Array.from({ length: servers }, (_, i) => `http://server-${i}:8761/eureka/apps/`),
      },
    },
  });
}

const started = (eureka: Eureka): Promise<void> =>
  new Promise((resolve, reject) => {
    eureka.start((e) => (e ? reject(e) : resolve()));
  });

const seenBy = (eureka: Eureka): string[] =>
  eureka
    .getInstancesByVipAddress(app)
    .map((i) => i.instanceId)
    .sort();

export const definition: LibraryDefinition = {
  name: 'eureka-js-client',
  operations: ['join', 'look'],
  promises: [goesOn],
  ...referenceNodes(eurekaRoutes),
  client(host, { extra }) {
    const name = `${app}-${host.client}`;
    let own: Eureka | null = null;
    return {
      async perform({ f }) {
        if (f === 'join') {
          own = client(name, host.client < instances);
          await started(own);
          return null;
        }
        if (own === null || extra['isCached'] !== false) return own === null ? [] : seenBy(own);
        const fresh = client(name, false);
        await started(fresh);
        const seen = seenBy(fresh);
        fresh.stop(() => undefined);
        return seen;
      },
    };
  },
};

const { system } = libraryUnderTest(definition, { workFactor: 20 });

/** `isCached` false: the program asks the peers at every look. */
export function eurekaStory(name: string, isCached: boolean): Scenario {
  return defineScenario({
    name,
    claim: goesOn.claim,
    promises: [goesOn],
    system,
    environments: ['simulation'],
    successesMin: 5,
    story(draw) {
      const cutUs = draw.between(80, 90) * secondUs;
      const downUs = draw.between(95, 140) * secondUs;
      return {
        shape: cluster({ servers, clients: instances + 1 }),
        faults: [
          programCutOff(servers + instances, cutUs, draw.between(40, 100) * secondUs),
          serverDown(draw, servers, downUs, draw.between(5, 20) * secondUs),
        ],
        clients: [join(draw, 0), join(draw, 1), [...join(draw, 2), ...looks(draw)]],
        durationUs: 260 * secondUs,
        deadlineUs: 5 * secondUs,
        extra: { modes: false, eureka: {}, isCached },
      };
    },
  });
}

function join(draw: Prng, id: number): Operation[] {
  const afterUs = draw.between(500, 3_000) * 1_000;
  return [{ id, afterUs, f: 'join', key: app, value: null }];
}

function looks(draw: Prng): Operation[] {
  return Array.from({ length: 30 }, (_, i) => {
    return { id: 10 + i, afterUs: draw.between(6, 9) * secondUs, f: 'look', key: app, value: null };
  });
}
