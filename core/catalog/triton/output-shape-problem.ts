import type { InferenceSession } from 'onnxruntime-node';
import { quoted } from '../../tensor/quoted.ts';
import { shapeText } from '../../tensor/shape-text.ts';
import type { Manifest } from '../manifest.ts';

/**
 * Where a model with `target: sagemaker` leaves a dimension of an output open that its manifest fixes, in words for whoever registers it;
 * undefined when there is none. ONNX Runtime in a function takes that, Triton does not load such a model: its ONNX Runtime backend
 * compares the shapes of outputs exactly (`ModelInstanceState::ValidateOutputs`).
 *
 * @param session a model that fits the manifest as `signatureProblem` has it
 * @see https://github.com/triton-inference-server/onnxruntime_backend/blob/main/src/onnxruntime.cc
 */
export function outputShapeProblem(
  { target, outputs }: Manifest,
  session: Pick<InferenceSession, 'outputMetadata'>,
): string | undefined {
  if (target.kind !== 'sagemaker') return undefined;
  for (const { name, shape } of outputs) {
    const found = session.outputMetadata.find((each) => each.name === name);
    if (found === undefined || !found.isTensor) continue;
    const open = found.shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1));
    if (shapeText(open) !== shapeText(shape)) {
      return `output ${quoted(name)} has shape ${shapeText(open)} in the model, ${shapeText(shape)} in the manifest, and Triton wants the same`;
    }
  }
  return undefined;
}
