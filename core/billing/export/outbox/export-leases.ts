import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isConditionFailed } from '../../../storage/is-condition-failed.ts';
import type { Destination } from '../destination.ts';
import { exportKeys } from './export-keys.ts';

/** The right to deliver for one tenant at one destination. */
export interface Lease {
  readonly tenant: string;
  readonly destination: Destination;
  /** Who has it: a name that no other run ever has. */
  readonly holder: string;
}

/** Leases in the table `exports`. One that is not freed, since its holder died, ends by itself. */
export class ExportLeases {
  readonly #client: DynamoDB;
  readonly #table: string;

  constructor(client: DynamoDB, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** Takes the lease, or takes it for longer. @returns false when somebody else has it */
  take({ tenant, destination, holder }: Lease, now: Date, until: Date): Promise<boolean> {
    return this.#held(async () => {
      await this.#client.updateItem({
        TableName: this.#table,
        Key: keyOf(tenant, destination),
        UpdateExpression: 'SET holder = :holder, heldUntil = :until',
        ConditionExpression: 'attribute_not_exists(holder) OR holder = :holder OR heldUntil < :now',
        ExpressionAttributeValues: marshall({
          ':holder': holder,
          ':now': now.toISOString(),
          ':until': until.toISOString(),
        }),
      });
    });
  }

  /** Does nothing when it has come to somebody else. */
  async free({ tenant, destination, holder }: Lease): Promise<void> {
    await this.#held(async () => {
      await this.#client.deleteItem({
        TableName: this.#table,
        Key: keyOf(tenant, destination),
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: marshall({ ':holder': holder }),
      });
    });
  }

  async #held(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }
}

const keyOf = (tenant: string, destination: Destination) =>
  marshall({ pk: exportKeys.partition(tenant), sk: exportKeys.lease(destination) });
