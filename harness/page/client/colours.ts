/** The colours of the page, as the style has them at this moment. */

const names = [
  'ground',
  'stripe',
  'ink',
  'quiet',
  'line',
  'ok',
  'fail',
  'info',
  'bad',
  'fault',
  'leader',
  'candidate',
  'up',
  'down',
  'paused',
  'held',
  'on-strong',
  'mark',
] as const;

export type Colours = Readonly<Record<(typeof names)[number], string>>;

/** Of the whole page, read once a theme: a step of the zoom has no time to ask for styles. */
export function pageColours(): Colours {
  if (known === null) {
    const style = getComputedStyle(document.documentElement);
    known = Object.fromEntries(
      names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
    ) as Colours;
  }
  return known;
}

let known: Colours | null = null;
document.addEventListener('themechange', () => (known = null));
