/** What intentions said, as the servers applied them: the second opinion on who may call whom. */
import type { HistoryEvent, Program } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';

const prefix = 'config/intentions/';

interface Version {
  readonly revision: number;
  /** When the first server had applied it. */
  readonly appliedUs: number;
  readonly isAllowed: boolean | null;
}

export class Permissions {
  private readonly program: Program;
  /** By `SOURCE/DESTINATION`, ascending by revision. */
  private readonly versions = new Map<string, Version[]>();

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): void {
    if (e.type !== 'observe' || e.value.kind !== 'config') return;
    const { key, value, revision } = e.value;
    if (!key.startsWith(prefix) || this.program.shape.nodes[e.node]?.role !== 'server') return;
    const pair = key.slice(prefix.length);
    const of = this.versions.get(pair) ?? [];
    this.versions.set(pair, of);
    if (of.some((v) => v.revision === revision)) return;
    of.push({
      revision,
      appliedUs: e.timeUs,
      isAllowed: value === null ? null : value === 'allow',
    });
    of.sort((a, b) => a.revision - b.revision);
  }

  /** Was a call of `source` to `destination` allowed, and denied, at some time from `fromUs` to `toUs`? */
  between(
    source: string,
    destination: string,
    fromUs: number,
    toUs: number,
  ): { readonly allowed: boolean; readonly denied: boolean } {
    const pairs = [`${source}/${destination}`, `*/${destination}`, `${source}/*`, '*/*'];
    const all = pairs.map((pair) => this.inForce(pair, fromUs, toUs));
    // Each copy takes changes in order, but several keys may be taken from different moments of the time.
    const could = (isAllowed: boolean): boolean => {
      for (const values of all) {
        if (values.has(isAllowed)) return true;
        if (!values.has(null)) return false;
      }
      return !isAllowed;
    };
    return { allowed: could(true), denied: could(false) };
  }

  private inForce(pair: string, fromUs: number, toUs: number): ReadonlySet<boolean | null> {
    const versions = this.versions.get(pair) ?? [];
    const found = new Set<boolean | null>();
    if ((versions[0]?.appliedUs ?? Infinity) >= fromUs) found.add(null);
    versions.forEach(({ appliedUs, isAllowed }, i) => {
      const untilUs = versions[i + 1]?.appliedUs ?? Infinity;
      if (appliedUs <= toUs && untilUs >= fromUs) found.add(isAllowed);
    });
    return found;
  }
}
