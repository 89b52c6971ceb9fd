import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TooLargeError, UnavailableError } from '../../api/maas-error.ts';
import { isConditionFailed } from '../../storage/is-condition-failed.ts';
import { wasRefused } from '../../storage/was-refused.ts';
import type { CreditNote, Invoice } from './invoice.ts';
import type { InvoiceRecord } from './invoice-record.ts';

/** DynamoDB's items have 400 kB at most, of which the digests of a month's hours may take 30. */
const contentBytesMax = 360_000;
const numbersKey = 'INVOICE_NUMBERS';
const updatesMax = 8;
const pauseMs = 25;

/** Which invoice a number was given to. */
export interface GivenNumber {
  readonly number: number;
  readonly tenant: string;
  readonly month: string;
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
}

type Place = Pick<InvoiceRecord, 'tenant' | 'month' | 'sequence'>;

const key = ({ tenant, month, sequence }: Place) => ({
  pk: `T#${tenant}`,
  sk: `INVOICE#${month}-${String(sequence).padStart(3, '0')}`,
});

function recordIn(item: Record<string, AttributeValue>): InvoiceRecord {
  const { pk: _, sk: __, proposed: ___, content, ...record } = unmarshall(item);
  // The first ones were stored as text.
  return {
    ...record,
    content: typeof content === 'string' ? content : gunzipSync(content as Uint8Array).toString(),
  } as InvoiceRecord;
}

