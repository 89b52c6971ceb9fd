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

/**
 * The calls that serving a model makes of DynamoDB, in the form of the SDK's class `DynamoDB`, which can stand here as well as our own
 * client in `core/aws/`. Types only: naming the SDK here loads none of it.
 */
export interface ItemClient {
  getItem(input: GetItemInput): Promise<GetItemOutput>;
  putItem(input: PutItemInput): Promise<PutItemOutput>;
  updateItem(input: UpdateItemInput): Promise<UpdateItemOutput>;
  query(input: QueryInput): Promise<QueryOutput>;
}
