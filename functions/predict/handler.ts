import { EngineByTarget } from '../../core/engine/engine-by-target.ts';
import { OnnxEngine } from '../../core/engine/onnx/onnx-engine.ts';
import { environmentVariable } from '../environment-variable.ts';
import { inferenceHandler } from '../inference-handler.ts';
import { sagemakerEngine } from '../sagemaker-engine.ts';

/** The artifacts loaded at once, as a share of the function's memory: a session takes three to four times its artifact. */
const artifactShare = 1 / 5;
const memoryBytes = Number(environmentVariable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE')) * 1024 * 1024;

export const handler = inferenceHandler(
  ({ artifacts, catalog }) =>
    new EngineByTarget({
      lambda: new OnnxEngine(artifacts, memoryBytes * artifactShare),
      sagemaker: sagemakerEngine(catalog),
    }),
);
