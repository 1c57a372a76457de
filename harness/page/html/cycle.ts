/** A cycle of transactions: each is a box on a circle, each arrow has its reason. */
import type { CycleView } from '../view.ts';
import { h } from './text.ts';
import type { Html } from './text.ts';

const boxWidth = 190;
const boxHeight = 46;

/** The reasons stand below by number, as sentences are longer than arrows. */
export function cyclePicture({ name, nodes, reasons }: CycleView): Html {
  const n = nodes.length;
  const radius = Math.max(90, n * 42);
  // Two stand one above the other, and need no more than a box's width.
  const spread = n === 2 ? 60 : 2 * radius;
  const [width, height] = [spread + boxWidth + 40, 2 * radius * 0.62 + boxHeight + 60];
  const at = (i: number): readonly [number, number] => {
    const angle = (2 * Math.PI * i) / n - Math.PI / 2;
    return [width / 2 + radius * Math.cos(angle), height / 2 + radius * 0.62 * Math.sin(angle)];
  };
  const title = `${name}: ${nodes.map((node) => node.title).join(' before ')} before ${nodes[0]?.title ?? ''}`;
  return h`<figure class="cycle">
<svg viewBox="0 0 ${Math.round(width)} ${Math.round(height)}" role="img" aria-label="${title}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>
${nodes.map((_, i) => arrow(at(i), at((i + 1) % n), i, n))}
${nodes.map(({ title: t, text }, i) => box(at(i), t, text))}
</svg>
<figcaption><ol>${reasons.map((r) => h`<li>${r}</li>`)}</ol></figcaption></figure>`;
}

type Point = readonly [number, number];

function box([x, y]: Point, title: string, text: string): Html {
  const [left, top] = [x - boxWidth / 2, y - boxHeight / 2];
  return h`<g><title>${title}: ${text}</title><rect x="${r(left)}" y="${r(top)}" width="${boxWidth}" height="${boxHeight}" rx="6"/>
<text x="${r(x)}" y="${r(y - 5)}" class="name">${short(title, 26)}</text><text x="${r(x)}" y="${r(y + 13)}">${short(text, 30)}</text></g>`;
}

/** Bowed outwards, from edge to edge of the boxes, with its number in the middle. */
function arrow(from: Point, to: Point, i: number, n: number): Html {
  const [a, b] = [edge(from, to), edge(to, from)];
  const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  // With two there and back would lie on each other.
  const bow = n === 2 ? 46 : 16;
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.max(1, Math.hypot(dx, dy));
  const [cx, cy] = [mx + (dy / length) * bow, my - (dx / length) * bow];
  const [px, py] = [(mx + cx) / 2, (my + cy) / 2];
  return h`<path class="arrow" marker-end="url(#arrow)" d="M${r(a[0])},${r(a[1])} Q${r(cx)},${r(cy)} ${r(b[0])},${r(b[1])}"/>
<circle cx="${r(px)}" cy="${r(py)}" r="10"/><text class="number" x="${r(px)}" y="${r(py + 4)}">${i + 1}</text>`;
}

/** Where the line to `to` leaves the box around `from`. */
function edge(from: Point, to: Point): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const gap = 4;
  const scale = Math.min(
    (boxWidth / 2 + gap) / Math.max(1e-6, Math.abs(dx)),
    (boxHeight / 2 + gap) / Math.max(1e-6, Math.abs(dy)),
  );
  return [from[0] + dx * scale, from[1] + dy * scale];
}

function r(n: number): string {
  return n.toFixed(1);
}

function short(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
