import { Logger } from '@aws-lambda-powertools/logger';
import { uuidv7 } from 'uuidv7';
import { DynamoDBItems } from '../core/aws/dynamodb-items.ts';
import { S3Bucket } from '../core/aws/s3-bucket.ts';
import { SqsQueue } from '../core/aws/sqs-queue.ts';
import type { ArtifactStore } from '../core/catalog/artifact-store.ts';
import { CachedCatalog } from '../core/catalog/cached-catalog.ts';
import type { Catalog } from '../core/catalog/catalog.ts';
import { DynamoDBCatalog } from '../core/catalog/dynamodb-catalog.ts';
import { S3ArtifactStore } from '../core/catalog/s3-artifact-store.ts';
import type { Engine } from '../core/engine/engine.ts';
import { predict } from '../core/inference/predict.ts';
import { servedHere } from '../core/inference/served-here.ts';
import { DynamoDBJournal } from '../core/metering/dynamodb-journal.ts';
import { AnsweredRepeats } from '../core/metering/idempotency/answered-repeats.ts';
import { IdempotencyRecords } from '../core/metering/idempotency/idempotency-records.ts';
import { IdempotentRequests } from '../core/metering/idempotency/idempotent-requests.ts';
import { JournalReader } from '../core/metering/journal-reader.ts';
import { SqsSpillway } from '../core/metering/spillway/sqs-spillway.ts';
import { VocabularyCache } from '../core/task/text-classification/vocabulary-cache.ts';
import { apiHandler } from './api-handler.ts';
import { awsAccess } from './aws-access.ts';
import { environmentVariable } from './environment-variable.ts';
import { fitsResult } from './fits-result.ts';
import { isolatedModels } from './isolated-models.ts';
import { limiter } from './limiter.ts';

/** How long a promoted or rolled back version may still be answered by its predecessor. */
const catalogMsMax = 3000;

/** What an engine may need. */
interface Sources {
  readonly artifacts: ArtifactStore;
  readonly catalog: Catalog;
}

/**
 * The handler of a function that runs models: all of it but where they run. In the log it bears the name of the function, which its
 * environment says: predict and predict-isolated have one code.
 */
export function inferenceHandler(engine: (sources: Sources) => Engine): ReturnType<typeof apiHandler> {
  const dynamodb = new DynamoDBItems(awsAccess('DYNAMODB'));
  const artifacts = new S3ArtifactStore(
    new S3Bucket({ ...awsAccess('S3'), name: environmentVariable('ARTIFACTS_BUCKET') }),
  );
  const catalog = new CachedCatalog(
    new DynamoDBCatalog(dynamodb, environmentVariable('CATALOG_TABLE')),
    catalogMsMax,
    () => performance.now(),
  );
  const now = (): Date => new Date();
  const logger = new Logger();
  return apiHandler(
    'tenant',
    servedHere(
      predict({
        catalog,
        engine: engine({ artifacts, catalog }),
        limiter: limiter(dynamodb, logger),
        journal: new DynamoDBJournal(dynamodb, environmentVariable('USAGE_TABLE'), now),
        journalled: new JournalReader(dynamodb, environmentVariable('USAGE_TABLE')),
        spillway: new SqsSpillway(new SqsQueue(awsAccess('SQS'), environmentVariable('SPILLWAY_URL'))),
        idempotency: new IdempotentRequests({
          records: new IdempotencyRecords(dynamodb, environmentVariable('IDEMPOTENCY_TABLE')),
          repeats: new AnsweredRepeats(dynamodb, environmentVariable('IDEMPOTENCY_TABLE'), now),
          newId: uuidv7,
          now,
        }),
        vocabularies: new VocabularyCache(artifacts),
        source: `maas/${environmentVariable('AWS_REGION')}/${environmentVariable('MAAS_STAGE')}`,
        newId: uuidv7,
        now,
        random: Math.random,
        fits: fitsResult,
      }),
      isolatedModels(),
    ),
    logger,
  );
}
