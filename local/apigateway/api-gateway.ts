import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import type { GatewayTarget } from './gateway-target.ts';

/** The emulated API Gateway (REST APIs) of one account and Region. */
export interface ApiGateway {
  /** Signing name `apigateway`: API keys, usage plan keys, usage, and the flushing of authorizer caches. */
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /**
   * Answers a request to a stage. Never rejects; also answers for APIs and stages that there are not.
   *
   * The server that calls it should have a `maxHeaderSize` above 10,240 bytes, so that the gateway's own limit answers, and a
   * `requestTimeout` that suits slow uploads; it may pass on its `checkContinue` events with `awaitsContinue`.
   */
  handle(request: IncomingMessage, response: ServerResponse, target: GatewayTarget): Promise<void>;
  /**
   * The same for requests to the execute-api endpoint under `/_aws/execute-api/<api>/<stage>/`, which is where the template's
   * `https://<api>.execute-api.<region>.amazonaws.com/<stage>/` leads on one machine.
   */
  executeApi(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Closes the data. Requests under way fail. */
  stop(): void;
}
