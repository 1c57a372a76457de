/** The store on top of consensus, as stories: see `test/testdata/store`. */
import { transcripts } from '../../transcript.ts';
import { Scene } from '../consensus/scene.ts';

transcripts('store', new URL('../../testdata/store/', import.meta.url), () => {
  const scene = new Scene();
  return (line) => scene.run(line);
});
