import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Journal } from '../../core/metering/journal.ts';
import { drainSpillway } from '../../core/metering/spillway/drain-spillway.ts';

/** Takes a batch of the spillway's queue; what the journal does not take stays in the queue. */
export const drain =
  (journal: Pick<Journal, 'append'>, logger: Logger) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = await drainSpillway(journal, Records);
    for (const { messageId, error } of failed) {
      logger.error('a spilled event is not in the journal yet', { messageId, error: error as Error });
    }
    logger.info('drained', { events: Records.length - failed.length, failed: failed.length });
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
