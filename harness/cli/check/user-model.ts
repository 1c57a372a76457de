/** A model that somebody wrote in a file of his own. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Model } from '../../checkers/model.ts';
import { HarnessError } from '../../core/errors.ts';

/** Is this a path, not a name? */
export function isModelFile(model: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(model);
}

/** The default export of a file. Throws E_USAGE when there is none, or it is no model. */
export async function loadModel(path: string): Promise<Model> {
  return modelIn(path, await moduleAt(path));
}

async function moduleAt(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new HarnessError(
        'E_USAGE',
        `model ${path} is TypeScript, which Node ${process.versions.node} does not load. Pass what it compiles to, a .js or .mjs file.`,
      );
    }
    throw new HarnessError(
      'E_USAGE',
      `model ${path} cannot be loaded: ${String(error)}. Pass the path of a module whose default export is a model.`,
    );
  }
}

function modelIn(path: string, { default: model }: { readonly default?: unknown }): Model {
  const { kind, initial, effect, step } = Object(model) as Partial<Record<string, unknown>>;
  const isCell = kind === 'cell' && typeof effect === 'function';
  const isStep = kind === 'step' && typeof step === 'function';
  if ((isCell || isStep) && initial !== undefined) return model as Model;
  throw new HarnessError(
    'E_USAGE',
    `model ${path} exports ${model === undefined ? 'nothing by default' : `a ${typeof model} that is no model`}, wanted { kind: 'step', initial, step } or { kind: 'cell', initial, effect }. Export one as default.`,
  );
}
