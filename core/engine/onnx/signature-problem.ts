import type { InferenceSession } from 'onnxruntime-node';
import type { Manifest, TensorSpec } from '../../catalog/manifest.ts';
import { quoted } from '../../tensor/quoted.ts';
import { shapeText } from '../../tensor/shape-text.ts';
import { elementType } from './element-type.ts';

type Session = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/**
 * Where the loaded model and its manifest disagree about inputs and outputs, in words for whoever registers it; undefined when they
 * agree. A dimension that the model leaves open may be fixed in the manifest, not the other way round.
 */
export function signatureProblem(manifest: Manifest, session: Session): string | undefined {
  return (
    problem('input', manifest.inputs, session.inputMetadata) ??
    problem('output', manifest.outputs, session.outputMetadata)
  );
}

function problem(
  kind: 'input' | 'output',
  specs: readonly TensorSpec[],
  found: readonly InferenceSession.ValueMetadata[],
): string | undefined {
  const names = found.map((each) => quoted(each.name)).join(', ');
  for (const spec of specs) {
    const metadata = found.find(({ name }) => name === spec.name);
    if (metadata === undefined) return `the model has no ${kind} ${quoted(spec.name)}; its ${kind}s are ${names}`;
    if (!metadata.isTensor) return `${kind} ${quoted(spec.name)} of the model is not a tensor`;
    if (metadata.type !== elementType[spec.datatype]) {
      return `${kind} ${quoted(spec.name)} is ${metadata.type} in the model, ${spec.datatype} in the manifest`;
    }
    const shape = metadata.shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1));
    const fits =
      shape.length === spec.shape.length &&
      shape.every((dimension, index) => dimension === -1 || dimension === spec.shape[index]);
    if (!fits) {
      return `${kind} ${quoted(spec.name)} has shape ${shapeText(shape)} in the model, ${shapeText(spec.shape)} in the manifest`;
    }
  }
  // A model may compute more than the manifest offers, but it needs all that it takes.
  const unlisted = kind === 'input' ? found.find(({ name }) => !specs.some((spec) => spec.name === name)) : undefined;
  return unlisted && `the model takes the input ${quoted(unlisted.name)}, which the manifest does not list`;
}
