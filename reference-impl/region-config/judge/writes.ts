/** Changes of regional configuration that were acknowledged, and what copies say of themselves. */
import type { NodeId } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export interface Version {
  readonly stamp: number;
  readonly writer: NodeId;
}

/** Does `a` outweigh `b`? A later stamp, or the same of a greater writer. */
export function outweighs(a: Version, b: Version): boolean {
  return a.stamp !== b.stamp ? a.stamp > b.stamp : a.writer > b.writer;
}

export function textOf({ stamp, writer }: Version): string {
  return `${stamp}.${writer}`;
}
