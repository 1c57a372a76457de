/**
 * OpenFeature's SDK for Node, as it is installed, with the provider of this project on the reference cluster: for how
 * long does a program go by a flag that was killed while nobody could tell it?
 */
import { OpenFeature } from '@openfeature/server-sdk';
import {
  cluster,
  defineScenario,
  formatDuration,
  libraryUnderTest,
} from '../../../harness/index.ts';
import type {
  History,
  HistoryEvent,
  Invariant,
  LibraryDefinition,
  Operation,
  OperationEvent,
  Scenario,
  Verdict,
} from '../../../harness/index.ts';
import { nodeApi } from '../../../reference-impl/http/api.ts';
import { antlionProvider } from '../../../reference-impl/http/openfeature.ts';
import { programCutOff, serverDown } from './cut-off.ts';
import { fetched, putKey } from './over-run.ts';
import { referenceNodes } from './reference-node.ts';

const secondUs = 1_000_000;
const servers = 3;
const programs = 2;
const usualMs = 5_000;
/** As old as rules may be, and a second. */
const boundUs = usualMs * 1_000 + secondUs;

const killedEverywhere: Invariant = {
  id: 'killed-everywhere',
  area: 'CONSISTENCY',
  claim: `A program serves no flag as on that was killed more than ${formatDuration(boundUs)} before it looked.`,
  faultModel: 'any faults',
  judge(history): Verdict {
    const { id: invariant, claim } = killedEverywhere;
    const killedUs = history.events.find((e) => isOk(e, 'kill-flag'))?.timeUs;
    const looks = looksAfter(history, (killedUs ?? Infinity) + boundUs);
    const late = looks.find(({ value }) => value === 'on');
    if (late !== undefined) {
      const sentences = [
        `The flag was killed at ${formatDuration(killedUs ?? 0)}.`,
        `Process ${late.process} was still served it as on at ${formatDuration(late.timeUs)}.`,
      ];
      const explanation = { atUs: late.timeUs, sentences, ops: [late.op] };
      return { kind: 'violated', invariant, claim, explanation };
    }
    const before = looksAfter(history, 0).filter(({ value }) => value === 'on').length;
    if (looks.length === 0 || before === 0) {
      return { kind: 'unknown', invariant, reason: 'nobody saw it on, or nobody looked so late' };
    }
    const basis = `${before} looks saw it on, and none of ${looks.length} that late`;
    return { kind: 'holds', invariant, basis };
  },
};

function looksAfter({ events }: History, us: number): OperationEvent[] {
  return events.filter((e) => isOk(e, 'look')).filter((e) => e.timeUs > us);
}

function isOk(e: HistoryEvent, f: string): e is OperationEvent {
  return e.type === 'ok' && e.f === f;
}

/** Programs of one run each: the SDK keeps its providers by domain for as long as the process lives. */
let domains = 0;

export const definition: LibraryDefinition = {
  name: 'openfeature',
  operations: ['set-flag', 'kill-flag', 'start', 'look'],
  promises: [killedEverywhere],
  ...referenceNodes(nodeApi),
  client(host, { extra }) {
    domains += 1;
    const domain = `${host.client} of ${domains}`;
    const urls = Array.from({ length: servers }, (_, i) => `http://server-${i}:8500`);
    return {
      async perform({ f }) {
        if (f === 'set-flag' || f === 'kill-flag')
          return putKey(urls, 'config/flags/shop', flag(f === 'set-flag'));
        if (f === 'start') {
          const staleMsMax = Number(extra['staleMsMax'] ?? usualMs);
          const options = { urls, staleMsMax, refreshMs: 1_000, fetch: fetched };
          await OpenFeature.setProviderAndWait(domain, antlionProvider(options));
          return null;
        }
        return OpenFeature.getClient(domain).getStringValue('shop', 'off', {
          targetingKey: 'ana',
        });
      },
    };
  },
};

function flag(isOn: boolean): object {
  const variants = { new: 'on', old: 'off' };
  return { isOn, variants, off: 'old', segments: [], split: { new: 100 } };
}

const { system } = libraryUnderTest(definition, { workFactor: 20 });

/** `staleMsMax` is how old rules may be by which programs go; absent: 5 s. */
export function openFeatureStory(name: string, staleMsMax?: number): Scenario {
  return defineScenario({
    name,
    claim: killedEverywhere.claim,
    promises: [killedEverywhere],
    system,
    environments: ['simulation'],
    successesMin: 20,
    story(draw) {
      const cutUs = draw.between(8, 12) * secondUs;
      const killedUs = cutUs + draw.between(2, 8) * secondUs;
      return {
        shape: cluster({ servers, clients: programs + 1 }),
        faults: [
          programCutOff(servers + programs, cutUs, draw.between(30, 36) * secondUs),
          serverDown(draw, servers, killedUs - draw.below(secondUs), draw.between(2, 5) * secondUs),
        ],
        clients: [
          [operation(0, secondUs, 'set-flag'), ...kills(killedUs)],
          ...Array.from({ length: programs }, (_, n) => program(1_000 * (n + 1))),
        ],
        durationUs: 55 * secondUs,
        deadlineUs: 5 * secondUs,
        extra: { modes: false, ...(staleMsMax !== undefined && { staleMsMax }) },
      };
    },
  });
}

/** Again, for the first may have met nobody who leads. */
function kills(atUs: number): Operation[] {
  return [operation(1, atUs - secondUs, 'kill-flag'), operation(2, 3 * secondUs, 'kill-flag')];
}

function program(id: number): Operation[] {
  const looks = Array.from({ length: 90 }, (_, i) => operation(id + i + 1, secondUs / 2, 'look'));
  return [operation(id, 3 * secondUs, 'start'), ...looks];
}

function operation(id: number, afterUs: number, f: string): Operation {
  return { id, afterUs, f, key: 'shop', value: null };
}
