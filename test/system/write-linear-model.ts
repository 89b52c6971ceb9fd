import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';

interface Options {
  readonly name: string;
  /** The model answers with this times its input. */
  readonly factor: number;
  readonly batching?: { readonly rowsMax: number; readonly delayUs: number };
  /** @default 1 */
  readonly instancesPerGpu?: number;
}

/** Where the weight of `models/linear-2x/model.onnx` is: field `raw_data` (4 bytes), 2.0. */
const weight = Buffer.from([0x4a, 4, 0, 0, 0, 0x40]);

/**
 * Writes a model folder as its owner would, for the smallest model there is: y = factor * x, on a GPU.
 *
 * @returns the folder, `<models>/<name>`
 */
export function writeLinearModel(models: string, { name, factor, batching, instancesPerGpu = 1 }: Options): string {
  const { $schema: _, ...given } = manifestSchema.parse(
    JSON.parse(readFileSync('models/linear-2x/model.json', 'utf8')),
  );
  const [input] = given.sample.inputs;
  const [output] = given.sample.outputs;
  if (input?.data === undefined || output === undefined) throw new Error('linear-2x has no sample in full');
  const manifest: Manifest = {
    ...given,
    name,
    target: {
      kind: 'sagemaker',
      instanceType: 'ml.g5.xlarge',
      instancesPerGpu,
      ...(batching === undefined ? {} : { batching }),
    },
    sample: {
      ...given.sample,
      outputs: [{ ...output, data: input.data.map((value) => Number(value) * factor) }],
    },
  };
  const onnx = readFileSync('models/linear-2x/model.onnx');
  const at = onnx.indexOf(weight);
  if (at < 0) throw new Error('linear-2x has another weight than 2');
  onnx.writeFloatLE(factor, at + 2);
  const folder = join(models, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, manifest.artifact), onnx);
  return folder;
}
