/** How long a feature flag takes to evaluate: locally, with ten segments before the split, in CPU time. */
import { evaluate, readFlag } from '../../reference-impl/flags/flag.ts';
import { flagRules } from '../../reference-impl/flags/rules.ts';

const users = 1_000;
const rounds = 1_000;

/** CPU time of one evaluation, µs. */
export function benchFlags(): number {
  const segments = Array.from({ length: 10 }, (_, i) => ({
    name: `segment-${i}`,
    if: { country: [`c${i}`], plan: ['free', 'paid'] },
    serve: 'b',
  }));
  const variants = { a: 1, b: 2, c: 3 };
  const split = { a: 10, b: 20, c: 70 };
  const flag = readFlag('bench', { isOn: true, variants, off: 'c', segments, split }, 1);
  if (flag === null) throw new Error('it is no flag');
  const names = Array.from({ length: users }, (_, i) => `user-${i}@example.org`);
  // One in eleven is of each country, and of none.
  const attributes = names.map((_, i) => ({ country: `c${i % 11}`, plan: 'paid' }));
  let served = 0;
  const run = (): void => {
    for (const [i, user] of names.entries()) {
      const { variant } = evaluate(flag, user, attributes[i] ?? {}, false, flagRules);
      served += variant.length;
    }
  };
  for (let i = 0; i < 20; i++) run();
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) run();
  const { user, system } = process.cpuUsage(before);
  if (served === 0) throw new Error('nothing was served');
  return (user + system) / (users * rounds);
}
