/** A fault that does less: fewer nodes or links, no jitter, half the time. Pure. */
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';

/** Shorter than this is not worth telling apart. */
const shortestUs = 100_000;

/** What may stand in place of this fault, the simplest first. It need not show the violation any more. */
export function* narrowerFaults(f: Fault): Generator<Fault> {
  if ('jitterUs' in f && f.jitterUs > 0) yield { ...f, jitterUs: 0 };
  if ('links' in f) for (const links of narrowerLinks(f.links)) yield { ...f, links };
  else for (const nodes of narrowerNodes(f.nodes)) yield { ...f, nodes };
  const lengthUs = f.untilUs - f.atUs;
  if (lengthUs >= 2 * shortestUs) yield { ...f, untilUs: f.atUs + (lengthUs >>> 1) };
}

function* narrowerLinks(links: LinkTarget): Generator<LinkTarget> {
  for (const from of narrowerNodes(links.from)) yield { ...links, from };
  for (const to of narrowerNodes(links.to)) yield { ...links, to };
  if (links.bothWays) {
    const { from, to } = links;
    yield { from, to, bothWays: false };
    yield { from: to, to: from, bothWays: false };
  }
}

function* narrowerNodes(t: NodeTarget): Generator<NodeTarget> {
  if (t.of !== 'nodes' || t.nodes.length < 2) return;
  for (const left of t.nodes) yield { ...t, nodes: t.nodes.filter((id) => id !== left) };
}
