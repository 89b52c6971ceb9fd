import { AwsError } from '../endpoint/aws-call.ts';

/** An error of SQS, which has two names: one of the JSON protocol and, for older clients, one of the query protocol. */
export class SqsError extends AwsError {
  readonly queryCode: string;

  constructor(code: string, status: number, message: string, queryCode: string = code) {
    super(code, status, message);
    this.queryCode = queryCode;
  }
}
