/** Elements from a few words. Text is set as text: nothing of a run is ever read as HTML. */

type Attributes = Readonly<Record<string, string | number | boolean>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

export function button(text: string, label: string, f: () => void): HTMLButtonElement {
  // A sign has no name of its own; a word is its own.
  const isSign = !/\w/.test(text);
  const named = isSign ? { 'aria-label': label } : {};
  const made = element('button', { type: 'button', title: label, ...named }, text);
  made.addEventListener('click', f);
  return made;
}
