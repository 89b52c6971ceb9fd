import type { DynaliteError, Item } from './dynalite.ts';

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** An error of DynamoDB that dynalite does not know, in dynalite's shape. */
export class EngineError extends Error implements DynaliteError {
  readonly statusCode = 400;
  readonly body: { __type: string; message: string; CancellationReasons?: readonly CancellationReason[] };

  constructor(code: string, message: string, reasons?: readonly CancellationReason[]) {
    super(message);
    this.name = 'EngineError';
    const __type = `com.amazonaws.dynamodb.v20120810#${code}`;
    this.body = { __type, message, ...(reasons && { CancellationReasons: reasons }) };
  }
}
