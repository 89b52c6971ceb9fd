import { Logger } from '@aws-lambda-powertools/logger';
import { uuidv7 } from 'uuidv7';
import { DynamoDBItems } from '../../core/aws/dynamodb-items.ts';
import { S3Bucket } from '../../core/aws/s3-bucket.ts';
import { CachedCatalog } from '../../core/catalog/cached-catalog.ts';
import { DynamoDBCatalog } from '../../core/catalog/dynamodb-catalog.ts';
import { S3ArtifactStore } from '../../core/catalog/s3-artifact-store.ts';
import { OnnxEngine } from '../../core/engine/onnx/onnx-engine.ts';
import { predict } from '../../core/inference/predict.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { VocabularyCache } from '../../core/task/text-classification/vocabulary-cache.ts';
import { apiHandler } from '../api-handler.ts';
import { awsAccess } from '../aws-access.ts';
import { environmentVariable } from '../environment-variable.ts';
import { fitsResult } from '../fits-result.ts';

/** How long a promoted or rolled back version may still be answered by its predecessor. */
const catalogMsMax = 3000;
/** The artifacts loaded at once, as a share of the function's memory: a session takes three to four times its artifact. */
const artifactShare = 1 / 5;

const dynamodb = new DynamoDBItems(awsAccess('DYNAMODB'));
const artifacts = new S3ArtifactStore(
  new S3Bucket({ ...awsAccess('S3'), name: environmentVariable('ARTIFACTS_BUCKET') }),
);
const memoryBytes = Number(environmentVariable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE')) * 1024 * 1024;

export const handler = apiHandler(
  'tenant',
  predict({
    catalog: new CachedCatalog(new DynamoDBCatalog(dynamodb, environmentVariable('CATALOG_TABLE')), catalogMsMax, () =>
      performance.now(),
    ),
    engine: new OnnxEngine(artifacts, memoryBytes * artifactShare),
    journal: new DynamoDBJournal(dynamodb, environmentVariable('USAGE_TABLE')),
    vocabularies: new VocabularyCache(artifacts),
    source: `maas/${environmentVariable('AWS_REGION')}/${environmentVariable('MAAS_STAGE')}`,
    newId: uuidv7,
    now: () => new Date(),
    random: Math.random,
    fits: fitsResult,
  }),
  new Logger({ serviceName: 'predict' }),
);
