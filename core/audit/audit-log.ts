import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { UnavailableError } from '../api/maas-error.ts';
import type { AuditedChange, AuditRecord } from './audit-record.ts';
import type { Initiator } from './initiator.ts';

/** The partition of changes that are no tenant's. No tenant has such an id: theirs are in lower case. */
const platform = 'PLATFORM';
/** All records, in one partition of the index. It takes 1,000 writes a second; people and their scripts make a few changes a minute. */
const everything = 'ALL';

/** What the log takes. */
export interface AuditLogDependencies {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** A part of the log. */
export interface AuditPage {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** `before` of the next page. Absent on the last one. */
  readonly next?: string;
}

/**
 * The record of every change that an operator or a tenant ordered; nothing here changes or removes a record. A change is recorded before
 * it is made, so that none can happen unrecorded, however a process ends. The price is that a record may stand for a change that then
 * failed, or that a repeated call made again.
 */
export class AuditLog {
  readonly #with: AuditLogDependencies;

  constructor(dependencies: AuditLogDependencies) {
    this.#with = dependencies;
  }

  /** @throws UnavailableError when it cannot be recorded: the caller must then change nothing */
  async record(by: Initiator, change: AuditedChange): Promise<void> {
    const { client, table, now, newId } = this.#with;
    const id = newId();
    const record: AuditRecord = { id, at: now().toISOString(), actor: actor(by), requestId: by.requestId, ...change };
    const item = { ...record, pk: change.tenant ?? platform, sk: id, log: everything };
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall(item, { removeUndefinedValues: true }),
          // The request's own id as well: the SDK repeats a put whose answer was lost.
          ConditionExpression: 'attribute_not_exists(sk) OR requestId = :requestId',
          ExpressionAttributeValues: marshall({ ':requestId': by.requestId }),
        }),
      );
    } catch (cause) {
      throw new UnavailableError('nothing was changed, since the change could not be recorded; try again', { cause });
    }
  }

  /**
   * The newest records, of all or of one tenant.
   *
   * @param before id of a record; only older ones come
   */
  async list(limit: number, tenant?: string, before?: string): Promise<AuditPage> {
    const { client, table } = this.#with;
    const [index, partition, sort, value] =
      tenant === undefined
        ? (['by-time', 'log', 'id', everything] as const)
        : ([undefined, 'pk', 'sk', tenant] as const);
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
        KeyConditionExpression: `#partition = :partition${before === undefined ? '' : ' AND #sort < :before'}`,
        ExpressionAttributeNames: { '#partition': partition, ...(before === undefined ? {} : { '#sort': sort }) },
        ExpressionAttributeValues: marshall(
          { ':partition': value, ':before': before },
          { removeUndefinedValues: true },
        ),
        ScanIndexForward: false,
        // One more than asked for tells whether there is another page.
        Limit: limit + 1,
      }),
    );
    const records = Items.map((item) => {
      const { pk: _, sk: __, log: ___, ...record } = unmarshall(item);
      return record as AuditRecord;
    });
    const last = records[limit - 1];
    return { records: records.slice(0, limit), ...(records.length > limit && last ? { next: last.id } : {}) };
  }
}

function actor({ caller }: Initiator): string {
  switch (caller.kind) {
    case 'operator':
      return caller.arn;
    case 'tenant':
      return `key ${caller.keyId}`;
    case 'anonymous':
      return 'whoever holds the key';
  }
}
