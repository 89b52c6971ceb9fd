import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

/** A request to the container. */
export interface ContainerRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** For headers and the body. */
  readonly request: IncomingMessage;
  /** Aborted when the client goes away. */
  readonly cancelled: AbortSignal;
}

/** What a container does besides `/ping`. */
export interface Container {
  /** Undefined for what it does not know. */
  answer(request: ContainerRequest): Promise<Answer> | Answer | undefined;
  /** The status for an error in Triton's words; undefined for what is nobody's but ours. */
  statusOf(error: unknown): number | undefined;
  /** Ends when everything that was accepted has been answered. */
  stop(): Promise<void>;
}
