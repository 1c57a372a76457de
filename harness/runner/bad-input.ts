/** Says of data from outside what of it is wrong: what, got, wanted, in one line. */
import type { z } from 'zod';

/**
 * The first thing that `schema` finds wrong with `value`, as `runs is 0, wanted number to be >=1`;
 * null when nothing is.
 */
export function whatIsWrong(schema: z.ZodType, value: unknown): string | null {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return null;
  if (issue.code === 'unrecognized_keys') {
    return `${[...issue.path, ''].join('.')}${issue.keys.join(', ')} is there, wanted nothing of that name`;
  }
  const what = issue.path.length === 0 ? 'it' : issue.path.join('.');
  const got = JSON.stringify(at(value, issue.path))?.slice(0, 60) ?? 'missing';
  return `${what} is ${got}, wanted ${issue.message.replace(/^.*?expected /, '')}`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((v, key) => (v as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
