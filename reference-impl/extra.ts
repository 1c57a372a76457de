/** What a story asks of one mechanism, in `Settings.extra`: by it the mechanism is on, or off where it is absent. */
import { HarnessError } from '../harness/core/errors.ts';
import type { Settings } from '../harness/core/program.ts';

/**
 * `usual`, with the fields that `extra[name]` gives otherwise; null where the story does not ask for it.
 * Numbers are whole, 0 or more. Throws E_CONFIG.
 */
export function extraOf<C extends object>({ extra }: Settings, name: string, usual: C): C | null {
  const asked = extra[name];
  if (asked === undefined || asked === null) return null;
  const fields = typeof asked === 'object' ? Object.entries(asked) : null;
  const wrong = fields?.find(([field, value]) => !isLike(value, usual[field as keyof C]));
  if (fields !== null && wrong === undefined) return { ...usual, ...Object.fromEntries(fields) };
  const got = wrong === undefined ? asked : { [wrong[0]]: wrong[1] };
  throw new HarnessError(
    'E_CONFIG',
    `${name} is ${JSON.stringify(got)}, wanted some of ${JSON.stringify(usual)}, numbers whole. Pass {} for all of these.`,
  );
}

function isLike(value: unknown, usual: unknown): boolean {
  if (typeof value !== typeof usual) return false;
  return typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0);
}
