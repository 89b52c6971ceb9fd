import { type DynamoDB, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import { errorReportPartition } from './error-report-partition.ts';

/** So long an event is remembered that was looked into: behind that, Stripe looks back at nothing that it could name. */
const rememberedSeconds = 36 * 86_400;

/** An event of Stripe's that is to be looked into. */
export interface ErrorReportNote {
  readonly eventId: string;
  /** How often that was tried, and failed. */
  readonly attempts: number;
}

/**
 * Stripe's events that say that usage does not count, by their ids, until the next export looks into them. What is in an event is fetched
 * from Stripe by who has the API key, which the webhook that anybody can call has not.
 */
export class ErrorReportNotes {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /**
   * An event that was noted already is noted once, and is to be looked into at once; one that was looked into is not again: what it says
   * may be of something that was put right since. Needs `dynamodb:PutItem`.
   */
  async put(eventId: string, at: Date): Promise<void> {
    try {
      await this.#client.putItem({
        TableName: this.#table,
        Item: marshall({ pk: errorReportPartition, sk: eventId, receivedAt: at.toISOString() }),
        ConditionExpression: 'attribute_not_exists(takenAt)',
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** Those that were not put off until later. Needs `dynamodb:Query`. */
  async *due(now: Date): AsyncGenerator<ErrorReportNote, void> {
    for await (const { Items = [] } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        FilterExpression: 'attribute_not_exists(takenAt) AND (attribute_not_exists(dueAt) OR dueAt <= :now)',
        ExpressionAttributeValues: marshall({ ':pk': errorReportPartition, ':now': now.toISOString() }),
      },
    )) {
      for (const item of Items) {
        const { sk, attempts } = unmarshall(item);
        yield { eventId: String(sk), attempts: Number(attempts ?? 0) };
      }
    }
  }

  /** To be tried again, unless it was looked into meanwhile. Needs `dynamodb:UpdateItem`. */
  async putOff({ eventId, attempts }: ErrorReportNote, until: Date): Promise<void> {
    try {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: marshall({ pk: errorReportPartition, sk: eventId }),
        UpdateExpression: 'SET attempts = :attempts, dueAt = :until',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(takenAt)',
        ExpressionAttributeValues: marshall({ ':attempts': attempts + 1, ':until': until.toISOString() }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** It was looked into. Needs `dynamodb:PutItem`. */
  async take(eventId: string, at: Date): Promise<void> {
    const expiresAt = Math.floor(at.getTime() / 1000) + rememberedSeconds;
    await this.#client.putItem({
      TableName: this.#table,
      Item: marshall({ pk: errorReportPartition, sk: eventId, takenAt: at.toISOString(), expiresAt }),
    });
  }
}
