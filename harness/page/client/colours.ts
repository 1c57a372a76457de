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

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Colours;
}
