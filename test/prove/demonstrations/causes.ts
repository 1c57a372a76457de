import { benchMutants } from '../bench.ts';
import { namedCause } from '../causes.ts';
import type { NamedCause } from '../causes.ts';
import { mutantsDrawn, rowOf, shrunk, sumOf, textOf } from '../shrinking.ts';
import type { Demonstration } from './demonstration.ts';

export const causes: Demonstration = {
  says: 'counterexamples of the bench, or with --count 40 --seed 7 of so many mutants: steps, and whether the step named as cause is the one that went wrong',
  isLong: true,
  run({ say, seed, count }) {
    const names = count === undefined ? benchMutants : mutantsDrawn(seed ?? 1, count);
    const rows = names.flatMap((name) => {
      const found = shrunk(name);
      const named = found && namedCause(found);
      if (found === null || named === null) {
        say(false, `causes ${name}: shows no more where it did`);
        return [];
      }
      const row = rowOf(found, 400);
      say(row.isTold, `causes ${textOf(row)}`, causeText(named));
      return { row, named };
    });
    const sum = sumOf(rows.map((r) => r.row));
    say(sum.isNear, `causes: ${sum.text}`, sum.detail);
    const known = rows.filter((r) => r.named.isRight !== null);
    const right = known.filter((r) => r.named.isRight === true).length;
    say(
      right >= 0.9 * known.length,
      `causes: the right step is named in ${right} of ${known.length}`,
      `of ${rows.length - known.length} it is not known which one that is`,
    );
  },
};

function causeText({ decided, namedUs, cause, isRight }: NamedCause): string {
  const named = cause.certain === null ? 'no luck needed' : `named ${seconds(namedUs)}`;
  if (decided === null) return `${named}; which answer decided it is not known`;
  const { by, number, wrong } = decided;
  const verdict = isRight === true ? 'right' : 'WRONG STEP';
  return `${named}, decided by ${by.rule} at ${seconds(by.atUs)}, wrong answer ${number} of ${wrong}: ${verdict}`;
}

function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}
