/** Versions of a system's program, by name. */

/** Why a node cannot be made this one; null: it can. */
export function whyNoVersion(version: string, known: readonly string[]): string | null {
  if (known.includes(version)) return null;
  const wanted = known.length === 0 ? 'and it has no other' : `wanted ${known.join(' or ')}`;
  return `the system has no version "${version}", ${wanted}`;
}

/** What a node says at its start that is no longer, or not yet, what the run began with. */
export function asVersion(version: string | null): { readonly reason?: string } {
  return version === null ? {} : { reason: `version ${version}` };
}
