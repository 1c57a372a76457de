/** `{{name}}` in the texts of a launch plan. */
import { HarnessError } from '../core/errors.ts';

export type Fields = Readonly<Record<string, string>>;

/** Throws E_CONFIG for a field that there is not. */
export function fill(text: string, fields: Fields): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined) return value;
    throw new HarnessError(
      'E_CONFIG',
      `"${text}" has the field {{${name}}}, wanted one of ${Object.keys(fields).join(', ')}. Correct the launch of the system.`,
    );
  });
}

/** Each text filled. */
export function filled(
  texts: Readonly<Record<string, string>>,
  fields: Fields,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text, fields)]));
}

/** Is the field in any of these texts? */
export function mentions(texts: readonly string[], name: string): boolean {
  return texts.some((text) => new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(text));
}
