/** What `antlion verify` would do, for people: nothing is touched, not even asked. */
import type { Environment, Run } from '../../core/environment.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Endpoint } from '../../core/system.ts';
import type { OpenSystem } from '../../systems/define-system.ts';
import { programOf } from '../../runner/run-scenario.ts';
import { describeFault } from '../../faults/describe.ts';
import { allowedOf, warningOf } from './allowed.ts';
import type { VerifyCall } from './verify-flags.ts';
import type { Fit } from './verify-scenarios.ts';

export function dryRunLines(
  environment: Environment<Promise<Run>>,
  { all, leftOut }: Fit,
  { flags, open }: VerifyCall & { readonly open: OpenSystem },
  endpoints: readonly Endpoint[],
): string[] {
  const members = allowedOf(endpoints, flags);
  const where =
    endpoints.length === 0
      ? [`It would start members of its own: ${(open.launch?.command ?? []).join(' ')}`]
      : [
          `It would ask ${endpoints.map((e) => `${e.name}=${e.url}`).join(', ')},`,
          'write and read keys below antlion/ and remove them again.',
          ...(members.size > 0
            ? warningOf(endpoints, members, flags)
            : ['No member would be touched.']),
        ];
  const stories = all.flatMap(({ scenario, skipped }) => {
    if (skipped !== null) return ['', `${scenario.name}: skipped: ${skipped}`];
    const drawn = programOf(scenario, flags.seed, environment.time, null);
    const { program, narrowed } = environment.fit?.(drawn) ?? { program: drawn, narrowed: [] };
    const operations = program.clients.reduce((n, ops) => n + ops.length, 0);
    return [
      '',
      `${scenario.name}, seed ${flags.seed}: ${formatDuration(program.durationUs)}, ${program.clients.length} clients, at most ${operations} operations`,
      ...program.faults.map(
        (f) =>
          `  after ${formatDuration(f.atUs)} for ${formatDuration(f.untilUs - f.atUs)}: ${describeFault(f, program.shape)}`,
      ),
      ...narrowed.map((n) => `  left out: ${n}`),
    ];
  });
  const others = leftOut === null ? [] : ['', `Left out of the suite, ${leftOut}`];
  return [...where, ...stories, ...others, '', 'Nothing was done: --dry-run.'];
}
