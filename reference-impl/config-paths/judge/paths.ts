/** Which path a key is to travel, worked out from the story alone. */
import type { Program } from '../../../harness/spec.ts';

interface Rule {
  readonly prefix: string;
  readonly path: string;
}

/** Null: the story chooses no paths. */
export function pathsOf({ settings }: Program): ((key: string) => string) | null {
  const asked = settings.extra['configPaths'] as { readonly rules?: readonly Rule[] } | null;
  if (asked === null || asked === undefined) return null;
  const byPrefix = new Map((asked.rules ?? []).map(({ prefix, path }) => [prefix, path]));
  return (key) => {
    for (let length = key.length; length >= 0; length--) {
      const path = byPrefix.get(key.slice(0, length));
      if (path !== undefined) return path;
    }
    return 'consensus';
  };
}