/** Invoices in the billing table, and the row of their numbers. All reads are consistent: money is decided by them. */
export class DynamoDBInvoices {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#table = tableName;
  }

  /** A tenant's invoices, by month and sequence; of one month, when it is given. */
  async list(tenant: string, month = ''): Promise<readonly InvoiceRecord[]> {
    const records: InvoiceRecord[] = [];
    for await (const { Items } of paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :month)',
        ExpressionAttributeValues: marshall({ ':pk': `T#${tenant}`, ':month': `INVOICE#${month}` }),
      },
    )) {
      for (const item of Items ?? []) records.push(recordIn(item));
    }
    return records;
  }

  /**
   * Stores an invoice to be numbered, also again. One of many racing callers wins.
   *
   * @param after the last invoice of the month that is owed, whose lines it takes account of: not when that one was voided meanwhile, since
   * what it takes back would never have been owed
   * @throws {TooLargeError} for some 9,000 lines
   */
  async add(record: InvoiceRecord, after: Place | undefined): Promise<boolean> {
    // Some ninth of the text, which with 900 lines would not fit.
    const content = gzipSync(record.content);
    if (content.length > contentBytesMax) {
      throw new TooLargeError(`the invoice has ${content.length} bytes, compressed; it may have ${contentBytesMax}`);
    }
    const Put = {
      TableName: this.#table,
      Item: marshall({ ...key(record), ...record, content }),
      // Also our own item: the SDK may have written it, lost the answer, and be writing it again. Not once a number was proposed
      // for it, which writing again would forget.
      ConditionExpression:
        'attribute_not_exists(pk) OR (content = :content AND finalizedAt = :at AND #state = :state AND attribute_not_exists(proposed))',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: marshall({
        ':content': content,
        ':at': record.finalizedAt,
        ':state': record.state,
      }),
    };
    if (after === undefined) return succeeded(this.#client.send(new PutItemCommand(Put)));
    const ConditionCheck = {
      TableName: this.#table,
      Key: marshall(key(after)),
      ConditionExpression: '#state = :open',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: marshall({ ':open': 'open' }),
    };
    return this.#together({ Put }, { ConditionCheck });
  }

  /** The newest number given; 0 when there is none. */
  async lastNumber(): Promise<number> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
        KeyConditionExpression: 'pk = :pk',
        ProjectionExpression: 'sk',
        ExpressionAttributeValues: marshall({ ':pk': numbersKey }),
      }),
    );
    return Items[0] === undefined ? 0 : Number(unmarshall(Items[0])['sk']);
  }

  /**
   * Writes the number that an invoice is to be given into it, before it is given.
   *
   * @param instead the proposal that this one replaces, since somebody else has that number; absent: there is none yet
   * @returns the proposal that stands: this one, or that of somebody who was first
   */
  async propose(place: Place, number: number, instead?: number): Promise<number> {
    const first = instead === undefined;
    const write = this.#update(place, {
      UpdateExpression: 'SET proposed = :number',
      ConditionExpression: `attribute_exists(pk) AND ${first ? 'attribute_not_exists(proposed)' : 'proposed = :instead'}`,
      ExpressionAttributeValues: marshall({ ':number': number, ...(first ? {} : { ':instead': instead }) }),
    });
    if (await write) return number;
    const { Item = {} } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall(key(place)), ConsistentRead: true }),
    );
    const { proposed } = unmarshall(Item);
    if (typeof proposed !== 'number') throw new Error(`the invoice ${place.month}-${place.sequence} is not there`);
    return proposed;
  }

  /** Gives a number, unless somebody else has it; also again. */
  giveNumber({ number, ...given }: GivenNumber): Promise<boolean> {
    return succeeded(
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall({ pk: numbersKey, sk: String(number).padStart(8, '0'), ...given }),
          ConditionExpression:
            'attribute_not_exists(pk) OR (tenant = :tenant AND #month = :month AND #sequence = :sequence)',
          ExpressionAttributeNames: { '#month': 'month', '#sequence': 'sequence' },
          ExpressionAttributeValues: marshall({
            ':tenant': given.tenant,
            ':month': given.month,
            ':sequence': given.sequence,
          }),
        }),
      ),
    );
  }

  /** Opens an invoice under its number, also again. */
  open(place: Place, number: string, sha256: string): Promise<boolean> {
    return this.#update(place, {
      UpdateExpression: 'SET #state = :open, #number = :number, sha256 = :sha256',
      ConditionExpression: '#state = :numbering OR (#state = :open AND #number = :number)',
      ExpressionAttributeNames: { '#state': 'state', '#number': 'number' },
      ExpressionAttributeValues: marshall({
        ':open': 'open',
        ':numbering': 'numbering',
        ':number': number,
        ':sha256': sha256,
      }),
    });
  }

  /**
   * Voids an open invoice that nothing was credited of; false when it is another.
   *
   * @param next the sequence that the month's next invoice will have: not when there is one by now, since it takes account of this one
   */
  void(place: Place, voided: NonNullable<Invoice['voided']>, next: number): Promise<boolean> {
    const Update = {
      TableName: this.#table,
      Key: marshall(key(place)),
      UpdateExpression: 'SET #state = :void, voided = :voided',
      ConditionExpression: '#state = :open AND size(creditNotes) = :none',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: marshall({ ':open': 'open', ':void': 'void', ':voided': voided, ':none': 0 }),
    };
    const ConditionCheck = {
      TableName: this.#table,
      Key: marshall(key({ ...place, sequence: next })),
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    return this.#together({ Update }, { ConditionCheck });
  }

  /** Adds a credit note to an open invoice that has so many already; false when it is another. */
  credit(place: Place, notesSoFar: number, note: CreditNote): Promise<boolean> {
    return this.#update(place, {
      UpdateExpression: 'SET creditNotes = list_append(creditNotes, :note)',
      ConditionExpression: '#state = :open AND size(creditNotes) = :soFar',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: marshall({ ':open': 'open', ':note': [note], ':soFar': notesSoFar }),
    });
  }

  #together(...TransactItems: TransactWriteItem[]): Promise<boolean> {
    return succeeded(this.#client.send(new TransactWriteItemsCommand({ TransactItems })));
  }

  /** False when its condition does not hold. That a transaction which may only look has the item right now says nothing of that. */
  async #update(place: Place, change: Partial<UpdateItemCommandInput>): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.#table, Key: marshall(key(place)), ...change });
    for (let attempt = 1; attempt <= updatesMax; attempt += 1) {
      try {
        await this.#client.send(command);
        return true;
      } catch (error) {
        if (isConditionFailed(error)) return false;
        if (!wasRefused(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs * attempt));
    }
    throw new UnavailableError(`invoice ${place.month}-${place.sequence} is being changed by others; try again`);
  }
}

async function succeeded(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (wasRefused(error)) return false;
    throw error;
  }
}
