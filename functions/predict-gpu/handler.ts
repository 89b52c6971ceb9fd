import { EngineByTarget } from '../../core/engine/engine-by-target.ts';
import { inferenceHandler } from '../inference-handler.ts';
import { sagemakerEngine } from '../sagemaker-engine.ts';

export const handler = inferenceHandler(({ catalog }) => new EngineByTarget({ sagemaker: sagemakerEngine(catalog) }));
