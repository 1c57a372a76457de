/** Agents as stories: see `test/testdata/agent`. */
import { transcripts } from '../../transcript.ts';
import { Scene } from './scene.ts';

transcripts('agent', new URL('../../testdata/agent/', import.meta.url), () => {
  const scene = new Scene();
  return (line) => scene.run(line);
});
