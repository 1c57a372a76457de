/** The numbers of a run, as its story gives them, and the times that its promises are held to. */
import { driftFactor, secondsUs } from '../../../harness/spec.ts';
import type { Program } from '../../../harness/spec.ts';

const usual = {
  zonesPerRegion: 2,
  leaseUs: secondsUs(6),
  lanUs: secondsUs(1),
  wanUs: secondsUs(3),
  silentUs: secondsUs(15),
  rememberUs: secondsUs(60),
  healthyPermille: 500,
  holdDownUs: secondsUs(20),
};

type Given = typeof usual;

export interface Numbers extends Given {
  /** Longer ago than this nobody is named any more who is gone, µs: a lease ends, and the last word of it is too old. */
  readonly goneUs: number;
  /** Who has been there for this long is known in its region, µs: a lease, a registry that was new itself, tellings. */
  readonly nearUs: number;
  /** The same of other regions, µs: four tellings, of which three may be lost. */
  readonly farUs: number;
  /** Messages on their way and answers, µs. */
  readonly slackUs: number;
}

export function numbersOf(program: Program): Numbers {
  const { federation } = program.settings.extra;
  const given = typeof federation === 'object' ? (federation as Partial<Given>) : {};
  const n = { ...usual, ...given };
  const factor = driftFactor(program);
  const slackUs = secondsUs(1);
  const nearUs = (2 * n.leaseUs + 4 * n.lanUs) * factor;
  return {
    ...n,
    holdDownUs: n.holdDownUs / factor,
    goneUs: (n.leaseUs + n.lanUs + n.silentUs) * factor + slackUs,
    nearUs,
    farUs: nearUs + 4 * n.wanUs * factor,
    slackUs,
  };
}
