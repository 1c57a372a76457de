/** Images that were built here: they stay for the next run, until somebody asks for their removal. */
import type { Engine } from './engine.ts';
import { ask, isAbsent, isConflict } from './engine.ts';
import { imageLabel } from './labels.ts';

export interface OurImage {
  readonly id: string;
  /** `antlion/node:0123…`, or its id when it has no name any more. */
  readonly name: string;
  readonly kind: string;
  /** Seconds since 1970. */
  readonly createdS: number;
  readonly bytes: number;
}

/** All of them, or those of one kind (`base`, `node`, `toxiproxy`). */
export async function listImages({ docker }: Engine, kind?: string): Promise<readonly OurImage[]> {
  const filters = { label: [kind === undefined ? imageLabel : `${imageLabel}=${kind}`] };
  const images = await ask('list images', docker.listImages({ filters }));
  return images.map((i) => ({
    id: i.Id,
    name: i.RepoTags?.find((tag) => tag !== '<none>:<none>') ?? i.Id.slice(7, 19),
    kind: i.Labels?.[imageLabel] ?? '',
    createdS: i.Created,
    bytes: i.Size,
  }));
}

/** Gives those that stay: a container runs on them. */
export async function removeImages(
  { docker }: Engine,
  images: readonly OurImage[],
): Promise<readonly OurImage[]> {
  const kept: OurImage[] = [];
  // Later ones first: they are built on earlier ones.
  for (const image of [...images].sort((a, b) => b.createdS - a.createdS)) {
    try {
      await ask('remove an image', docker.getImage(image.id).remove());
    } catch (e) {
      if (isConflict(e)) kept.push(image);
      else if (!isAbsent(e)) throw e;
    }
  }
  return kept;
}
