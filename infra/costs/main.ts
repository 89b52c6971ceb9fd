import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';
import { breakEvenTable, endpointTable } from './cost-tables.ts';

// Prints the tables of docs/gpu.md, for the throughput that was measured on a GPU of one's own.
const { values } = parseArgs({
  options: { 'images-per-second': { type: 'string', default: '500' }, help: { type: 'boolean' } },
});
const imagesPerSecond = Number(values['images-per-second']);
if (values.help === true || !(imagesPerSecond > 0)) {
  console.log('usage: npx node infra/costs/main.ts [--images-per-second N]   (500 unless told)');
  process.exitCode = values.help === true ? 0 : 1;
} else {
  const models = new URL('../../models/', import.meta.url);
  const manifests: Manifest[] = readdirSync(models).flatMap((name) => {
    try {
      return [manifestSchema.parse(JSON.parse(readFileSync(new URL(`${name}/model.json`, models), 'utf8')))];
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
  console.log(`A million images on one instance that does ${imagesPerSecond} a second:\n`);
  console.log(`${endpointTable(imagesPerSecond)}\n\nLambda or endpoint:\n\n${breakEvenTable(manifests)}`);
}
