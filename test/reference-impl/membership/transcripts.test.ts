import { transcripts } from '../../transcript.ts';
import { Scene } from './scene.ts';

transcripts(
  'membership transcripts',
  new URL('../../testdata/membership/', import.meta.url),
  () => {
    const scene = new Scene();
    return (command) => scene.run(command);
  },
);
