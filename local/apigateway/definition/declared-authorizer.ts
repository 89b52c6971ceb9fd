import type { IdentitySource } from '../authorization/identity-source.ts';

/** `AWS::ApiGateway::Authorizer` of type REQUEST. */
export interface DeclaredAuthorizer {
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly IdentitySource[];
  /** 0: every request asks the function. */
  readonly ttlMs: number;
}
