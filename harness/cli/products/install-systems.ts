/** `antlion systems install`: makes releases of products on this machine, in the user's cache folder. */
import { openCleanup } from '../../cleanup/session.ts';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import { say } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { withInterrupt } from '../interrupt.ts';
import { installRelease, isInstalled, releaseOf, splitRelease, type Release } from './releases.ts';
import { requireTemporaryFolder } from '../files/temporary-folder.ts';
import { builtIns } from './systems.ts';

/** `asked` are such as `etcd@3.5.2`. */
export function installSystemsCommand(asked: readonly string[]): Promise<number> {
  const releases = asked.map(askedRelease);
  requireTemporaryFolder();
  return withInterrupt(async ({ signal }) => {
    await using guard = await openCleanup();
    for (const release of releases) {
      const { product, version, program } = release;
      if (isInstalled(release)) {
        say(`${product} ${version} is there: ${program}`);
        continue;
      }
      const begunMs = performance.now();
      const progress = new Progress();
      try {
        await installRelease(release, guard.journal, signal, (command) =>
          progress.update(`making ${product} ${version}: ${command}`),
        );
      } finally {
        progress.end();
      }
      const seconds = ((performance.now() - begunMs) / 1_000).toFixed(0);
      say(`made ${product} ${version} in ${seconds} s: ${program}`);
    }
    return exitCodes.holds;
  });
}

function askedRelease(asked: string): Release {
  const { name, version } = splitRelease(asked) ?? { name: asked, version: '' };
  const manifest = builtIns.find((m) => m.name === name);
  if (manifest !== undefined) return releaseOf(manifest, version);
  const known = builtIns.filter((m) => m.releases !== null).map((m) => `${m.name}@VERSION`);
  throw new HarnessError(
    'E_USAGE',
    `product is "${asked}", wanted ${known.join(' or ')}. Pass: systems install etcd@3.5.35.`,
  );
}
