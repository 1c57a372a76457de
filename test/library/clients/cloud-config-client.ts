/**
 * The client `cloud-config-client` of Spring Cloud Config, as it is installed, on the reference cluster behind that
 * interface: what does a program that polls go by while it is cut off, and how soon does it catch up?
 */
import CloudConfig from 'cloud-config-client';
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
  OperationEvent,
  Scenario,
  Verdict,
} from '../../../harness/index.ts';
import { nodeApi } from '../../../reference-impl/http/api.ts';
import { programCutOff, serverDown } from './cut-off.ts';
import { putKey } from './over-run.ts';
import { referenceNodes } from './reference-node.ts';

const secondUs = 1_000_000;
const servers = 3;
const programs = 2;
const pollMs = 1_000;
const patienceMs = 2_000;
/** Two tries at servers that do not answer, with the pauses, and an election. */
const boundUs = 15 * secondUs;

const goesOn: Invariant = {
  id: 'goes-on-with-its-settings',
  area: 'CONSISTENCY',
  claim: `A program that once had its settings always has some, and ${formatDuration(boundUs)} after the last heal those that were set.`,
  faultModel: 'servers that crash, one at a time, and programs that are cut off from all of them',
  judge(history): Verdict {
    const { id: invariant, claim } = goesOn;
    const { explanation, kept, current } = looked(history);
    if (explanation !== null) return { kind: 'violated', invariant, claim, explanation };
    if (kept === 0 || current === 0) {
      return { kind: 'unknown', invariant, reason: 'nobody had settings, or looked so late' };
    }
    const basis = `${kept} looks saw settings, and ${current} of them those of after the last heal`;
    return { kind: 'holds', invariant, basis };
  },
};

function looked({ events }: History): {
  readonly explanation: Explanation | null;
  readonly kept: number;
  readonly current: number;
} {
  const ends = events.flatMap((e) => (e.type === 'fault' && e.phase === 'end' ? [e.timeUs] : []));
  const had = new Set<number>();
  let set: OperationEvent | null = null;
  let [kept, current] = [0, 0];
  for (const e of events) {
    if (e.type !== 'ok') continue;
    if (e.f === 'set') set = e;
    if (e.f !== 'look') continue;
    const when = formatDuration(e.timeUs);
    const broken = (...sentences: string[]) => {
      return { explanation: { atUs: e.timeUs, sentences, ops: [e.op] }, kept, current };
    };
    if (e.value === null) {
      if (!had.has(e.process)) continue;
      return broken(`Process ${e.process} had settings, and none at ${when}.`);
    }
    had.add(e.process);
    kept += 1;
    const calmUs = Math.max(...ends, set?.timeUs ?? 0);
    if (set === null || e.timeUs < calmUs + boundUs) continue;
    current += 1;
    if (e.value === set.value) continue;
    return broken(
      `The limit was set to ${JSON.stringify(set.value)} at ${formatDuration(set.timeUs)}, and the last fault was over at ${formatDuration(Math.max(...ends))}.`,
      `Process ${e.process} still went by ${JSON.stringify(e.value)} at ${when}.`,
    );
  }
  return { explanation: null, kept, current };
}

const urls = Array.from({ length: servers }, (_, i) => `http://server-${i}:8500`);

/** A program that asks one server after the other, and goes by the last answer. */
class Program {
  limit: number | null = null;
  private readonly isKept: boolean;
  private asked = 0;

  constructor(isKept: boolean) {
    this.isKept = isKept;
    void this.poll();
  }

  private async poll(): Promise<void> {
    const endpoint = `${urls[this.asked % servers]}/spring`;
    this.asked += 1;
    const answer = CloudConfig.load({ endpoint, name: 'shop', profiles: ['prod'] });
    // The client itself waits for as long as the connection lasts.
    const config = await Promise.race([answer, after(patienceMs)]).catch(() => null);
    const limit = config?.get('limit') as number | undefined;
    this.limit = limit ?? (this.isKept ? this.limit : null);
    setTimeout(() => void this.poll(), pollMs);
  }
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ms);
  });
}

export const definition: LibraryDefinition = {
  name: 'cloud-config-client',
  operations: ['set', 'start', 'look'],
  promises: [goesOn],
  ...referenceNodes(nodeApi),
  client(_host, { extra }) {
    let own: Program | null = null;
    return {
      async perform({ f, value }) {
        if (f === 'set') {
          await putKey(urls, 'config/prod/global/limit', value);
          return value;
        }
        if (f === 'start') own = new Program(extra['isKept'] !== false);
        return own?.limit ?? null;
      },
    };
  },
};

const { system } = libraryUnderTest(definition, { workFactor: 20 });

/** `isKept` false: the program goes by no settings that it was not told at its last look. */
export function cloudConfigStory(name: string, isKept: boolean): Scenario {
  return defineScenario({
    name,
    claim: goesOn.claim,
    promises: [goesOn],
    system,
    environments: ['simulation'],
    successesMin: 20,
    story(draw) {
      const cutUs = draw.between(8, 12) * secondUs;
      const setUs = cutUs + draw.between(2, 8) * secondUs;
      return {
        shape: cluster({ servers, clients: programs + 1 }),
        faults: [
          programCutOff(servers + programs, cutUs, draw.between(15, 20) * secondUs),
          serverDown(draw, servers, setUs - draw.below(secondUs), draw.between(2, 5) * secondUs),
        ],
        clients: [
          [set(0, secondUs, 1), set(1, setUs - secondUs, 2), set(2, 4 * secondUs, 2)],
          ...Array.from({ length: programs }, (_, n) => looks(1_000 * (n + 1))),
        ],
        durationUs: 60 * secondUs,
        deadlineUs: 5 * secondUs,
        extra: { modes: false, isKept },
      };
    },
  });
}

function set(id: number, afterUs: number, value: number): Operation {
  return { id, afterUs, f: 'set', key: 'limit', value };
}

function looks(id: number): Operation[] {
  const operation = (i: number, afterUs: number, f: string): Operation => {
    return { id: id + i, afterUs, f, key: 'limit', value: null };
  };
  const all = Array.from({ length: 100 }, (_, i) => operation(i + 1, secondUs / 2, 'look'));
  return [operation(0, 3 * secondUs, 'start'), ...all];
}
