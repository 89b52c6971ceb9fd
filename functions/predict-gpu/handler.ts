import { EngineByTarget } from '../../core/engine/engine-by-target.ts';
import { inferenceHandler } from '../inference-handler.ts';
import { sagemakerEngine } from '../sagemaker-engine.ts';

export const handler = inferenceHandler(
  'predict-gpu',
  ({ catalog }) => new EngineByTarget({ sagemaker: sagemakerEngine(catalog) }),
);
