/** Raft, as stories: see `test/testdata/consensus`. */
import { transcripts } from '../../transcript.ts';
import { Scene } from './scene.ts';

transcripts('consensus', new URL('../../testdata/consensus/', import.meta.url), () => {
  const scene = new Scene();
  return (line) => scene.run(line);
});
