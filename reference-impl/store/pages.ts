/** Lists that come page by page: all pages of one list are of one revision. */
import type { KeyValue } from './answered.ts';
import type { Page, WatchScope } from './asked.ts';
import type { StoreRules } from './rules.ts';
import { isWanted, type Changes } from './tables/changes.ts';

export interface Pages {
  /** Bytes as JSON of one page; a single longer row goes alone. */
  readonly bytesMax: number;
  readonly rules: Pick<StoreRules, 'mayGoOn' | 'nextPage'>;
}

/** The state that is listed. */
interface Listed {
  readonly changes: Changes;
  readonly revision: number;
  readonly pages: Pages;
}

/** The revision that a list is of: the present, or that of its first page; null when it has changed. */
export function pageRevision(
  { changes, revision, pages }: Listed,
  page: Page | undefined,
  scope: WatchScope,
  prefix: string,
): number | null {
  if (page === undefined) return revision;
  // A server that is behind the first page's has not seen what may have changed.
  if (page.at < changes.compacted || page.at > revision) return null;
  let hasChanged = false;
  for (let r = page.at + 1; r <= revision && !hasChanged; r++) {
    hasChanged = changes.at(r).some((e) => isWanted(e, scope, prefix));
  }
  return pages.rules.mayGoOn(hasChanged) ? page.at : null;
}

export function rangeOf(
  all: readonly KeyValue[],
  { after, limit }: { readonly after?: string; readonly limit?: number },
): readonly KeyValue[] {
  const rest = after === undefined ? all : all.filter(({ key }) => key > after);
  return limit === undefined ? rest : rest.slice(0, limit);
}

export function pageOf<T>(
  all: readonly T[],
  page: Page | undefined,
  { bytesMax, rules }: Pages,
): { readonly rows: readonly T[]; readonly next: { readonly next?: number } } {
  const from = page?.from ?? 0;
  let end = from;
  for (let bytes = 0; end < all.length; end++) {
    bytes += Buffer.byteLength(JSON.stringify(all[end]));
    if (bytes > bytesMax && end > from) break;
  }
  const rows = from === 0 && end === all.length ? all : all.slice(from, end);
  return { rows, next: end < all.length ? { next: rules.nextPage(end) } : {} };
}
