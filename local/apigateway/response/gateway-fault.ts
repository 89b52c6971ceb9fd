import { type GatewayResponseType, gatewayResponseTypes } from './gateway-response-types.ts';

interface FaultDetails {
  /** For the two DEFAULT types, which stand for several statuses. */
  readonly status?: number;
  readonly message?: string;
  /** `x-amzn-ErrorType` */
  readonly exception?: string;
  /** `$context.error.validationErrorString` */
  readonly validation?: string;
}

/** Why the gateway answers by itself instead of passing on what the function said. */
export class GatewayFault extends Error {
  readonly type: GatewayResponseType;
  readonly status: number;
  /** `$context.error.message`; null where AWS says nothing. */
  readonly text: string | null;
  readonly exception: string;
  readonly validation: string | undefined;

  constructor(type: GatewayResponseType, details: FaultDetails = {}, options?: ErrorOptions) {
    const builtIn = gatewayResponseTypes[type];
    const text = details.message ?? builtIn.message;
    super(text ?? type, options);
    this.name = 'GatewayFault';
    this.type = type;
    this.status = details.status ?? builtIn.status;
    this.text = text;
    this.exception = details.exception ?? builtIn.exception;
    this.validation = details.validation;
  }
}
