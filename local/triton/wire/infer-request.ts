import type { InstanceRequest } from '../instance/messages.ts';

/** A request as it came, read and found fit for the model. */
export interface InferRequest {
  /** Empty when the client gave none. */
  readonly id: string;
  /** The timeout that it asks for, in microseconds; 0 for none. */
  readonly timeoutUs: number;
  readonly work: InstanceRequest;
}
