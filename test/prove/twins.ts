/** Checkers and their brute-force twins on very many small histories with crashes. */
import { AssertionError } from 'node:assert';
import { modelTwins } from '../checkers/model-twins.ts';
import { drawnTwins, honestTwins } from '../checkers/register-twins.ts';
import { searchTwins } from '../checkers/search-twins.ts';
import type { Agreement } from '../checkers/twin.ts';
import { agreeOnWatches } from '../checkers/watch-twins.ts';

export interface TwinResult {
  readonly name: string;
  /** How many were legal and illegal; or, with its seed, the history on which they disagree. */
  readonly found: Agreement | string;
}

/** At least `cases` histories a model. */
export function* holdAgainstTwins(cases: number): Generator<TwinResult> {
  const all = {
    drawn: drawnTwins,
    honest: honestTwins,
    models: { ...modelTwins, watch: agreeOnWatches },
    searches: searchTwins,
  };
  for (const [group, twins] of Object.entries(all)) {
    for (const [name, agree] of Object.entries(twins)) {
      yield {
        name: nameOf(group, name),
        found: run(agree, cases),
      };
    }
  }
}

function nameOf(group: string, name: string): string {
  if (group === 'models') return name;
  if (group === 'searches') return `two searches, ${name} histories`;
  return `register, ${name}, ${group} results`;
}

function run(agree: (cases: number) => Agreement, cases: number): Agreement | string {
  try {
    return agree(cases);
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
}
