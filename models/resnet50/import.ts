import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importWeights } from './import-weights.ts';
import { publishedWeights } from './published-weights.ts';

const { url, sizeBytes, sha256 } = publishedWeights;
const USAGE = `usage: npx node models/resnet50/import.ts [--url URL | --file FILE]

Puts ResNet-50 of the ONNX model zoo, trained on ImageNet, in the place of the seeded weights: fetches ${sizeBytes} bytes from
${url}
and takes them if their SHA-256 is
${sha256}.
A download that broke off goes on where it ended.

  --url   fetch the same file from elsewhere
  --file  take a copy of it that is here already`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, file: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(USAGE);
  if (values.url !== undefined && values.file !== undefined) throw new Error(USAGE);
  await importWeights({
    folder: fileURLToPath(new URL('.', import.meta.url)),
    from: values.file === undefined ? { url: values.url ?? url } : { file: values.file },
    weights: publishedWeights,
    onProgress: (step) => console.error(step),
  });
  console.log(
    'models/resnet50 has its published weights; npx node models/measure-latency.ts resnet50 --update measures them',
  );
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
