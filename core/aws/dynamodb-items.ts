import type {
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  QueryInput,
  QueryOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { ItemClient } from '../storage/item-client.ts';
import type { AwsAccess } from './aws-access.ts';
import { jsonRefusal } from './json-refusal.ts';
import { serviceUrl } from './service-url.ts';
import { SignedHttp } from './signed-http.ts';

/** DynamoDB answers in milliseconds; what is silent for a second will not come. */
const idleMsMax = 1000;
const msMax = 5000;
/** A page has at most 1 MB of values; as JSON, names, types and escapes come on top. */
const answerBytesMax = 8 * 1024 * 1024;

/**
 * Reads and writes items of DynamoDB. `@aws-sdk/client-dynamodb` would do the same and more: for these calls it adds 190 kB to a bundle,
 * and to a cold start some 50 ms to load it and to prepare its first requests.
 *
 * Attribute values pass as they are, which is right for all types but the binary ones (B, BS: base64 text on the wire, bytes in the
 * SDK's form). The answer's `x-amz-crc32` is not looked at, as the SDK does not either: TLS vouches for the bytes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export class DynamoDBItems implements ItemClient {
  readonly #http: SignedHttp;

  constructor({ endpoint, ...access }: AwsAccess) {
    this.#http = new SignedHttp({
      ...access,
      label: 'DynamoDB',
      signingName: 'dynamodb',
      url: serviceUrl('dynamodb', access.region, endpoint),
      readRefusal: jsonRefusal,
    });
  }

  getItem(input: GetItemInput): Promise<GetItemOutput> {
    return this.#call('GetItem', input);
  }

  /** To be sent with a condition that makes it safe to repeat, as any call here may be. */
  putItem(input: PutItemInput): Promise<PutItemOutput> {
    return this.#call('PutItem', input);
  }

  /**
   * Tried once, since an update may count and only its caller knows what a second time would do; sent again only over a kept connection that
   * proves to be closed, as `SignedHttp.send` says.
   */
  updateItem(input: UpdateItemInput): Promise<UpdateItemOutput> {
    return this.#call('UpdateItem', input, 1);
  }

  query(input: QueryInput): Promise<QueryOutput> {
    return this.#call('Query', input);
  }

  async #call<Output>(operation: string, input: object, attempts = 3): Promise<Output> {
    const { body } = await this.#http.send({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(input),
      attempts,
      idleMsMax,
      msMax,
      answerBytesMax,
    });
    return JSON.parse(Buffer.from(body).toString()) as Output;
  }
}
