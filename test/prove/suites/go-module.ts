/** Toxiproxy's own Go module, at the version whose API our proxy speaks. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const path = 'github.com/Shopify/toxiproxy/v2';
const version = 'v2.12.0';
export const goModule = `${path}@${version}`;

/** Makes `folder` a module that needs it, fetches it, and gives the folder of its files, which are read-only. */
export async function fetchGoModule(folder: string): Promise<string> {
  const needs = `module suite\n\ngo 1.22\n\nrequire ${path} ${version}\n`;
  writeFileSync(join(folder, 'go.mod'), needs);
  const args = ['mod', 'download', '-json', goModule];
  const { stdout } = await promisify(execFile)('go', args, { cwd: folder });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
